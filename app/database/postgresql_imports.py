"""A page of an import as PostgreSQL wants it: copied in, people who are here locked, and told only what was written."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import text
from sqlalchemy.orm import Session

from app.database import import_sql as sql

ENDS = "ON COMMIT DROP"
CREATE = text(
    f"""
    CREATE TEMP TABLE incoming (n integer, email varchar, email_key varchar, address_hash varchar, domain varchar,
      first_name varchar, last_name varchar, language varchar, fields jsonb, agreed_at timestamptz,
      subscriber_id bigint, reason varchar) {ENDS}
    """
)
LOAD = """
    COPY incoming (n, email, email_key, address_hash, domain, first_name, last_name, language, fields, agreed_at)
    FROM STDIN
"""
# In the order of ids, so that two imports wait for each other instead of both; an erasure waits for the page's end.
RESOLVE = """
    UPDATE incoming SET subscriber_id = s.id
    FROM (SELECT k.id, k.email_key FROM subscriber k JOIN incoming i ON i.email_key = k.email_key
      ORDER BY k.id /* lock */) s
    WHERE incoming.email_key = s.email_key AND incoming.subscriber_id IS NULL
"""
RESOLVE_LOCKED = text(RESOLVE.replace("/* lock */", "FOR NO KEY UPDATE OF k"))
RESOLVE_ONLY = text(RESOLVE)
PATCH = """(
    SELECT coalesce(jsonb_object_agg(e.key, e.value), '{}') FROM jsonb_each_text(i.fields) e WHERE NOT EXISTS (
      SELECT 1 FROM jsonb_each_text(s.fields) o WHERE o.key = e.key
        AND (o.value = e.value OR (NOT :overwrite AND o.value <> ''))))"""
MERGED = text(sql.MERGED.replace("/* patch */", PATCH).replace("/* ends */", ENDS))
JOINING = sql.listed(sql.JOINING.replace("/* ends */", ENDS))
CREATE_PEOPLE = sql.timed(sql.CREATE_PEOPLE.replace("/* order */", "ORDER BY email_key"))
UPDATE_PEOPLE = sql.timed(
    """
    UPDATE subscriber SET first_name = m.first_name, last_name = m.last_name, language = m.language,
      fields = subscriber.fields || m.patch, details_changed_at = :now
    FROM merged m WHERE m.changed AND subscriber.id = m.subscriber_id
    """
)
CREATE_TOLD = text(f"CREATE TEMP TABLE told (n integer, list_id bigint, was varchar) {ENDS}")
# Somebody may have joined or left since they were compared: only what these very statements changed is told.
TELL = sql.timed(
    f"""
    WITH added AS ({sql.SUBSCRIBE} RETURNING subscriber_id, list_id),
    confirmed AS ({sql.CONFIRM} RETURNING subscription.subscriber_id, subscription.list_id)
    INSERT INTO told SELECT i.n, t.list_id, t.was FROM (
      SELECT subscriber_id, list_id, CAST(NULL AS text) AS was FROM added
      UNION ALL SELECT subscriber_id, list_id, 'unconfirmed' FROM confirmed) t
    JOIN incoming i ON i.subscriber_id = t.subscriber_id
    """  # noqa: S608  statements of ours
)
PROVEN = sql.Proven("told", "CAST(:facts AS jsonb)")


def load(session: Session, rows: Sequence[tuple[Any, ...]], *, kept: bool) -> None:
    """Puts a page into `incoming`, with the ids of those who are here; `kept` holds them as they are meanwhile."""
    session.execute(CREATE)
    cursor = session.connection().connection.cursor()
    with cursor.copy(LOAD) as lines:
        for row in rows:
            lines.write_row(row)
    know(session, "incoming")
    session.execute(RESOLVE_LOCKED if kept else RESOLVE_ONLY)
    know(session, "incoming")


def know(session: Session, name: str) -> None:
    """Tells the planner what a table of the page holds by now: it would take it for empty, and join row by row."""
    session.execute(text(f"ANALYZE {name}"))


def compare(session: Session, *, list_ids: Sequence[int], overwrite: bool) -> None:
    session.execute(MERGED, {"overwrite": overwrite})
    session.execute(JOINING, {"lists": list(list_ids)})
    know(session, "merged")
    know(session, "joining")


def write(session: Session, *, way: str, basis: str, user_id: int | None, moment: datetime) -> None:
    session.execute(CREATE_PEOPLE, {"now": moment})
    session.execute(RESOLVE_ONLY)
    know(session, "incoming")
    session.execute(UPDATE_PEOPLE, {"now": moment})
    session.execute(CREATE_TOLD)
    session.execute(TELL, {"now": moment})
    know(session, "told")
    PROVEN.write(session, {"way": way, "basis": basis, "user_id": user_id}, moment)


def clear(session: Session) -> None:
    for name in ("incoming", "merged", "joining", "told"):
        session.execute(text(f"DROP TABLE IF EXISTS {name}"))
