"""Openings and clicks of ended campaigns, counted again once more of them came, and of large ones that leave; and the
growth of large lists.
"""

from app.clock import now
from app.database.session import reading, transaction
from app.queries.campaign_figures import MOST_COUNTED_NOW
from app.queries.list_report import days_now, large_lists_due
from app.queries.tallies import due_again, so_far_due
from app.services import tallies
from workers.runtime import job


@job
def count_again() -> None:
    """Each campaign is counted while others write, and kept in a transaction of its own."""
    with reading() as session:
        due = due_again(session, now())
        leaving = so_far_due(session, now(), larger_than=MOST_COUNTED_NOW)
    for campaign_id in due:
        with reading() as session:
            counted = tallies.count_again(session, campaign_id)
        if counted is not None:
            with transaction() as session:
                tallies.keep_counted(session, counted)
    for campaign_id in leaving:
        with reading() as session:
            so_far = tallies.count_so_far(session, campaign_id)
        with transaction() as session:
            tallies.keep_so_far(session, so_far)
    count_lists()


def count_lists() -> None:
    with reading() as session:
        large = large_lists_due(session, now())
    for list_id in large:
        with reading() as session:
            days = days_now(session, list_id)
        with transaction() as session:
            tallies.keep_growth(session, list_id, days)
