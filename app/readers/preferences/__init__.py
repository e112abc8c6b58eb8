"""The words of the preferences pages and of leaving, one language a file; `spoken` chooses."""
