"""What somebody with a fresh link may see and change: details, the brand's lists, its forms' fields, the pause."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.clock import now
from app.errors import NotFound
from app.models import (
    Brand,
    Form,
    FormList,
    MailingList,
    Subscriber,
    Subscription,
    SubscriptionStatus,
    Suppression,
    SuppressionReason,
)
from app.models.form import NAME_FIELDS


@dataclass(frozen=True, slots=True)
class Offered:
    """A list to choose; `was_on` also while somebody is."""

    id: int
    name: str
    description: str
    is_on: bool
    was_on: bool


@dataclass(frozen=True, slots=True)
class AskedField:
    """A custom field that one of the brand's forms asks for."""

    name: str
    label: str


@dataclass(frozen=True, slots=True)
class Preferences:
    """`paused_until` is None once it has passed; `silenced` after a goodbye to everything, `stopped` by others."""

    brand: str
    zone: str
    languages: tuple[str, ...]
    email: str
    first_name: str
    last_name: str
    language: str
    fields: tuple[tuple[AskedField, str], ...]
    lists: tuple[Offered, ...]
    paused_until: datetime | None
    untracked: bool
    silenced: bool
    stopped: bool


def get_preferences(session: Session, subscriber_id: int, brand_id: int, *, language: str) -> Preferences:
    """Raises NotFound where the person was erased; `language` is the one they asked in."""
    person, brand = session.get(Subscriber, subscriber_id), session.get(Brand, brand_id)
    if person is None or person.erased_at is not None or brand is None:
        raise NotFound("This person is not here.")
    standing = session.scalars(select(Suppression).where(Suppression.address_hash == person.address_hash)).one_or_none()
    own = standing is not None and standing.reason is SuppressionReason.UNSUBSCRIBED
    return Preferences(
        brand=brand.name,
        zone=brand.time_zone,
        languages=(person.language, language, brand.language),
        email=person.email,
        first_name=person.first_name,
        last_name=person.last_name,
        language=person.language,
        fields=tuple((one, str(person.fields.get(one.name) or "")) for one in asked_fields(session, brand_id)),
        lists=offered_lists(session, subscriber_id, brand_id),
        paused_until=person.paused_until if person.paused_until and person.paused_until > now() else None,
        untracked=person.untracked_at is not None,
        silenced=own,
        stopped=standing is not None and not own,
    )


def offered_lists(session: Session, subscriber_id: int, brand_id: int) -> tuple[Offered, ...]:
    """The brand's lists that somebody is or was on, and those that one of its forms leads to."""
    public = (
        select(FormList.list_id)
        .join(Form, Form.id == FormList.form_id)
        .where(Form.brand_id == brand_id, Form.archived_at.is_(None))
    )
    rows = session.execute(
        select(MailingList, Subscription.status)
        .outerjoin(
            Subscription,
            (Subscription.list_id == MailingList.id) & (Subscription.subscriber_id == subscriber_id),
        )
        .where(
            MailingList.brand_id == brand_id,
            Subscription.id.is_not(None) | MailingList.id.in_(public),
            MailingList.archived_at.is_(None) | (Subscription.status == SubscriptionStatus.CONFIRMED),
        )
        .order_by(MailingList.name_key)
    )
    return tuple(
        Offered(
            one.id,
            one.name,
            one.description,
            is_on=status is SubscriptionStatus.CONFIRMED,
            was_on=status is not None,
        )
        for one, status in rows
    )


def asked_fields(session: Session, brand_id: int) -> tuple[AskedField, ...]:
    """What the brand's open forms ask for, each once; names are no custom fields, whatever forms ask."""
    forms = session.scalars(
        select(Form.fields).where(Form.brand_id == brand_id, Form.archived_at.is_(None)).order_by(Form.id)
    )
    found: dict[str, AskedField] = {}
    for fields in forms:
        for one in fields:
            name = str(one.get("name", "")) if isinstance(one, dict) else ""
            if name and name not in NAME_FIELDS:
                found.setdefault(name, AskedField(name, str(one.get("label") or name)))
    return tuple(found.values())
