"""Addresses whose mailbox has been full for long: they are given up. Called by whoever records refusals."""

from collections.abc import Collection
from datetime import timedelta

from sqlalchemy import ColumnElement, and_, exists, func, or_, select
from sqlalchemy.orm import Session, aliased

from app.models import Campaign, Message, MessageStatus, Reason, SuppressionReason
from app.services.suppressions import suppress

FEWEST_REFUSALS = 3
SHORTEST_SPAN = timedelta(days=14)
FULL = ("5.2.2", "4.2.2", "5.3.4")


def suppress_if_full_for_long(session: Session, message_ids: Collection[int]) -> None:
    """Suppresses the addresses of these refused letters that refused three, over two weeks, for want of room.

    Refusals carry no time of their own, so that of their campaign's start counts; a letter accepted since begins anew.
    """
    if not message_ids:
        return
    this, earlier, accepted = aliased(Message), aliased(Message), aliased(Message)
    accepted_since = exists().where(
        accepted.subscriber_id == earlier.subscriber_id,
        accepted.address_hash == earlier.address_hash,
        accepted.status == MessageStatus.SENT,
        accepted.sent_at > Campaign.started_at,
    )
    found = session.execute(
        select(this.id, this.address_hash, func.min(Campaign.started_at), func.max(Campaign.started_at))
        .join(earlier, and_(earlier.subscriber_id == this.subscriber_id, earlier.address_hash == this.address_hash))
        .join(Campaign, Campaign.id == earlier.campaign_id)
        .where(this.id.in_(message_ids), for_want_of_room(this), for_want_of_room(earlier), ~accepted_since)
        .group_by(this.id, this.address_hash)
        .having(func.count() >= FEWEST_REFUSALS)
        .order_by(this.address_hash)
    )
    for message_id, address_hash, first, last in found.all():
        if first and last and last - first >= SHORTEST_SPAN:
            suppress(session, address_hash, SuppressionReason.ADDRESS_BAD, message_id=message_id)


def for_want_of_room(message: type[Message]) -> ColumnElement[bool]:
    """Refused as full, or after two days of being told so."""
    given_up = and_(message.reason == Reason.EXPIRED, message.enhanced.in_(FULL))
    return and_(message.status == MessageStatus.REFUSED, or_(message.reason == Reason.MAILBOX_FULL, given_up))
