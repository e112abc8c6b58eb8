"""The craft of letters: plain values in, letters out. Knows no web framework, no database, no queue, no socket."""
