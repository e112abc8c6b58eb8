"""What must be right before a letter may leave: one check a file, run in the order of `checks.py`."""
