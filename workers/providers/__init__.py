"""Providers that take letters by their APIs: a file each for what they want to hear and what their answers mean."""
