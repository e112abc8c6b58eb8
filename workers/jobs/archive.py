"""Letters that have left are made findable in their archives by their words, each in a transaction of its own."""

from app.database.session import reading, transaction
from app.queries.archive_search import unindexed_issues
from app.services.archive_index import index_issue
from workers.runtime import job

MOST_AT_ONCE = 50


@job
def index_words() -> None:
    with reading() as session:
        waiting = unindexed_issues(session, most=MOST_AT_ONCE)
    for campaign_id in waiting:
        with transaction() as session:
            index_issue(session, campaign_id)
