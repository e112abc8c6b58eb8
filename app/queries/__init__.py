"""The questions: read only, for pages, commands and verbs."""
