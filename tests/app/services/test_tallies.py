"""Kept figures are those of the ledger: equal when counted, told of every change, and never believed after one."""

import random
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import delete, select, update

from app.clock import now
from app.database.session import reading, transaction
from app.jobs import Job
from app.models import Campaign, CampaignStatus, Event, EventKind, Message, Tally, Variant
from app.queries import campaign_figures
from app.queries.campaign_figures import Figures, figures_of, figures_so_far, kept_for
from app.queries.openings import Split, links_of, over_time
from app.queries.report_groups import by_domain, by_list, groups_from
from app.queries.tallies import due_again, kept_of, so_far_due
from app.services import tallies
from app.services.hits import Hit
from app.services.tallies import count_again, keep_counted, mark_changed, mark_ended
from app.services.tracking import keep_hits, settle_page
from tests.app.services.traffic import BROWSERS
from tests.factories.events import AUTOMATED, HUMAN, UNDECIDED, click, make_ended, make_event

URLS = tuple(f"https://example.test/{number}" for number in range(1, 5))


@pytest.fixture
def sent(database) -> int:
    """A campaign that ended two hours ago, opened and clicked by people and programs over some hours."""
    chance = random.Random(5)
    with transaction() as session:
        campaign, messages = make_ended(session, people=12, urls=URLS, ended_at=now() - timedelta(hours=2))
        for message in messages:
            message.sent_at = now() - timedelta(hours=9)
            for _time in range(chance.randrange(3)):
                at = now() - timedelta(hours=8 * chance.random())
                make_event(session, message, verdict=chance.choice((HUMAN, UNDECIDED, AUTOMATED, None)), at=at)
                click(session, message, chance.choice((1, 2)), chance.choice((HUMAN, AUTOMATED)), at=at)
        mark_changed(session, [campaign.id, None])
        return campaign.id


def count(campaign_id: int) -> None:
    with reading() as session:
        counted = count_again(session, campaign_id)
    with transaction() as session:
        keep_counted(session, counted)


def hit(campaign_id: int, place: int = 0, **changes) -> Hit:
    with reading() as session:
        messages = session.scalars(select(Message.id).where(Message.campaign_id == campaign_id).order_by(Message.id))
        number = messages.all()[place]
    made = Hit(now(), EventKind.OPENED, number, 0, "GET", "20.1.1.1", BROWSERS[0], {}, f"spool:{place}")
    return replace(made, **changes)


def keep(*hits: Hit) -> int:
    with transaction() as session:
        return keep_hits(session, hits)


def opened(campaign_id: int, **how) -> Split:
    with reading() as session:
        return figures_of(session, [session.get_one(Campaign, campaign_id)], **how)[campaign_id].opened


def tally(campaign_id: int) -> Tally:
    with reading() as session:
        return session.get_one(Tally, campaign_id)


def test_what_is_kept_equals_the_ledger(sent):
    with reading() as session:
        live = figures_of(session, [session.get_one(Campaign, sent)])[sent]
    assert tally(sent).counted is None
    count(sent)
    with reading() as session:
        kept = kept_of(session, [sent])[sent]
        told = figures_of(session, [session.get_one(Campaign, sent)])[sent]
        assert kept.holds
        assert told == live
        assert kept.spans == over_time(session, sent)
        assert links_of(session, sent, people=True, clicked=kept.links) == links_of(session, sent, people=True)
        assert groups_from(kept.domains) == by_domain(session, sent)
        assert groups_from(kept.lists) == by_list(session, sent)


def test_a_new_hit_is_in_the_report_at_once(sent):
    count(sent)
    before = opened(sent)
    session_hits = [hit(sent, place) for place in range(12)]
    assert keep(*session_hits) == 12
    assert not kept(sent).holds
    assert opened(sent) != before
    assert opened(sent, at_a_glance=True) == before


def kept(campaign_id: int):
    with reading() as session:
        return kept_of(session, [campaign_id])[campaign_id]


def test_a_line_that_was_kept_before_changes_nothing(sent):
    keep(hit(sent))
    count(sent)
    assert keep(hit(sent)) == 0
    assert kept(sent).holds


def test_a_verdict_that_is_judged_anew_is_in_the_report(database):
    with transaction() as session:
        campaign, (message,) = make_ended(session, people=1)
        message.sent_at = now() - timedelta(hours=9)
    keep(hit(campaign.id, at=now() - timedelta(hours=1)))
    with transaction() as session:
        session.execute(update(Event).where(Event.source.is_not(None)).values(verdict=UNDECIDED))
    count(campaign.id)
    assert opened(campaign.id) == kept(campaign.id).opened == Split(undecided=1)
    settle()
    assert not kept(campaign.id).holds
    assert opened(campaign.id) == Split(human=1)
    count(campaign.id)
    assert kept(campaign.id).opened == Split(human=1)


def settle() -> None:
    with transaction() as session:
        settle_page(session)


def test_settling_that_changes_no_verdict_leaves_the_figures(sent):
    keep(hit(sent, at=now() - timedelta(hours=1)))
    count(sent)
    settle()
    assert kept(sent).holds


def test_a_letter_that_proves_accepted_later_makes_figures_old(sent):
    count(sent)
    with transaction() as session:
        session.execute(update(Tally).values(figures={**tally(sent).figures, "accepted": 11, "opened": [0, 0, 0]}))
    assert opened(sent) != Split()


def test_a_way_of_tracking_that_is_not_that_of_the_figures_is_counted_now(sent):
    count(sent)
    with transaction() as session:
        session.execute(update(Variant).values(tracking="off"))
    assert opened(sent, at_a_glance=True) == Split()


def test_of_a_large_campaign_is_told_what_was_counted_last(sent, monkeypatch):
    count(sent)
    before = opened(sent)
    keep(*(hit(sent, place) for place in range(12)))
    monkeypatch.setattr(campaign_figures, "MOST_COUNTED_NOW", 11)
    with reading() as session:
        campaign = session.get_one(Campaign, sent)
        told = figures_of(session, [campaign])[sent]
        assert (told.opened, told.counted_at) == (before, tally(sent).counted_at)
        assert kept_for(session, campaign).spans


def test_what_came_while_it_was_counted_leaves_the_figures_old(sent):
    with reading() as session:
        counted = count_again(session, sent)
    keep(hit(sent))
    with transaction() as session:
        keep_counted(session, counted)
    assert not kept(sent).holds


def due(after: timedelta) -> list[int]:
    with reading() as session:
        return due_again(session, now() + after)


def test_changed_figures_are_due_after_a_minute_and_more_seldom_as_time_passes(sent):
    assert due(timedelta()) == [sent]
    count(sent)
    assert due(timedelta(hours=1)) == []
    keep(hit(sent))
    assert due(timedelta(seconds=30)) == []
    assert due(timedelta(seconds=90)) == [sent]
    with transaction() as session:
        session.get_one(Campaign, sent).ended_at = now() - timedelta(days=10)
    assert due(timedelta(minutes=40)) == []
    assert due(timedelta(minutes=60)) == [sent]


def test_what_still_leaves_is_not_kept(sent):
    with transaction() as session:
        session.get_one(Campaign, sent).status = "sending"
    assert due(timedelta()) == []


def test_a_campaign_that_nothing_was_told_of_has_nothing_to_keep(database):
    with transaction() as session:
        campaign, _messages = make_ended(session, people=1)
        assert count_again(session, campaign.id) is None


@pytest.fixture
def large_one(sent, monkeypatch) -> int:
    """The same campaign while it leaves, as if it were large."""
    for place in ("app.queries.campaign_figures", "app.services.tallies"):
        monkeypatch.setattr(f"{place}.MOST_COUNTED_NOW", 2)
    with transaction() as session:
        campaign = session.get_one(Campaign, sent)
        campaign.status, campaign.candidates, campaign.ended_at = CampaignStatus.SENDING, 12, None
    return sent


def so_far(campaign_id: int) -> Figures:
    with reading() as session:
        return figures_so_far(session, session.get_one(Campaign, campaign_id))


def due_so_far(after: timedelta = timedelta()) -> list[int]:
    with reading() as session:
        return so_far_due(session, now() + after, larger_than=11)


def count_meanwhile(campaign_id: int) -> None:
    with reading() as session:
        counted = tallies.count_so_far(session, campaign_id)
    with transaction() as session:
        tallies.keep_so_far(session, counted)


def test_a_large_campaign_that_leaves_tells_what_was_counted_a_minute_ago(large_one):
    before = so_far(large_one)
    assert (before.opened, before.counted_at) == (opened(large_one), None)
    assert due_so_far() == [large_one]
    count_meanwhile(large_one)
    assert due_so_far(timedelta(seconds=30)) == []
    assert due_so_far(timedelta(seconds=61)) == [large_one]
    keep(*(hit(large_one, place) for place in range(12)))
    told = so_far(large_one)
    assert (told.opened, told.counted, told.counted_at) == (before.opened, 12, tally(large_one).counted_at)
    count_meanwhile(large_one)
    assert so_far(large_one).opened == opened(large_one)


def test_before_anybody_did_anything_nobody_looks_who_is_not_counted(large_one, monkeypatch):
    with transaction() as session:
        session.execute(delete(Event))
    monkeypatch.setattr("app.queries.campaign_figures.accepted_in", None)
    told = so_far(large_one)
    assert (told.opened, told.clicked, told.counted) == (Split(), Split(), 12)


def test_once_it_has_ended_nothing_of_what_was_counted_meanwhile_is_told(large_one):
    count_meanwhile(large_one)
    keep(*(hit(large_one, place) for place in range(12)))
    with reading() as session:
        late = tallies.count_so_far(session, large_one)
    with transaction() as session:
        campaign = session.get_one(Campaign, large_one)
        campaign.status, campaign.ended_at = CampaignStatus.SENT, now()
        mark_ended(session, campaign)
        assert (Job.TALLIES, ()) in session.info["rung"]
    with reading() as session:
        assert kept_of(session, [large_one]) == {}
    with transaction() as session:
        tallies.keep_so_far(session, late)
    assert due(timedelta()) == [large_one]
    assert due_so_far(timedelta(hours=1)) == []
    live = opened(large_one)
    count(large_one)
    assert kept(large_one).holds
    assert opened(large_one) == live
