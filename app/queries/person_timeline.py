"""What happened between us and one person, newest first: consent, letters, and why a letter did not come."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.models import (
    Campaign,
    Consent,
    ConsentAct,
    ConsentWay,
    Event,
    EventKind,
    Exclusion,
    Form,
    MailingList,
    Message,
    MessageStatus,
    Reason,
    User,
)
from app.queries.import_proofs import ACTS, WAY, joined_by_import

MOST_ENTRIES = 500
TOLD_FACTS = (
    EventKind.SUPPRESSED,
    EventKind.ERASED,
    EventKind.PAUSED,
    EventKind.REASON_GIVEN,
    EventKind.ADDRESS_CHANGED,
    EventKind.DATA_EXPORTED,
)


class EntryKind(StrEnum):
    CONSENT = "consent"
    LETTER = "letter"
    LEFT_OUT = "left_out"
    FACT = "fact"


@dataclass(frozen=True, slots=True)
class Entry:
    """One thing that happened; which fields are set follows from `kind`. `at` None: not yet."""

    kind: EntryKind
    at: datetime | None
    campaign_id: int | None = None
    campaign_name: str = ""
    list_name: str = ""
    act: ConsentAct | None = None
    way: ConsentWay | None = None
    basis: str = ""
    by: str = ""
    message_id: int | None = None
    status: MessageStatus | None = None
    reason: Reason | None = None
    reply: str = ""
    fact: EventKind | None = None
    detail: str = ""
    form_name: str = ""
    wording_version: int | None = None
    asked_at: datetime | None = None
    ip_address: str = ""


def timeline(session: Session, subscriber_id: int) -> tuple[Entry, ...]:
    """Everything known, newest first; what has not happened yet stands first."""
    entries = [
        *consents(session, subscriber_id),
        *brought_in(session, subscriber_id),
        *letters(session, subscriber_id),
        *left_out(session, subscriber_id),
        *facts(session, subscriber_id),
    ]
    waiting = [one for one in entries if one.at is None]
    happened = [one for one in entries if one.at is not None]
    happened.sort(key=lambda one: one.at.timestamp() if one.at else 0, reverse=True)
    return tuple(waiting + happened)


def consents(session: Session, subscriber_id: int) -> list[Entry]:
    rows = session.execute(
        select(
            Consent,
            MailingList.name,
            Campaign.id,
            Campaign.name,
            func.coalesce(func.nullif(User.name, ""), User.email),
            Form.name,
        )
        .outerjoin(MailingList, MailingList.id == Consent.list_id)
        .outerjoin(Message, Message.id == Consent.message_id)
        .outerjoin(Campaign, Campaign.id == Message.campaign_id)
        .outerjoin(User, User.id == Consent.user_id)
        .outerjoin(Form, Form.id == Consent.form_id)
        .where(Consent.subscriber_id == subscriber_id)
        .order_by(Consent.id.desc())
        .limit(MOST_ENTRIES)
    )
    return [
        Entry(
            EntryKind.CONSENT,
            one.created_at,
            campaign_id=campaign_id,
            campaign_name=campaign or "",
            list_name=list_name or "",
            act=one.act,
            way=one.way,
            basis=one.basis,
            by=by or "",
            message_id=one.message_id,
            form_name=form_name or "",
            wording_version=one.wording_version,
            asked_at=one.asked_at,
            ip_address=one.ip_address if one.form_id else "",
        )
        for one, list_name, campaign_id, campaign, by, form_name in rows
    ]


def brought_in(session: Session, subscriber_id: int) -> list[Entry]:
    """The consents that imports stand for."""
    return [
        Entry(
            EntryKind.CONSENT,
            one.at,
            list_name=one.list_name,
            act=act,
            way=WAY,
            basis=one.basis,
            by=one.by,
            asked_at=one.agreed_at,
        )
        for act in reversed(ACTS)
        for one in reversed(joined_by_import(session, subscriber_id))
    ]


def letters(session: Session, subscriber_id: int) -> list[Entry]:
    rows = session.execute(
        select(Message, Campaign.name)
        .join(Campaign, Campaign.id == Message.campaign_id)
        .where(Message.subscriber_id == subscriber_id)
        .order_by(Message.id.desc())
        .limit(MOST_ENTRIES)
    )
    return [
        Entry(
            EntryKind.LETTER,
            one.sent_at,
            campaign_id=one.campaign_id,
            campaign_name=name,
            message_id=one.id,
            status=one.status,
            reason=one.reason,
            reply=one.reply or "",
        )
        for one, name in rows
    ]


def left_out(session: Session, subscriber_id: int) -> list[Entry]:
    rows = session.execute(
        select(Exclusion.reason, Campaign.id, Campaign.name, Campaign.started_at)
        .join(Campaign, Campaign.id == Exclusion.campaign_id)
        .where(Exclusion.subscriber_id == subscriber_id)
        .order_by(Exclusion.id.desc())
        .limit(MOST_ENTRIES)
    )
    return [
        Entry(EntryKind.LEFT_OUT, at, campaign_id=campaign_id, campaign_name=name, reason=reason)
        for reason, campaign_id, name, at in rows
    ]


def facts(session: Session, subscriber_id: int) -> list[Entry]:
    """Facts that no consent row tells."""
    rows = session.scalars(
        select(Event)
        .where(Event.subscriber_id == subscriber_id, Event.kind.in_(TOLD_FACTS))
        .where(Event.list_id.is_(None))
        .order_by(Event.id.desc())
        .limit(MOST_ENTRIES)
    )
    return [
        Entry(
            EntryKind.FACT,
            one.at,
            fact=one.kind,
            detail=str(one.facts.get("reason", "") or one.facts.get("until", "")),
            basis=str(one.facts.get("words", "")),
        )
        for one in rows
    ]
