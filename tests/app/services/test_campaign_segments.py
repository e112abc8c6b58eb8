"""A campaign narrowed to segments: counted as it is frozen, frozen as it was meant, and its books balance."""

import pytest
from sqlalchemy import func, select

from app.clock import now
from app.database.session import reading, transaction
from app.errors import InvalidInput, WrongState
from app.models import (
    Campaign,
    CampaignSegment,
    Exclusion,
    ListUse,
    Message,
    MessageStatus,
    Reason,
    SegmentMember,
    Subscriber,
)
from app.queries.audience_people import people_between
from app.queries.books import books_of
from app.queries.readers import readers_of_campaign
from app.queries.report_groups import by_segment
from app.services import audience
from app.services.audience import count_audience, freeze_page
from app.services.campaign_segments import set_segments
from app.services.campaigns import duplicate_campaign
from app.services.content_hash import campaign_hash
from tests.factories.campaigns import make_campaign, make_preparing, make_sending
from tests.factories.events import click
from tests.factories.mailing_lists import make_list
from tests.factories.segments import asks, choose, make_segment
from tests.factories.subscribers import make_subscriber, subscribe

TOWNS = ("Lyon", "Lyon", "Lyon", "Oslo", "Oslo", "Rome")


@pytest.fixture
def towns(database):
    """A list of six people in three towns, one more who is on no list, and a segment for each of two towns."""
    with transaction() as session:
        readers = make_list(session)
        people = [make_subscriber(session, fields={"town": town}) for town in TOWNS]
        for one in people:
            subscribe(session, one, readers)
        make_subscriber(session, fields={"town": "Lyon"})
        lyon = make_segment(session, asks("field:town", "is", "Lyon"), name="Lyon")
        oslo = make_segment(session, asks("field:town", "is", "Oslo"), name="Oslo")
        session.flush()
        return readers, [one.id for one in people], lyon, oslo


def written_to(session, campaign_id: int) -> set[int]:
    return set(session.scalars(select(Message.subscriber_id).where(Message.campaign_id == campaign_id)))


def test_only_people_of_the_segment_get_the_letter_and_the_others_are_told_why(towns):
    readers, people, lyon, _oslo = towns
    with transaction() as session:
        campaign = make_preparing(session, readers)
        choose(session, campaign, lyon)
        counted = count_audience(session, campaign.id)
        assert (counted.confirmed, counted.excluded) == (3, {"not_in_segment": 3})
        assert [one.id for one in people_between(session, campaign.id, 0, 10**6)] == people[:3]
        assert {one.id for one in readers_of_campaign(session, campaign.id, most=9)} == set(people[:3])
        freeze_page(session, campaign.id)
        assert written_to(session, campaign.id) == set(people[:3])
        reasons = set(session.scalars(select(Exclusion.reason).where(Exclusion.campaign_id == campaign.id)))
        assert reasons == {Reason.NOT_IN_SEGMENT}
        books = books_of(session, campaign.id)
        assert books.balanced
        assert books.candidates == 6


def test_one_of_several_segments_is_enough(towns):
    readers, people, lyon, oslo = towns
    with transaction() as session:
        campaign = make_sending(session, readers, segments=(lyon, oslo))
        assert written_to(session, campaign.id) == set(people[:5])


def test_people_of_a_segment_can_be_left_out(towns):
    readers, people, _lyon, oslo = towns
    with transaction() as session:
        campaign = make_preparing(session, readers)
        choose(session, campaign, oslo, ListUse.EXCLUDE)
        assert count_audience(session, campaign.id).excluded == {"excluded_segment": 2}
        freeze_page(session, campaign.id)
        assert written_to(session, campaign.id) == {*people[:3], people[5]}
        assert books_of(session, campaign.id).excluded == {"excluded_segment": 2}


def test_pages_keep_the_rule_of_the_first_page(towns, monkeypatch):
    readers, people, lyon, _oslo = towns
    monkeypatch.setattr(audience, "PAGE_SIZE", 2)
    with transaction() as session:
        campaign = make_preparing(session, readers)
        choose(session, campaign, lyon)
        freeze_page(session, campaign.id)
        session.merge(lyon).rule = make_segment(session, asks("field:town", "is", "Rome")).rule
        while freeze_page(session, campaign.id):
            pass
        assert written_to(session, campaign.id) == set(people[:3])
        assert books_of(session, campaign.id).balanced


def test_who_was_in_it_is_kept_for_the_report(towns):
    readers, people, lyon, _oslo = towns
    with transaction() as session:
        campaign = make_sending(session, readers, segments=(lyon,))
        assert session.scalar(select(func.count()).select_from(SegmentMember)) == 3
        moved = session.get_one(Subscriber, people[0])
        moved.fields = {"town": "Oslo"}
        session.flush()
        message = session.scalars(select(Message).where(Message.subscriber_id == people[0])).one()
        click(session, message)
        chosen, other = by_segment(session, campaign.id)
        assert (chosen.name, chosen.messages, chosen.clicked) == ("Lyon", 3, 1)
        assert (other.name, other.messages, other.clicked) == ("Oslo", 1, 1)


def test_the_report_asks_what_people_did_beside_its_own_letters(towns):
    readers, people, _lyon, _oslo = towns
    with transaction() as session:
        make_segment(session, asks("received", "within", 30), name="Got letters")
        make_segment(session, asks("refused", "not_within", 30), name="Never refused")
        campaign = make_sending(session, readers)
        message = session.scalars(select(Message).where(Message.subscriber_id == people[0])).one()
        message.status, message.sent_at = MessageStatus.SENT, now()
        session.flush()
        told = {one.name: (one.messages, one.accepted) for one in by_segment(session, campaign.id)}
        assert told == {"Got letters": (1, 1), "Never refused": (6, 1), "Lyon": (3, 1), "Oslo": (2, 0)}


def test_segments_are_chosen_once_each_and_only_in_a_draft(towns):
    readers, _people, lyon, oslo = towns
    with transaction() as session:
        draft, gone = make_campaign(session, readers), make_sending(session, readers)
        set_segments(session, draft.id, [lyon.id], [oslo.id])
        for include, exclude in (([lyon.id], [lyon.id]), ([999], []), (range(100, 130), [])):
            with pytest.raises(InvalidInput):
                set_segments(session, draft.id, include, exclude)
        with pytest.raises(WrongState):
            set_segments(session, gone.id, [lyon.id])
        copy = duplicate_campaign(session, draft.id)
        uses = select(CampaignSegment.segment_id, CampaignSegment.use).where(CampaignSegment.campaign_id == copy.id)
        assert dict(session.execute(uses).all()) == {lyon.id: ListUse.INCLUDE, oslo.id: ListUse.EXCLUDE}


def test_an_approval_covers_the_segments_and_their_rules(towns):
    readers, _people, lyon, oslo = towns
    with transaction() as session:
        draft = make_campaign(session, readers)
        hashes = [campaign_hash(session, draft.id)]
        set_segments(session, draft.id, [lyon.id])
        hashes.append(campaign_hash(session, draft.id))
        set_segments(session, draft.id, [], [lyon.id])
        hashes.append(campaign_hash(session, draft.id))
        session.merge(lyon).rule = oslo.rule
        session.flush()
        hashes.append(campaign_hash(session, draft.id))
        assert len(set(hashes)) == 4
        set_segments(session, draft.id, [])
        assert campaign_hash(session, draft.id) == hashes[0]


def test_a_deleted_campaign_takes_its_choice_with_it(towns):
    readers, _people, lyon, _oslo = towns
    with transaction() as session:
        draft = make_campaign(session, readers)
        set_segments(session, draft.id, [lyon.id])
        session.delete(session.get_one(Campaign, draft.id))
    with reading() as session:
        assert session.scalar(select(func.count()).select_from(CampaignSegment)) == 0
