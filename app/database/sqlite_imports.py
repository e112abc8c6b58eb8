"""A page of an import as SQLite wants it: the writer is alone, so what was compared is still so when it is written."""

import json
import sqlite3
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import cast

from sqlalchemy import text
from sqlalchemy.orm import Session

from app.database import import_sql as sql
from app.database.import_rows import Order, PageRow, as_pairs
from app.database.sqlite import ROOM

FIND_KNOWN = text("SELECT s.email_key, s.id FROM json_each(:keys) k CROSS JOIN subscriber s ON s.email_key = k.value")
FIND_STOPPED = text(
    "SELECT s.address_hash, s.reason FROM json_each(:hashes) h CROSS JOIN suppression s ON s.address_hash = h.value"
)
FIND_JOINED = text(
    """
    SELECT u.subscriber_id FROM json_each(:ids) i CROSS JOIN subscription u ON u.subscriber_id = i.value
    WHERE u.import_id = :import_id
    """
)
NEWEST = text("SELECT coalesce(max(id), 0) FROM subscriber")
# Row by row: for a set, SQLite would look for each person in every table that refers to people, and keep all pages that
# the set changes twice.
CREATE_PERSON = """
    INSERT INTO subscriber
      (id, email, email_key, address_hash, domain, first_name, last_name, language, fields, created_at,
       details_changed_at)
    VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, NULL)
"""
ADD_TO_LISTS = sql.timed(
    """
    INSERT INTO subscription (subscriber_id, list_id, status, confirmed_at, created_at, import_id, agreed_at)
    SELECT :first + a.key, l.value, 'confirmed', :now, :now, :import_id, a.value
    FROM json_each(:agreed) a CROSS JOIN json_each(:lists) l
    """
)
CREATE = text(
    """
    CREATE TEMP TABLE incoming (n INTEGER PRIMARY KEY, first_name, last_name, language, fields, agreed_at,
      subscriber_id, reason)
    """
)
LOAD = "INSERT INTO incoming VALUES (?, ?, ?, ?, ?, ?, ?, NULL)"
PATCH = """(
    SELECT json_group_object(e.key, e.value) FROM json_each(i.fields) e WHERE NOT EXISTS (
      SELECT 1 FROM json_each(s.fields) o WHERE o.key = e.key
        AND (o.value = e.value OR (NOT :overwrite AND o.value <> ''))))"""
MERGED = text(sql.MERGED.replace("/* patch */", PATCH))
JOINING = sql.listed(sql.JOINING)
UPDATE_PEOPLE = sql.timed(
    """
    UPDATE subscriber SET first_name = m.first_name, last_name = m.last_name, language = m.language,
      fields = json_patch(subscriber.fields, m.patch), details_changed_at = :now
    FROM merged m WHERE m.changed AND subscriber.id = m.subscriber_id
    """
)
TOLD = "(SELECT * FROM joining WHERE was = 'unconfirmed')"
PROOFS, EVENTS = (sql.timed(one.replace("/* told */", TOLD)) for one in (sql.PROOFS, sql.EVENTS))
SUBSCRIBE, CONFIRM = sql.timed(sql.SUBSCRIBE), sql.timed(sql.CONFIRM)


def find_known(session: Session, keys: Sequence[str], *, kept: bool) -> dict[str, int]:  # noqa: ARG001  all is locked
    """Key of the address -> id, of those who are here."""
    return as_pairs(session.execute(FIND_KNOWN, {"keys": json.dumps(keys)}))


def find_stopped(session: Session, hashes: Sequence[str]) -> dict[str, str]:
    """Hash -> reason, of the addresses that are never written to."""
    return as_pairs(session.execute(FIND_STOPPED, {"hashes": json.dumps(hashes)}))


def find_joined(session: Session, ids: Sequence[int], import_id: int) -> set[int]:
    """Which of these people this import put on a list."""
    return set(session.scalars(FIND_JOINED, {"ids": json.dumps(ids), "import_id": import_id}))


def bring_in(session: Session, rows: Sequence[PageRow], order: Order, *, moment: datetime) -> None:
    """Writes people who are not here, and puts them on the lists, confirmed."""
    session.execute(ROOM)
    first = session.execute(NEWEST).scalar_one() + 1
    at = as_kept(moment)
    people = ((number, *row[1:9], at) for number, row in enumerate(rows, first))
    cursor = cast("sqlite3.Cursor", session.connection().connection.cursor())
    cursor.executemany(CREATE_PERSON, people)
    joining = {
        "first": first,
        "agreed": json.dumps([as_kept(row.agreed_at) for row in rows]),
        "lists": json.dumps(list(order.list_ids)),
        "import_id": order.import_id,
        "now": moment,
    }
    session.execute(ADD_TO_LISTS, joining)


def load(session: Session, rows: Sequence[PageRow], known: Mapping[str, int]) -> None:
    """Puts the people of a page who are here into `incoming`, by their ids."""
    session.execute(CREATE)
    connection = session.connection()
    page = [(row.n, *row[5:9], as_kept(row.agreed_at), known[row.email_key]) for row in rows]
    connection.exec_driver_sql(LOAD, page)


def as_kept(moment: datetime | None) -> str | None:
    """A time as its column keeps it: in UTC, without a zone, always with microseconds."""
    return None if moment is None else f"{moment.astimezone(UTC):%Y-%m-%d %H:%M:%S.%f}"


def compare(session: Session, *, list_ids: Sequence[int], overwrite: bool) -> None:
    session.execute(MERGED, {"overwrite": overwrite})
    session.execute(JOINING, {"lists": list(list_ids)})


def write(session: Session, order: Order, *, moment: datetime) -> None:
    session.execute(UPDATE_PEOPLE, {"now": moment})
    session.execute(SUBSCRIBE, {"now": moment, "import_id": order.import_id})
    session.execute(PROOFS, {"now": moment, "basis": order.basis, "user_id": order.user_id})
    session.execute(EVENTS, {"now": moment})
    session.execute(CONFIRM, {"now": moment})


def clear(session: Session) -> None:
    for name in ("incoming", "merged", "joining"):
        session.execute(text(f"DROP TABLE temp.{name}"))
