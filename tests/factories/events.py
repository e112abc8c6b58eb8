"""Openings and clicks of a letter that was accepted, and reasons of those who left."""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.clock import now
from app.models import Campaign, Chunk, ChunkState, Event, EventKind, Link, MailingList, Message, MessageStatus, Verdict
from tests.factories.campaigns import make_sending
from tests.factories.mailing_lists import make_list
from tests.factories.subscribers import make_confirmed

HUMAN, AUTOMATED, UNDECIDED = Verdict.HUMAN, Verdict.AUTOMATED, Verdict.UNDECIDED


def make_ended(
    session: Session, *lists: MailingList, people: int = 10, urls: tuple[str, ...] = (), **given
) -> tuple[Campaign, list[Message]]:
    """A sent campaign with every letter accepted, and its messages in their order."""
    if not lists:
        lists = (make_list(session),)
        make_confirmed(session, lists[0], people)
    campaign = make_sending(session, *lists, **given)
    messages = list(session.scalars(select(Message).where(Message.campaign_id == campaign.id).order_by(Message.id)))
    for message in messages:
        message.status, message.sent_at = MessageStatus.SENT, now()
    session.add_all(Link(campaign_id=campaign.id, number=place, url=url) for place, url in enumerate(urls, start=1))
    campaign.status, campaign.ended_at = "sent", campaign.ended_at or now()
    recount(session, campaign)
    return campaign, messages


def recount(session: Session, campaign: Campaign) -> None:
    """Ends the campaign's chunks with the counts of their rows."""
    session.flush()
    for chunk in session.scalars(select(Chunk).where(Chunk.campaign_id == campaign.id)):
        counts: dict[str, int] = {}
        rows = select(Message.status).where(Message.id.between(chunk.first_id, chunk.last_id))
        for status in session.scalars(rows):
            counts[status.value] = counts.get(status.value, 0) + 1
        chunk.state, chunk.counts = ChunkState.DONE, counts
    session.flush()


def make_event(
    session: Session,
    message: Message | None,
    kind: EventKind = EventKind.OPENED,
    verdict: Verdict | None = HUMAN,
    **given,
) -> Event:
    """One event of a message; for a total without a person, `message` None and `campaign_id` given."""
    values: dict[str, object] = {"kind": kind, "verdict": verdict}
    if message is not None:
        values |= {
            "campaign_id": message.campaign_id,
            "message_id": message.id,
            "subscriber_id": message.subscriber_id,
        }
    event = Event(**(values | given))
    session.add(event)
    session.flush()
    return event


def click(session: Session, message: Message | None, link: int = 1, verdict: Verdict | None = HUMAN, **given) -> Event:
    return make_event(session, message, EventKind.CLICKED, verdict, link_number=link, **given)


def opened_at(session: Session, message: Message, at: datetime, verdict: Verdict = HUMAN) -> Event:
    return make_event(session, message, EventKind.OPENED, verdict, at=at)
