"""Letters become findable once they have left, without anybody doing anything."""

import pytest

from app.config import Settings
from app.database.session import reading, transaction
from app.models import ArchiveMode, Campaign, CampaignStatus, IssueWord
from app.queries.archive_search import search_issues, unindexed_issues
from tests.factories.issues import make_archive, make_issue
from workers import runtime
from workers.jobs.archive import index_words


@pytest.fixture
def house(database: Settings) -> None:
    runtime.use_settings(database)


def test_what_has_left_is_found_and_what_has_not_is_left_alone(house):
    with transaction() as session:
        brand = make_archive(session)
        found = make_issue(session, brand, "water").id
        make_issue(session, brand, "hidden-water", archive=ArchiveMode.UNLISTED)
        make_issue(session, brand, "coming-water", status=CampaignStatus.SCHEDULED, started_at=None)
    index_words()
    with reading() as session:
        assert [one.id for one in search_issues(session, brand.id, ("water",)).issues] == [found]
        assert {word.campaign_id for word in session.query(IssueWord)} == {found}
        assert unindexed_issues(session, most=9) == ()


def test_a_letter_is_read_once_and_again_when_it_changed(house):
    with transaction() as session:
        campaign = make_issue(session, make_archive(session), "water").id
    index_words()
    with transaction() as session:
        first = session.get_one(Campaign, campaign).indexed_at
    index_words()
    with transaction() as session:
        row = session.get_one(Campaign, campaign)
        assert row.indexed_at == first
        row.indexed_at = None
    index_words()
    with reading() as session:
        assert session.get_one(Campaign, campaign).indexed_at > first
