"""Openings and clicks on their way from the spool to the books."""

from app.database.session import transaction
from app.services.tracking import settle_page
from workers.runtime import job, settings
from workers.spooled import flush, keep

MOST_PAGES = 20
"""Of events judged in one run, so that a grown set of rules does not keep fresh hits waiting."""


@job
def flush_events() -> None:
    """Every few seconds: what the web wrote down is kept, then verdicts are settled whose neighbours are all in."""
    flush(settings().spool, keep)
    for _ in range(MOST_PAGES):
        with transaction() as session:
            if not settle_page(session):
                return
