"""The rows of a leased chunk with their people as they are now, and which of the frozen letters each of them gets."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import bindparam, select, text
from sqlalchemy.orm import Session

from app.database.ledger_sql import LEAVE_UNCOUNTED, PENDING_ROWS, SKIP_THE_GONE
from app.models import Message, MessageStatus, Subscription, SubscriptionStatus, Tracking, Variant
from app.models.base import Json, UtcTime
from app.services.chunks import Run, rows_of
from app.services.envelopes import Envelope, envelope_from_json

READ = (
    text(PENDING_ROWS)
    .bindparams(bindparam("now", type_=UtcTime()), bindparam("no_fields", {}, type_=Json))
    .columns(fields=Json)
)
SKIP = text(SKIP_THE_GONE).bindparams(bindparam("now", type_=UtcTime()))
GIVE_BARE = text(LEAVE_UNCOUNTED)
MOST_KEPT = 1_000
_asking: dict[str, bool] = {}


class LetterRow(NamedTuple):
    """One pending message of a leased chunk, with its person as they are now. `attempts` counts earlier tries.

    `group` is the MX group of its domain, "" where nobody has looked it up.
    """

    message_id: int
    variant_id: int
    attempts: int
    email: str
    first_name: str
    last_name: str
    language: str
    fields: Mapping[str, str]
    lists: tuple[int, ...] = ()
    group: str = ""

    @property
    def pace_name(self) -> str:
        """Under which name its pace is kept: that of its MX group, or its domain's own."""
        return self.group or self.email.rpartition("@")[2].lower()


@dataclass(frozen=True, slots=True)
class FrozenLetter:
    """One side of a campaign's letter as it was frozen: `bare` has no pixel and no numbered links.

    `asks_for_lists` says that it names the lists its reader is on. The compiled letter itself comes from
    `letters.load_compiled(session, variant_id)`.
    """

    variant_id: int
    bare: bool
    envelope: Envelope
    asks_for_lists: bool


def frozen_letters(session: Session, campaign_id: int) -> tuple[FrozenLetter, ...]:
    found = session.execute(
        select(Variant.id, Variant.tracking, Variant.envelope, Variant.content_hash)
        .where(Variant.campaign_id == campaign_id)
        .order_by(Variant.id)
    )
    return tuple(
        FrozenLetter(
            variant_id,
            tracking is Tracking.OFF,
            envelope_from_json(kept),
            asks_for_lists(session, variant_id, content_hash),
        )
        for variant_id, tracking, kept, content_hash in found.all()
        if kept
    )


def asks_for_lists(session: Session, variant_id: int, content_hash: str) -> bool:
    """Looked up in the letter once a process: it is long, and the hash of what it says never changes."""
    if content_hash not in _asking:
        if len(_asking) >= MOST_KEPT:
            _asking.clear()
        asks = Variant.compiled.contains("subscriber.lists", autoescape=True)
        _asking[content_hash] = bool(session.scalar(select(asks).where(Variant.id == variant_id)))
    return _asking[content_hash]


def rows_to_go(
    session: Session, chunk: Run, letters: Sequence[FrozenLetter], moment: datetime
) -> tuple[LetterRow, ...]:
    """A chunk's pending rows, in order; people who have left are skipped, those not to be counted get the bare letter.

    Mostly nobody is either, so that one reading answers both and two writings are spared.
    """
    bare = next((one.variant_id for one in letters if one.bare and len(letters) > 1), None)
    place = {"campaign_id": chunk.campaign_id, "first_id": chunk.first_id, "last_id": chunk.last_id}
    read = session.execute(READ, {**place, "now": moment}).all()
    someone_left = any(row.gone for row in read)
    not_counted = bare is not None and any(row.uncounted and row.variant_id != bare for row in read)
    if someone_left:
        session.execute(SKIP, {**place, "now": moment})
    if not_counted:
        session.execute(GIVE_BARE, {**place, "bare_id": bare})
    if someone_left or not_counted:
        read = session.execute(READ, {**place, "now": moment}).all()
    lists = lists_of_readers(session, chunk) if any(one.asks_for_lists for one in letters) else {}
    return tuple(as_letter_row(row, lists) for row in read if not row.gone)


def as_letter_row(row: Any, lists: Mapping[int, tuple[int, ...]]) -> LetterRow:
    number, variant, tries, email, first, last, language, person, fields, group, *_ = row
    return LetterRow(
        number, variant, tries, email, first, last, language, as_text(fields), lists.get(person, ()), group or ""
    )


def lists_of_readers(session: Session, chunk: Run) -> dict[int, tuple[int, ...]]:
    """The lists that each person of the chunk is on, by their id."""
    people = select(Message.subscriber_id).where(*rows_of(chunk), Message.status == MessageStatus.PENDING)
    found: Iterable[Any] = session.execute(
        select(Subscription.subscriber_id, Subscription.list_id)
        .where(Subscription.subscriber_id.in_(people), Subscription.status == SubscriptionStatus.CONFIRMED)
        .order_by(Subscription.subscriber_id, Subscription.list_id)
    )
    lists: dict[int, tuple[int, ...]] = {}
    for person, list_id in found:
        lists[person] = (*lists.get(person, ()), list_id)
    return lists


def as_text(fields: Mapping[str, object] | None) -> dict[str, str]:
    if not fields:
        return {}
    return {name: "" if value is None else str(value) for name, value in fields.items()}
