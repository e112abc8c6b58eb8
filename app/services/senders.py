"""From identities: who letters come from."""

from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.errors import InvalidInput, NotFound, WrongState
from app.models import Campaign, CampaignStatus, Sender
from app.services import audit, brands, typed

WAITING_FOR_IT = (CampaignStatus.SCHEDULED, CampaignStatus.PREPARING)


@dataclass(frozen=True, slots=True)
class SenderDetails:
    name: str
    email: str
    reply_to: str = ""


def get_sender(session: Session, sender_id: int) -> Sender:
    found = session.get(Sender, sender_id)
    if found is None:
        raise NotFound("This sender is not here.")
    return found


def find_sender(session: Session, email: str) -> Sender | None:
    wanted = email.strip().casefold()
    return next((one for one in session.scalars(select(Sender)) if one.email.casefold() == wanted), None)


def senders_of(session: Session, brand_id: int) -> tuple[Sender, ...]:
    return tuple(session.scalars(select(Sender).where(Sender.brand_id == brand_id).order_by(Sender.id)))


def create_sender(session: Session, details: SenderDetails, *, brand_id: int, user_id: int | None = None) -> Sender:
    sender = Sender(brand_id=brands.get_brand(session, brand_id).id)
    write_details(session, sender, details)
    session.add(sender)
    audit.record(session, "sender.created", sender, user_id=user_id)
    return sender


def edit_sender(session: Session, sender_id: int, details: SenderDetails, *, user_id: int | None = None) -> Sender:
    sender = get_sender(session, sender_id)
    write_details(session, sender, details)
    audit.record(session, "sender.edited", sender, user_id=user_id)
    return sender


def write_details(session: Session, sender: Sender, details: SenderDetails) -> None:
    name = typed.line("name", details.name, longest=100, required=True)
    email = typed.address("email", details.email)
    reply_to = typed.address("reply_to", details.reply_to, required=False)
    with session.no_autoflush:
        taken = find_sender(session, email)
    if taken is not None and taken.id != sender.id:
        raise InvalidInput({"email": "There is a sender with this address already."})
    sender.name, sender.email, sender.reply_to = name, email, reply_to


def remove_sender(session: Session, sender_id: int, *, user_id: int | None = None) -> None:
    """Takes a sender away; letters that were frozen keep their From.

    Raises:
        WrongState: a scheduled campaign waits for it.
    """
    sender = get_sender(session, sender_id)
    waiting = session.scalar(
        select(func.count())
        .select_from(Campaign)
        .where(Campaign.sender_id == sender_id, Campaign.status.in_(WAITING_FOR_IT))
    )
    if waiting:
        raise WrongState("A scheduled campaign uses this sender; give it another one first.")
    audit.record(session, "sender.removed", sender, user_id=user_id)
    session.delete(sender)


def find_sender_for(session: Session, brand_id: int) -> Sender | None:
    """Who writes a brand's own letters to readers: its first sender, else anybody's."""
    return session.scalars(select(Sender).order_by(Sender.brand_id != brand_id, Sender.id).limit(1)).one_or_none()
