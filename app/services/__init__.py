"""The verbs: what this house can do. They take a session first, commit nothing, and know no request."""
