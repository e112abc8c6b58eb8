"""Mails whoever made a campaign when it is held and needs them, or has ended. Called by the timetable's tick."""

from datetime import timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.models import Campaign, CampaignStatus, MessageStatus, NoticeKind, Role, User
from app.queries.books import Books, books_of
from app.services.campaigns import lock_campaign
from app.services.notices import queue_notice
from app.services.users import FIRST_OWNER
from app.urls import public_base

KIND_OF = {CampaignStatus.HELD: NoticeKind.CAMPAIGN_HELD, CampaignStatus.SENT: NoticeKind.CAMPAIGN_ENDED}
LIFETIME = timedelta(days=2)


def tell_news(session: Session) -> int:
    """Queues one letter for each recipient of each piece of news, once; returns how many."""
    untold = select(Campaign.id).where(Campaign.status.in_(KIND_OF), Campaign.told_epoch != Campaign.epoch)
    return sum(tell(session, campaign_id) for campaign_id in session.scalars(untold.order_by(Campaign.id)).all())


def tell(session: Session, campaign_id: int) -> int:
    campaign = lock_campaign(session, campaign_id)
    if campaign.status not in KIND_OF or campaign.told_epoch == campaign.epoch:
        return 0
    campaign.told_epoch = campaign.epoch
    payload = news_of(session, campaign)
    readers = recipients(session, campaign)
    for user in readers:
        queue_notice(
            session, KIND_OF[campaign.status], user.email, payload={**payload, "name": user.name}, lifetime=LIFETIME
        )
    return len(readers)


def recipients(session: Session, campaign: Campaign) -> list[User]:
    """Who made it, while in the team; else its owners. The first start's owner has no mailbox before she gives one."""
    there = select(User).where(User.removed_at.is_(None), User.email != FIRST_OWNER).order_by(User.id)
    maker = session.scalars(there.where(User.id == campaign.created_by_id)).all()
    return list(maker or session.scalars(there.where(User.role == Role.OWNER)).all())


def news_of(session: Session, campaign: Campaign) -> dict[str, Any]:
    payload = {"campaign": campaign.name, "url": f"{public_base()}/campaigns/{campaign.id}"}
    if campaign.status == CampaignStatus.HELD:
        return {**payload, "trouble": campaign.trouble}
    return {**payload, "books": book_sentences(books_of(session, campaign.id))}


def book_sentences(books: Books) -> list[str]:
    """The figures of an ended campaign, as a letter tells them."""
    counts = [(getattr(books, status.value), words) for status, words in COUNTED.items()]
    told = ", ".join(f"{count:,} {words}" for count, words in counts if count)
    left_out = sum(books.excluded.values())
    sentences = [f"{books.sent:,} of {books.messages:,} letters were accepted by their mail servers."]
    sentences += [f"Of the rest: {told}."] if told else []
    sentences.append(f"{books.candidates:,} people looked at = {books.messages:,} letters + {left_out:,} left out.")
    return sentences


COUNTED = {
    MessageStatus.REFUSED: "refused",
    MessageStatus.UNKNOWN: "of unknown fate",
    MessageStatus.SKIPPED: "left out on the way",
    MessageStatus.CANCELLED: "cancelled",
}
