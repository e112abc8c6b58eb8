"""Who is not to be counted, and the two sides of a letter: with pixel and numbered links, or bare."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from app.clock import now
from app.errors import InvalidInput
from app.models import Brand, Campaign, Tracking
from app.services import audit
from app.services.brands import get_brand
from app.services.lists import get_list
from app.services.subscribers import get_person

LABEL = "A"
BARE_LABEL = "A bare"


@dataclass(frozen=True, slots=True)
class Side:
    label: str
    tracking: Tracking


def sides_of(session: Session, campaign: Campaign) -> tuple[Side, ...]:
    """What is compiled: the counted side first, and always a bare one, as anybody may ask not to be counted."""
    brand = session.get_one(Brand, campaign.brand_id)
    bare = Side(BARE_LABEL, Tracking.OFF)
    return (bare,) if brand.tracking is Tracking.OFF else (Side(LABEL, brand.tracking), bare)


def set_brand_tracking(session: Session, brand_id: int, tracking: str, *, user_id: int | None = None) -> Brand:
    """Decides what is kept of openings and clicks of this brand's letters, also of those that left before.

    Raises:
        InvalidInput: the choice is none of ours.
    """
    brand = get_brand(session, brand_id)
    if tracking not in set(Tracking):
        raise InvalidInput({"tracking": "Choose one of the three: whose they were, only how many, or nothing."})
    before, brand.tracking = brand.tracking, Tracking(tracking)
    facts = {"from": before.value, "to": brand.tracking.value}
    audit.record(session, "brand.tracking_set", brand, user_id=user_id, facts=facts)
    return brand


def set_list_counted(session: Session, list_id: int, *, counted: bool, user_id: int | None = None) -> None:
    mailing_list = get_list(session, list_id)
    mailing_list.untracked_at = since(mailing_list.untracked_at, counted=counted)
    audit.record(session, f"list.{words(counted=counted)}", mailing_list, user_id=user_id)


def set_person_counted(session: Session, subscriber_id: int, *, counted: bool, user_id: int | None = None) -> None:
    person = get_person(session, subscriber_id)
    person.untracked_at = since(person.untracked_at, counted=counted)
    audit.record(session, f"person.{words(counted=counted)}", person, user_id=user_id)


def since(before: datetime | None, *, counted: bool) -> datetime | None:
    return None if counted else before or now()


def words(*, counted: bool) -> str:
    return "counted" if counted else "uncounted"
