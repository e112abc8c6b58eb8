"""The report's figures on rows: people once each by their best verdict, every figure a part of its whole."""

from datetime import UTC, datetime

import pytest

from app.database.session import reading, transaction
from app.models import (
    Campaign,
    EventKind,
    MessageStatus,
    Reason,
    Suppression,
    SuppressionReason,
    Tracking,
    Variant,
    Verdict,
)
from app.queries.campaign_figures import Usual, usual_of
from app.queries.campaign_report import Report, report_of
from app.queries.openings import DAY, Split, links_of, over_time
from app.queries.report_groups import by_domain, by_list
from app.queries.report_people import hits_of, readers_of, reported_people
from tests.factories.brands import make_brand
from tests.factories.events import AUTOMATED, HUMAN, UNDECIDED, click, make_ended, make_event, opened_at, recount
from tests.factories.mailing_lists import make_list
from tests.factories.subscribers import make_confirmed, subscribe

URLS = ("https://example.test/a", "https://example.test/b")


@pytest.fixture
def sent(database):
    """A campaign that ten people got: its id and the ids of its messages."""
    with transaction() as session:
        campaign, messages = make_ended(session, people=10, urls=URLS)
        return campaign.id, messages


def report(campaign_id: int) -> Report:
    with reading() as session:
        return report_of(session, session.get_one(Campaign, campaign_id))


def test_nothing_happened_yet(sent):
    found = report(sent[0])
    assert (found.figures.messages, found.figures.accepted, found.figures.counted) == (10, 10, 10)
    assert found.figures.opened == found.figures.clicked == Split()
    assert (found.refusals, found.reasons, found.complained) == ({}, {}, 0)


def test_a_person_counts_once_by_the_best_verdict(sent):
    with transaction() as session:
        a, b, c, d = sent[1][:4]
        for message, verdict in (
            (a, AUTOMATED), (a, HUMAN), (a, HUMAN), (a, UNDECIDED),
            (b, AUTOMATED), (b, UNDECIDED),
            (c, AUTOMATED), (c, AUTOMATED),
            (d, None),
        ):  # fmt: skip
            make_event(session, message, verdict=verdict)
    assert report(sent[0]).figures.opened == Split(human=1, undecided=2, automated=1)


def test_a_suspect_click_is_never_a_person(sent):
    with transaction() as session:
        for message in sent[1]:
            click(session, message, verdict=AUTOMATED)
            make_event(session, message, EventKind.DECOY_FOLLOWED, AUTOMATED)
    found = report(sent[0]).figures
    assert found.clicked == Split(automated=10)
    assert found.opened == Split()


def test_links_are_told_apart_and_each_person_counts_once_a_link(sent):
    with transaction() as session:
        for message in sent[1][:3]:
            click(session, message, 1)
            click(session, message, 1, AUTOMATED)
        click(session, sent[1][0], 2, UNDECIDED)
    with reading() as session:
        first, second = links_of(session, sent[0], people=True)
    assert (first.number, first.url, first.clicked) == (1, URLS[0], Split(human=3))
    assert second.clicked == Split(undecided=1)
    assert report(sent[0]).figures.clicked == Split(human=3)


def test_events_of_another_campaign_do_not_count(sent):
    with transaction() as session:
        _other, messages = make_ended(session, people=2)
        make_event(session, messages[0])
    assert report(sent[0]).figures.opened == Split()


def test_refusals_by_kind_sum_up_to_the_refused(sent):
    reasons = (Reason.ADDRESS_BAD, Reason.ADDRESS_BAD, Reason.POLICY, Reason.MAILBOX_FULL, Reason.REFUSED_OTHERWISE)
    with transaction() as session:
        campaign = session.get_one(Campaign, sent[0])
        for row, reason in zip(sent[1], reasons, strict=False):
            message = session.merge(row)
            message.status, message.reason = MessageStatus.REFUSED, reason
        recount(session, campaign)
    found = report(sent[0])
    assert found.refusals == {"address_bad": 2, "policy": 1, "mailbox_full": 1, "other": 1}
    assert sum(found.refusals.values()) == found.figures.refused == 5
    assert found.figures.accepted == 5


def test_who_left_and_why(sent):
    with transaction() as session:
        for message in sent[1][:3]:
            make_event(session, message, EventKind.UNSUBSCRIBED, None)
        make_event(session, sent[1][0], EventKind.UNSUBSCRIBED, None)
        make_event(session, sent[1][0], EventKind.REASON_GIVEN, None, facts={"reason": "too_many", "words": ""})
        make_event(session, sent[1][0], EventKind.REASON_GIVEN, None, facts={"reason": "other", "words": "Moved"})
        make_event(session, sent[1][1], EventKind.REASON_GIVEN, None, facts={"reason": "too_many", "words": ""})
    found = report(sent[0])
    assert found.figures.unsubscribed == 3
    assert found.reasons == {"other": 1, "too_many": 1}
    assert found.own_words == ("Moved",)


def test_complaints_are_those_of_this_letter(sent):
    with transaction() as session:
        rows = ((SuppressionReason.COMPLAINT, sent[1][0].id), (SuppressionReason.BY_HAND, sent[1][1].id))
        for place, (reason, message_id) in enumerate(rows):
            session.add(Suppression(address_hash=f"h{place}", reason=reason, message_id=message_id))
        session.add(Suppression(address_hash="elsewhere", reason=SuppressionReason.COMPLAINT))
    assert report(sent[0]).complained == 1


def test_totals_count_times_and_no_people(sent):
    with transaction() as session:
        session.query(Variant).filter_by(campaign_id=sent[0]).update({"tracking": Tracking.TOTALS})
        for _time in range(7):
            make_event(session, None, campaign_id=sent[0])
    found = report(sent[0]).figures
    assert found.tracking is Tracking.TOTALS
    assert found.opened == Split(human=7)


def test_people_whose_letters_are_bare_are_not_in_the_denominator(sent):
    with transaction() as session:
        bare = Variant(campaign_id=sent[0], label="-", tracking=Tracking.OFF)
        session.add(bare)
        session.flush()
        session.merge(sent[1][0]).variant_id = bare.id
    found = report(sent[0]).figures
    assert (found.tracking, found.accepted, found.counted) == (Tracking.PEOPLE, 10, 9)


def test_tracking_off_counts_nobody(sent):
    with transaction() as session:
        session.query(Variant).filter_by(campaign_id=sent[0]).update({"tracking": Tracking.OFF})
    found = report(sent[0]).figures
    assert (found.tracking, found.counted) == (Tracking.OFF, 0)


def usual_after(opened: tuple[int, ...]) -> Usual:
    """The usual of a brand whose earlier campaigns, of four people each, were opened by so many."""
    with transaction() as session:
        brand = make_brand(session, name="The Well")
        for count in opened:
            readers = make_list(session, brand)
            make_confirmed(session, readers, 4)
            _campaign, messages = make_ended(session, readers)
            for message in messages[:count]:
                make_event(session, message)
        readers = make_list(session, brand)
        make_confirmed(session, readers, 1)
        campaign, _messages = make_ended(session, readers)
        return usual_of(session, campaign)


def test_there_is_no_usual_below_three_campaigns(database):
    assert usual_after((1, 2)) == Usual()


def test_the_usual_is_the_median_of_the_others(database):
    assert usual_after((1, 4, 3)).opened == pytest.approx(0.75)


def test_another_brands_campaigns_are_not_our_usual(database):
    with transaction() as session:
        for _one in range(3):
            make_ended(session, people=2)
        campaign, _messages = make_ended(session, people=2)
        assert usual_of(session, campaign) == Usual()


def test_time_is_cut_into_hours_and_days_of_utc(sent):
    with transaction() as session:
        for hour, minute in ((9, 0), (9, 59), (11, 30)):
            opened_at(session, sent[1][0], datetime(2026, 11, 24, hour, minute, tzinfo=UTC))
        opened_at(session, sent[1][1], datetime(2026, 11, 25, 0, 0, tzinfo=UTC), AUTOMATED)
    with reading() as session:
        hours, days = over_time(session, sent[0]), over_time(session, sent[0], by=DAY)
    assert [(one.start.hour, one.opened.human) for one in hours] == [
        (9, 2),
        (10, 0),
        (11, 1),
        *((hour % 24, 0) for hour in range(12, 25)),
    ]
    assert [(one.start.day, one.opened.total) for one in days] == [(24, 3), (25, 1)]


def test_by_list_and_by_domain(database):
    with transaction() as session:
        brand = make_brand(session)
        first, second = make_list(session, brand, name="First"), make_list(session, brand, name="Second")
        people = make_confirmed(session, first, 3, domain="a.test")
        make_confirmed(session, second, 2, domain="b.test")
        subscribe(session, people[0], second)
        campaign, messages = make_ended(session, first, second)
        for message in messages:
            make_event(session, message)
            click(session, message, verdict=AUTOMATED)
        domains, lists = by_domain(session, campaign.id), by_list(session, campaign.id)
    assert [(one.name, one.messages, one.opened, one.clicked) for one in domains] == [
        ("a.test", 3, 3, 0), ("b.test", 2, 2, 0),
    ]  # fmt: skip
    assert [(one.name, one.accepted) for one in lists] == [("First", 3), ("Second", 3)]


def test_domains_beyond_the_twenty_largest_stand_together(database):
    with transaction() as session:
        readers = make_list(session)
        for place in range(23):
            make_confirmed(session, readers, 2 if place < 5 else 1, domain=f"d{place:02}.test")
        campaign, _messages = make_ended(session, readers)
        found = by_domain(session, campaign.id)
    assert len(found) == 21
    assert (found[-1].name, found[-1].messages) == ("", 3)
    assert sum(one.messages for one in found) == 28


def test_the_people_of_a_link_stand_with_sure_ones_first(sent):
    with transaction() as session:
        click(session, sent[1][0], 1, AUTOMATED)
        click(session, sent[1][1], 1)
        click(session, sent[1][1], 1)
        click(session, sent[1][2], 2)
    with reading() as session:
        found = readers_of(session, sent[0], EventKind.CLICKED, link=1)
    assert [(one.subscriber_id, one.verdict, one.times) for one in found.rows] == [
        (sent[1][1].subscriber_id, HUMAN, 2), (sent[1][0].subscriber_id, AUTOMATED, 1),
    ]  # fmt: skip


def test_one_letters_story_names_the_links(sent):
    with transaction() as session:
        make_event(session, sent[1][0], verdict=None)
        click(session, sent[1][0], 2)
    with reading() as session:
        story = hits_of(session, sent[1][0].id)
    assert [(one.kind, one.verdict, one.url) for one in story] == [
        (EventKind.OPENED, Verdict.UNDECIDED, ""), (EventKind.CLICKED, HUMAN, URLS[1]),
    ]  # fmt: skip


def test_the_export_has_every_message_once(sent):
    with transaction() as session:
        click(session, sent[1][3], 2)
    with reading() as session:
        rows = list(reported_people(session, sent[0]))
    assert [one.id for one in rows] == [one.id for one in sent[1]]
    assert [one.clicked for one in rows].count(HUMAN) == 1
