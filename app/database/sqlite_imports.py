"""A page of an import as SQLite wants it: the writer is alone, so what was compared is still so when it is written."""

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import text
from sqlalchemy.orm import Session

from app.database import import_sql as sql

CREATE = text(
    """
    CREATE TEMP TABLE incoming (n INTEGER PRIMARY KEY, email, email_key, address_hash, domain, first_name, last_name,
      language, fields, agreed_at, subscriber_id, reason)
    """
)
LOAD = "INSERT INTO incoming VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, NULL, NULL)"
RESOLVE = text(
    """
    UPDATE incoming SET subscriber_id = (SELECT s.id FROM subscriber s WHERE s.email_key = incoming.email_key)
    WHERE subscriber_id IS NULL
    """
)
PATCH = """(
    SELECT json_group_object(e.key, e.value) FROM json_each(i.fields) e WHERE NOT EXISTS (
      SELECT 1 FROM json_each(s.fields) o WHERE o.key = e.key
        AND (o.value = e.value OR (NOT :overwrite AND o.value <> ''))))"""
MERGED = text(sql.MERGED.replace("/* patch */", PATCH))
JOINING = sql.listed(sql.JOINING)
CREATE_PEOPLE = sql.timed(sql.CREATE_PEOPLE)
UPDATE_PEOPLE = sql.timed(
    """
    UPDATE subscriber SET first_name = m.first_name, last_name = m.last_name, language = m.language,
      fields = json_patch(subscriber.fields, m.patch), details_changed_at = :now
    FROM merged m WHERE m.changed AND subscriber.id = m.subscriber_id
    """
)
SUBSCRIBE, CONFIRM = sql.timed(sql.SUBSCRIBE), sql.timed(sql.CONFIRM)
PROVEN = sql.Proven("joining", ":facts")


def load(session: Session, rows: Sequence[tuple[Any, ...]], *, kept: bool) -> None:  # noqa: ARG001  all is locked
    """Puts a page into `incoming`, with the ids of those who are here."""
    session.execute(CREATE)
    connection = session.connection()
    connection.exec_driver_sql(LOAD, [(*row[:-1], as_kept(row[-1])) for row in rows])
    session.execute(RESOLVE)


def as_kept(moment: datetime | None) -> str | None:
    """A time as its column keeps it: in UTC, without a zone, always with microseconds."""
    return None if moment is None else f"{moment.astimezone(UTC):%Y-%m-%d %H:%M:%S.%f}"


def compare(session: Session, *, list_ids: Sequence[int], overwrite: bool) -> None:
    session.execute(MERGED, {"overwrite": overwrite})
    session.execute(JOINING, {"lists": list(list_ids)})


def write(session: Session, *, way: str, basis: str, user_id: int | None, moment: datetime) -> None:
    session.execute(CREATE_PEOPLE, {"now": moment})
    session.execute(RESOLVE)
    session.execute(UPDATE_PEOPLE, {"now": moment})
    session.execute(SUBSCRIBE, {"now": moment})
    session.execute(CONFIRM, {"now": moment})
    PROVEN.write(session, {"way": way, "basis": basis, "user_id": user_id}, moment)


def clear(session: Session) -> None:
    for name in ("incoming", "merged", "joining"):
        session.execute(text(f"DROP TABLE temp.{name}"))
