"""Measurements against the plain tools of the trade. Never part of the test suite, never a timed assertion."""
