"""People who read."""

from datetime import datetime
from typing import Any

from sqlalchemy import Index, String, event, func, inspect
from sqlalchemy.orm import Mapped, mapped_column

from app.clock import now
from app.models.base import Base, WithId, WithTimes


def by_bytes(length: int) -> String:
    """Text in the order of its bytes, as SQLite has it anyway: what begins with a word stands together."""
    return String(length).with_variant(String(length, collation="C"), "postgresql")


class Subscriber(WithId, WithTimes, Base):
    """A person. `email_key` is the address as it is compared, `address_hash` the keyed hash that outlives erasure.

    After erasure the row stays, without anything that tells who it was: email "", email_key None, hash None.
    With `untracked_at`, their letters have no pixel and bare links. Since `details_changed_at`, letters would be filled
    with other details than before.
    """

    __tablename__ = "subscriber"

    email: Mapped[str] = mapped_column(String(320))
    email_key: Mapped[str | None] = mapped_column(by_bytes(320), unique=True)
    address_hash: Mapped[str | None] = mapped_column(String(32), unique=True)
    domain: Mapped[str] = mapped_column(by_bytes(255), default="", index=True)
    first_name: Mapped[str] = mapped_column(String(200), default="")
    last_name: Mapped[str] = mapped_column(String(200), default="")
    language: Mapped[str] = mapped_column(String(35), default="")
    fields: Mapped[dict[str, Any]] = mapped_column(default=dict)
    paused_until: Mapped[datetime | None]
    untracked_at: Mapped[datetime | None]
    erased_at: Mapped[datetime | None]
    details_changed_at: Mapped[datetime | None]


# By what names begin with (`name_begins` of both modules of statements): SQLite's are COLLATE NOCASE instead.
for _name in (Subscriber.first_name, Subscriber.last_name):
    _folded = func.lower(_name).label(_name.key)
    Index(f"ix_subscriber_{_name.key}", _folded, postgresql_ops={_name.key: "text_pattern_ops"})

FILLED_INTO_LETTERS = ("email", "first_name", "last_name", "language", "fields")


@event.listens_for(Subscriber, "before_update")
def note_change(_mapper: object, _connection: object, person: Subscriber) -> None:
    """Imports, which write by statement, note it themselves."""
    if any(inspect(person).attrs[name].history.has_changes() for name in (*FILLED_INTO_LETTERS, "address_hash")):
        person.details_changed_at = now()
