"""The job that counts again: ended campaigns that changed, and lists so long that nobody should wait for them."""

import pytest

from app.config import Settings
from app.database.session import reading, transaction
from app.models import Campaign, ListTally
from app.queries import list_report as growth
from app.queries.campaign_figures import figures_of
from app.queries.list_report import list_report
from app.queries.openings import Split
from app.queries.tallies import kept_of
from app.services.tallies import mark_changed
from tests.factories.events import make_ended, make_event
from tests.factories.mailing_lists import make_list
from tests.factories.subscribers import make_confirmed
from workers import runtime
from workers.jobs.tallies import count_again


@pytest.fixture
def sent(database: Settings) -> int:
    runtime.use_settings(database)
    with transaction() as session:
        campaign, messages = make_ended(session, people=4)
        for message in messages[:3]:
            make_event(session, message)
        mark_changed(session, [campaign.id])
        return campaign.id


def test_what_changed_is_counted_and_kept(sent):
    count_again()
    count_again()
    with reading() as session:
        assert kept_of(session, [sent])[sent].holds
        told = figures_of(session, [session.get_one(Campaign, sent)], at_a_glance=True)[sent]
    assert told.opened == Split(human=3)


def test_the_report_of_a_long_list_tells_what_was_counted_within_the_hour(sent, monkeypatch):
    monkeypatch.setattr(growth, "MOST_COUNTED_NOW", 4)
    with transaction() as session:
        readers = make_list(session)
        make_confirmed(session, readers, 5)
    with reading() as session:
        live = list_report(session, readers.id)
    count_again()
    with transaction() as session:
        make_confirmed(session, readers, 1)
    count_again()
    with reading() as session:
        told = list_report(session, readers.id)
        assert session.query(ListTally).count() == 1
    assert told.counted_at is not None
    assert (told.counts, told.periods, told.sources) == (live.counts, live.periods, live.sources)
