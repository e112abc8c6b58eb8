"""The service: doors, verbs, questions and nouns. Empty on purpose: importing app.models never drags Flask in."""
