"""Who goes first: a sample spread over the audience, and with a warm-up those who are glad of our letters."""

from collections import Counter
from datetime import timedelta

import pytest
from sqlalchemy import select

from app.clock import now
from app.database.session import transaction
from app.models import Campaign, EventKind, Message, Subscriber, Subscription, Verdict
from app.services import audience
from tests.app.services.leaving import balanced, campaign_of, freeze, messages, people_of_wave, wave_sizes
from tests.factories.campaigns import make_preparing
from tests.factories.departures import make_plan, make_planned, make_warm_up
from tests.factories.events import make_event
from tests.factories.mailing_lists import make_list
from tests.factories.subscribers import make_confirmed, make_subscriber, subscribe

DOMAINS = {"big.test": 60, "half.test": 30, "small.test": 8, "tiny.test": 2}


@pytest.fixture
def audience_of_100(database, monkeypatch):
    """The list of a hundred people at four domains, and their ids in order; pages of 17, chunks of 12."""
    monkeypatch.setattr(audience, "PAGE_SIZE", 17)
    monkeypatch.setattr(audience, "CHUNK_SIZE", 12)
    with transaction() as session:
        readers = make_list(session)
        people = [
            person.id
            for domain, count in DOMAINS.items()
            for person in make_confirmed(session, readers, count, domain=domain)
        ]
    return readers, people


def planned(readers, **given) -> int:
    with transaction() as session:
        return make_planned(session, session.merge(readers), **given).id


def domains_of(people: list[int]) -> Counter:
    with transaction() as session:
        return Counter(session.scalars(select(Subscriber.domain).where(Subscriber.id.in_(people))))


def test_exactly_as_many_as_wanted_go_first(audience_of_100):
    readers, people = audience_of_100
    wanted = {20: "canary_count", 1: "canary_count", 99: "canary_count", 10: "canary_percent", 50: "canary_percent"}
    for first, unit in wanted.items():
        campaign = planned(readers, **{unit: first})
        freeze(campaign)
        assert wave_sizes(campaign) == {0: first, 1: 100 - first}
        assert sorted(one.subscriber_id for one in messages(campaign)) == people
        assert balanced(campaign).candidates == 100
        assert campaign_of(campaign).wave_open == 0


def test_the_first_ones_are_spread_over_pages_and_domains(audience_of_100):
    readers, people = audience_of_100
    campaign = planned(readers, canary_count=20)
    freeze(campaign)
    first = people_of_wave(campaign, 0)
    per_page = Counter(people.index(one) // 17 for one in first)
    assert len(per_page) == 6
    assert max(per_page.values()) <= 4
    found = domains_of(first)
    assert 10 <= found["big.test"] <= 14
    assert 4 <= found["half.test"] <= 8
    assert sorted(first) != people[:20]


def test_the_next_campaign_asks_others_first(audience_of_100):
    readers, _ = audience_of_100
    firsts = []
    for _ in range(3):
        campaign = planned(readers, canary_count=20)
        freeze(campaign)
        firsts.append(frozenset(people_of_wave(campaign, 0)))
    assert len(set(firsts)) == 3


def test_people_left_out_do_not_change_how_many_go_first(audience_of_100):
    readers, people = audience_of_100
    campaign = planned(readers, canary_count=20)
    with transaction() as session:
        for one in session.scalars(select(Subscriber).where(Subscriber.id.in_(people[:30]))):
            one.paused_until = now() + timedelta(days=1)
    freeze(campaign)
    assert wave_sizes(campaign) == {0: 20, 1: 50}
    assert balanced(campaign).excluded == {"paused": 30}


def test_people_who_leave_while_it_is_frozen_are_made_up_for_on_the_last_page(audience_of_100):
    readers, people = audience_of_100
    campaign = planned(readers, canary_count=20, expected=100)
    with transaction() as session:
        for one in session.scalars(select(Subscriber).where(Subscriber.id.in_(people[34:85]))):
            one.paused_until = now() + timedelta(days=1)
    freeze(campaign)
    assert wave_sizes(campaign) == {0: 20, 1: 29}


def test_where_more_should_go_first_than_there_are_all_do_and_nobody_is_waited_for(audience_of_100):
    readers, _ = audience_of_100
    campaign = planned(readers, canary_count=500)
    freeze(campaign)
    assert wave_sizes(campaign) == {0: 100}


def test_a_campaign_without_a_plan_is_one_wave_as_it_ever_was(audience_of_100):
    readers, _ = audience_of_100
    with transaction() as session:
        campaign = make_preparing(session, session.merge(readers)).id
    freeze(campaign)
    assert wave_sizes(campaign) == {0: 100}
    assert campaign_of(campaign).wave_open == 0


@pytest.fixture
def acquaintances(database):
    """A list with one person of each kind; returns (list, name -> id), the warmest first."""
    moment = now()
    with transaction() as session:
        readers, other = make_list(session), make_list(session)
        people = {}

        def person(name: str, *, agreed_days: int, kind=None, days: int = 0, verdict=Verdict.HUMAN) -> None:
            one = make_subscriber(session, f"{name}@example.test")
            row = subscribe(session, one, readers)
            row.confirmed_at = moment - timedelta(days=agreed_days)
            people[name] = one.id
            if kind:
                earlier = make_preparing(session, other)
                letter = Message(campaign_id=earlier.id, subscriber_id=one.id, address_hash=one.address_hash)
                session.add(letter)
                session.flush()
                make_event(session, letter, kind, verdict, at=moment - timedelta(days=days))

        person("newest", agreed_days=1)
        person("machine", agreed_days=400, kind=EventKind.OPENED, days=1, verdict=Verdict.AUTOMATED)
        person("long-ago", agreed_days=500, kind=EventKind.CLICKED, days=181)
        person("opened", agreed_days=500, kind=EventKind.OPENED, days=3)
        person("clicked", agreed_days=500, kind=EventKind.CLICKED, days=2)
        person("winter", agreed_days=500, kind=EventKind.CLICKED, days=120)
        person("spring", agreed_days=60)
        person("older", agreed_days=200)
        session.query(Subscription).filter_by(subscriber_id=people["long-ago"]).one().confirmed_at = None
        return readers, people


def test_with_a_warm_up_the_engaged_come_first_then_the_newest(acquaintances):
    readers, people = acquaintances
    with transaction() as session:
        make_warm_up(session, 5, 10)
        campaign = make_preparing(session, session.merge(readers)).id
    freeze(campaign)
    names = {id_: name for name, id_ in people.items()}
    in_order = [names[one] for wave in sorted(wave_sizes(campaign)) for one in people_of_wave(campaign, wave)]
    assert in_order == ["clicked", "opened", "winter", "newest", "spring", "older", "machine", "long-ago"]
    assert campaign_of(campaign).wave_open > max(wave_sizes(campaign))
    assert balanced(campaign).messages == 8


def test_with_both_the_sample_still_goes_first_and_the_rest_by_warmth(acquaintances):
    readers, _ = acquaintances
    with transaction() as session:
        make_warm_up(session, 5, 10)
        campaign = make_preparing(session, session.merge(readers))
        make_plan(session, campaign, canary_count=2)
    freeze(campaign.id)
    assert wave_sizes(campaign.id)[0] == 2
    assert campaign_of(campaign.id).wave_open == 0


def test_the_number_is_counted_before_the_freeze_where_it_is_needed(audience_of_100):
    readers, _ = audience_of_100
    with_canary, without = planned(readers, canary_percent=10), planned(readers)
    with transaction() as session:
        assert audience.expected_letters(session, with_canary) == 100
        assert audience.expected_letters(session, without) is None
        audience.note_expected(session, with_canary, 100)
    with transaction() as session:
        assert audience.expected_letters(session, with_canary) is None
        assert session.get_one(Campaign, with_canary).candidates == 0
