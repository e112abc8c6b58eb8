"""Kills, stops and takes away whatever sends, then compares what a mail server accepted with the ledger.

`python -m tests.chaos` prints the table; `make chaos` does the same. Never talks to anything but 127.0.0.1.
"""
