"""Hits become events as brand and person wish, and verdicts settle once the neighbours are in."""

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import select

from app.clock import now
from app.database.session import transaction
from app.models import Brand, Event, EventKind, Message, Subscriber, Tracking, Variant, Verdict
from app.services import tracking
from app.services.hits import Hit
from app.services.subscribers import erase_person
from app.services.tracking import keep_hits, settle_page
from tests.app.services.traffic import BROWSERS
from tests.factories.mailing_lists import make_list
from tests.factories.sent_letters import make_sent_letter
from tests.factories.subscribers import make_subscriber, subscribe

URLS = tuple(f"https://example.test/{number}" for number in range(1, 7))


@pytest.fixture
def message(database) -> Message:
    with transaction() as session:
        readers = make_list(session)
        person = make_subscriber(session)
        subscribe(session, person, readers)
        sent = make_sent_letter(session, person, readers, urls=URLS)
        sent.sent_at = now() - timedelta(hours=2)
        return sent


def click(message: Message, link: int = 1, *, ago: float = 3600, **changes) -> Hit:
    kind = EventKind.CLICKED if link else EventKind.DECOY_FOLLOWED
    at = now() - timedelta(seconds=ago)
    hit = Hit(at, kind, message.id, link, "GET", "20.1.1.1", BROWSERS[0], {}, f"f:{link}:{ago}")
    return replace(hit, **changes)


def keep(*hits: Hit) -> int:
    with transaction() as session:
        return keep_hits(session, hits)


def settle() -> int:
    with transaction() as session:
        return settle_page(session)


def events() -> list[Event]:
    with transaction() as session:
        return list(session.scalars(select(Event).where(Event.source.is_not(None)).order_by(Event.link_number)))


def set_on(model: type, **values) -> None:
    with transaction() as session:
        for row in session.scalars(select(model)):
            for name, value in values.items():
                setattr(row, name, value)


def test_a_hit_is_kept_once_however_often_it_is_brought(message):
    assert keep(click(message)) == 1
    assert keep(click(message), click(message, 2)) == 1
    assert len(events()) == 2


def test_an_event_knows_its_letter_person_link_and_what_was_seen(message):
    keep(click(message, 3, signals={"sec-fetch-user": "?1"}))
    (event,) = events()
    assert (event.message_id, event.subscriber_id, event.campaign_id) == (
        message.id,
        message.subscriber_id,
        message.campaign_id,
    )
    assert (event.link_number, event.verdict, event.verdict_rule) == (3, Verdict.HUMAN, "reader")
    assert event.facts == {
        "method": "GET",
        "ip": "20.1.1.1",
        "agent": BROWSERS[0],
        "signals": {"sec-fetch-user": "?1"},
    }


def test_totals_tell_how_many_and_what_was_there_but_nobody(message):
    set_on(Brand, tracking=Tracking.TOTALS)
    keep(click(message), click(message, 2, method="HEAD"))
    for event, verdict in zip(events(), (Verdict.HUMAN, Verdict.AUTOMATED), strict=True):
        assert (event.message_id, event.subscriber_id, event.facts) == (None, None, {})
        assert event.campaign_id == message.campaign_id
        assert event.verdict is verdict
    assert settle() == 0


@pytest.mark.parametrize(
    ("model", "values"),
    [
        (Brand, {"tracking": Tracking.OFF}),
        (Variant, {"tracking": Tracking.OFF}),
        (Subscriber, {"untracked_at": now()}),
    ],
)
def test_nothing_is_kept_of_who_is_not_to_be_counted(message, model, values):
    set_on(model, **values)
    assert keep(click(message)) == 0
    assert events() == []


def test_of_somebody_erased_only_the_total_stays(message):
    set_on(Subscriber, erased_at=now())
    keep(click(message))
    assert [event.subscriber_id for event in events()] == [None]


def test_a_letter_that_left_with_totals_stays_so_when_its_brand_wants_more_later(message):
    set_on(Variant, tracking=Tracking.TOTALS)
    keep(click(message))
    assert events()[0].message_id is None


def test_a_burst_that_came_in_two_batches_is_settled_as_one(message):
    keep(*(click(message, link, ago=3600 - link) for link in (1, 2)))
    assert {event.verdict for event in events()} == {Verdict.HUMAN}
    keep(*(click(message, link, ago=3600 - link) for link in (3, 4, 5)))
    assert settle() == 5
    assert {(event.verdict, event.verdict_rule) for event in events()} == {(Verdict.AUTOMATED, "every_link")}
    assert settle() == 0


def test_a_decoy_followed_later_tells_of_what_the_same_program_did_before(message):
    keep(click(message, ago=3600))
    keep(click(message, 0, ago=3500))
    settle()
    assert {event.verdict_rule for event in events()} == {"decoy", "decoy_source"}


def test_what_is_fresh_is_not_settled_before_its_neighbours_can_be_in(message):
    keep(click(message, ago=60))
    assert settle() == 0


def test_grown_rules_judge_everything_again_page_by_page_and_once(message, monkeypatch):
    keep(*(click(message, link, ago=3600 - 60 * link) for link in range(1, 7)))
    settle()
    grown = tracking.VERSION + 1
    monkeypatch.setattr(tracking, "VERSION", grown)
    monkeypatch.setattr(tracking, "OF_ANY_RULES", Event.verdict_version.in_(range(grown + 1)))
    set_on(Event, verdict=Verdict.AUTOMATED)
    with transaction() as session:
        assert [settle_page(session, size=4) for _ in range(3)] == [4, 2, 0]
    assert {(event.verdict, event.verdict_version) for event in events()} == {(Verdict.HUMAN, grown)}


def test_what_an_erased_person_read_stays_counted_without_program_or_network(message, monkeypatch):
    keep(click(message, 1, ago=3600))
    settle()
    with transaction() as session:
        erase_person(session, message.subscriber_id)
    monkeypatch.setattr(tracking, "VERSION", tracking.VERSION + 1)
    settle()
    (event,) = [one for one in events() if one.kind is EventKind.CLICKED]
    assert (event.facts, event.verdict, event.link_number) == ({}, Verdict.HUMAN, 1)
