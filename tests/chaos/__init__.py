"""Kills, stops and takes away whatever sends, and compares what a mail server accepted with the ledger, person by person.

`python -m tests.chaos` prints the table; `make chaos` does the same. Never talks to anything but 127.0.0.1.
"""
