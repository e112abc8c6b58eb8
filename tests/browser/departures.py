"""Campaigns in each state that their page knows: leaving, pausing, held for each cause, ended with open questions."""

from datetime import timedelta

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from app.clock import now
from app.database.session import transaction
from app.models import (
    Campaign,
    CampaignStatus,
    Chunk,
    Event,
    EventKind,
    HoldCause,
    MailingList,
    Message,
    MessageStatus,
    Reason,
    SubscriptionStatus,
    SuppressionReason,
    Variant,
    WaitsFor,
)
from app.services.audience import freeze_page
from app.services.delivery import Outcome, finish_if_balanced, record_outcomes
from app.services.holds import hold
from app.services.leases import LeasedChunk, give_back, lease_chunk
from app.services.retries import leave_unknown
from app.services.scheduling import cancel, pause
from app.services.suppressions import suppress
from tests.factories.brands import make_brand
from tests.factories.campaigns import make_campaign, make_preparing, make_sending
from tests.factories.departures import make_plan, make_warm_up
from tests.factories.mailing_lists import make_list
from tests.factories.subscribers import make_subscriber, subscribe

_S = MessageStatus
NAMES = (
    "Amara Okafor", "Björn Lind", "Chiara Rossi", "David Cohen", "Esi Mensah", "Farid Haddad", "Grete Vogel",
    "Hana Sato", "Ilse Maes", "Jun Park",
)  # fmt: skip
CURES = {
    HoldCause.CHANGED: "The letter was changed after it had been approved. Take it back, look at it, send it again.",
    HoldCause.LATE: "It was due on Tue 24 Nov, 09:00 and could not leave then. Resume it if it is still news.",
    HoldCause.AWAY: "Nothing was heard of the senders for 3 hours. Resume it if the rest should still leave.",
    HoldCause.RELAY: "smtp.example.test:587 refused the password ten times in a row. Correct SMTP_URL, then resume.",
    HoldCause.POLICY: "4 % of the last 500 letters were refused as spam. Publish SPF and DKIM for example.test first.",
    HoldCause.CANARY: "2 of the first 4 letters came back or were refused (50 %, the rest is held from 5 %). "
    "Look at who was refused and why, and clean the list. Then let the rest go, or cancel it.",
    HoldCause.POISON: "Three senders in a row died at the same letter.",
}
BEFORE_THE_LEDGER = {HoldCause.CHANGED, HoldCause.LATE}
SAID = {
    _S.SENT: (250, "2.0.0", "Ok: queued as 4XyZ"),
    _S.DEFERRED: (451, "4.7.1", "Greylisted, please try again in a few minutes"),
    _S.REFUSED: (550, "5.7.1", "Message rejected by policy, see https://policy.example.test/why?id=42"),
}
HALF = (_S.SENT, _S.SENT, _S.SENT, _S.SENT, _S.REFUSED, _S.DEFERRED)
WAITING = (*HALF, _S.SENT, _S.SENT, _S.SENT, _S.SENT)
ENDED = (*(_S.SENT,) * 5, _S.REFUSED, _S.REFUSED, _S.UNKNOWN, _S.UNKNOWN, _S.UNKNOWN)


def depart() -> dict[str, int]:
    """Name of the state -> the id of a campaign in it."""
    with transaction() as session:
        readers = make_readers(session)
        made = {
            "leaving": begin(session, readers)[0],
            "pausing": begin(session, readers)[0],
            "cancelling": begin(session, readers)[0],
            "paused": stand(session, readers, HALF),
            "cancelled": stand(session, readers, HALF),
            "waiting": stand(session, readers, WAITING),
            "sent": end(session, readers),
            "settled": end(session, readers),
            **{f"held-{cause.value}": held_by(session, readers, cause) for cause in CURES},
        }
        for name in ("pausing", "paused"):
            pause(session, made[name].id)
        for name in ("cancelling", "cancelled"):
            cancel(session, made[name].id)
        made |= {
            f"waits-{what.value}": waits_for(session, readers, what)
            for what in (WaitsFor.CANARY, WaitsFor.HOURS, WaitsFor.QUOTA)
        }
        leave_unknown(session, made["settled"].id)
        suppress_one(session, made["sent"])
        return {name: campaign.id for name, campaign in made.items()}


def waits_for(session: Session, readers: MailingList, what: WaitsFor) -> Campaign:
    """Four of ten have left: its first ones, those of its hours, or what a warming domain allows today."""
    campaign = make_preparing(session, readers, name="Embracing new beginnings")
    first = 4 if what is WaitsFor.CANARY else None
    plan = make_plan(session, campaign, canary_count=first, zone="Europe/Paris", finish_by=now() + timedelta(days=20))
    if what is WaitsFor.QUOTA:
        variant = session.scalars(select(Variant).where(Variant.campaign_id == campaign.id)).one()
        variant.envelope = variant.envelope.replace("@example.test", "@young.example.test")
        make_warm_up(session, 4, 8, 20, domain="young.example.test", zone="Europe/Paris")
    while freeze_page(session, campaign.id):
        pass
    held = lease_chunk(session, campaign.id, owner="w", host="h", lease_seconds=3600)
    assert held is not None
    record_outcomes(session, held.lease, [outcome(row.message_id, _S.SENT) for row in held.rows[:4]])
    give_back(session, held.lease)
    plan.waits_for, plan.waits_until = what, now() + timedelta(hours=9)
    if what is WaitsFor.HOURS:
        plan.days, plan.from_minute, plan.to_minute = "01234", 540, 1020
    campaign.move_to(CampaignStatus.WAITING)
    session.flush()
    return campaign


def make_readers(session: Session) -> MailingList:
    """Ten people with names, one who left and one who has not confirmed."""
    readers = make_list(session, make_brand(session, name="Clearer Days"), name="Monthly letter")
    for name in NAMES:
        first, last = name.split()
        email = f"{first.lower().replace('ö', 'o')}@example.test"
        subscribe(session, make_subscriber(session, email, first_name=first, last_name=last), readers)
    subscribe(session, make_subscriber(session), readers, SubscriptionStatus.UNSUBSCRIBED)
    subscribe(session, make_subscriber(session), readers, SubscriptionStatus.UNCONFIRMED)
    return readers


def begin(
    session: Session, readers: MailingList, ends: tuple[MessageStatus, ...] = HALF
) -> tuple[Campaign, LeasedChunk]:
    """A campaign in some worker's hand, its first letters ended in these ways."""
    campaign = make_sending(session, readers, name="Embracing new beginnings")
    held = lease_chunk(session, campaign.id, owner="w", host="h", lease_seconds=3600)
    assert held is not None
    record_outcomes(
        session, held.lease, [outcome(row.message_id, end) for row, end in zip(held.rows, ends, strict=False)]
    )
    return campaign, held


def outcome(message_id: int, status: MessageStatus) -> Outcome:
    code, enhanced, reply = SAID.get(status, (None, "", ""))
    reason = {_S.REFUSED: Reason.POLICY, _S.DEFERRED: Reason.TEMPORARY}.get(status)
    at = now() - timedelta(seconds=20)
    attempts = 1 if status is _S.SENT else 2
    return Outcome(message_id, status, at, attempts, reason, now() + timedelta(minutes=5), code, enhanced, reply)


def stand(session: Session, readers: MailingList, ends: tuple[MessageStatus, ...]) -> Campaign:
    campaign, held = begin(session, readers, ends)
    give_back(session, held.lease)
    return campaign


def end(session: Session, readers: MailingList) -> Campaign:
    """Five accepted, one of them proved so; two refused; three unknown."""
    campaign = stand(session, readers, ENDED)
    assert finish_if_balanced(session, campaign.id)
    first = rows_of(session, campaign)[0]
    session.add(Event(kind=EventKind.LETTER_PROVED, message_id=first.id, facts={"way": "click"}))
    return campaign


def suppress_one(session: Session, campaign: Campaign) -> None:
    """One of the refused must not be written to any more."""
    refused = next(one for one in rows_of(session, campaign) if one.status == _S.REFUSED)
    suppress(session, refused.address_hash, SuppressionReason.COMPLAINT)


def rows_of(session: Session, campaign: Campaign) -> list[Message]:
    return list(session.scalars(select(Message).where(Message.campaign_id == campaign.id).order_by(Message.id)))


def held_by(session: Session, readers: MailingList, cause: HoldCause) -> Campaign:
    if cause in BEFORE_THE_LEDGER:
        campaign = make_campaign(session, readers, name="Water in winter", status=CampaignStatus.SCHEDULED)
    else:
        campaign = stand(session, readers, HALF)
    if cause is HoldCause.CANARY:
        make_plan(session, campaign, canary_count=4)
    hold(session, campaign, cause, CURES[cause])
    if cause is HoldCause.POISON:
        last = session.scalars(select(Message.id).where(Message.campaign_id == campaign.id).order_by(Message.id)).all()[
            -1
        ]
        session.execute(update(Chunk).where(Chunk.campaign_id == campaign.id).values(deaths=3, suspects=[last]))
    session.flush()
    return campaign
