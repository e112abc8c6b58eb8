"""Thin jobs: each opens a transaction, calls a verb and rings what comes next. Named in `app/jobs.py`, not imported."""
