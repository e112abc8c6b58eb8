"""How a list grew: the report's sums are those of the ledger of subscriptions."""

from datetime import date, timedelta

import pytest

from app.clock import now
from app.database.session import transaction
from app.models import Consent, Suppression, SuppressionReason
from app.queries.list_report import MONTHS, WEEKS, list_report, month_starts, week_starts
from app.queries.lists import list_counts
from tests.factories.mailing_lists import make_list
from tests.factories.subscribers import make_subscriber, subscribe


@pytest.fixture
def grown(database) -> int:
    """Nine people over 800 days, a third confirmed, a third not, a third gone; one is suppressed."""
    with transaction() as session:
        readers = make_list(session)
        for place in range(9):
            person = make_subscriber(session)
            row = subscribe(session, person, readers, ("confirmed", "unconfirmed", "unsubscribed")[place % 3])
            row.created_at = now() - timedelta(days=100 * place)
            if row.status == "unsubscribed":
                row.unsubscribed_at = now() - timedelta(days=50 * (place - 2))
            if place < 6:
                session.add(Consent(subscriber_id=person.id, list_id=readers.id, act="added", way="import"))
            if place == 0:
                session.add(Consent(subscriber_id=person.id, list_id=readers.id, act="confirmed", way="page"))
                session.add(Suppression(address_hash=person.address_hash, reason=SuppressionReason.BY_HAND))
        make_list(session)
        return readers.id


@pytest.mark.parametrize("by_week", [False, True])
def test_joined_and_before_sum_up_to_the_lists_count(grown, by_week):
    with transaction() as session:
        told, counts = list_report(session, grown, by_week=by_week), list_counts(session, grown)
    assert told.before + sum(one.joined for one in told.periods) == counts.total == 9


def test_sources_sum_up_to_the_lists_count_and_each_person_has_one(grown):
    with transaction() as session:
        told = list_report(session, grown)
    assert {one.way: one.count for one in told.sources} == {"import": 6, None: 3}


def test_who_left_lately_is_told_of_those_who_could(grown):
    with transaction() as session:
        told = list_report(session, grown)
    assert (told.left, told.stayed_and_left) == (1, 4)
    assert sum(one.left for one in told.periods) == told.counts.unsubscribed == 3


def test_the_suppressed_on_a_list_are_told(grown):
    with transaction() as session:
        told = list_report(session, grown)
    assert told.suppressed == sum(one.suppressed for one in told.periods) == 1


def test_months_and_weeks_end_with_this_one():
    months, weeks = month_starts(date(2026, 2, 28)), week_starts(date(2026, 11, 26))
    assert (len(months), months[0], months[-1]) == (MONTHS, date(2025, 3, 1), date(2026, 2, 1))
    assert (len(weeks), weeks[0], weeks[-1]) == (WEEKS, date(2026, 8, 31), date(2026, 11, 23))
