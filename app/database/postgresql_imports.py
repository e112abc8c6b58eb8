"""A page of an import as PostgreSQL wants it: copied in, people who are here locked, and told only what was written."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from psycopg.errors import UniqueViolation
from sqlalchemy import text
from sqlalchemy.orm import Session

from app.database import import_sql as sql
from app.database.import_rows import Order, PageRow, TakenMeanwhile, as_pairs

ENDS = "ON COMMIT DROP"
# Thousands of values travel as one text. Their number is hidden from the planner, which then looks each up by the index
# instead of reading the whole table for every page.
FIND_KNOWN = "SELECT email_key, id FROM subscriber WHERE email_key = ANY(string_to_array(:keys, E'\\n'))"
FIND_ONLY = text(FIND_KNOWN)
# In the order of ids, so that two imports wait for each other instead of both; an erasure waits for the page's end.
FIND_AND_LOCK = text(FIND_KNOWN + " ORDER BY id FOR NO KEY UPDATE")
FIND_STOPPED = text(
    "SELECT address_hash, reason FROM suppression WHERE address_hash = ANY(string_to_array(:hashes, E'\\n'))"
)
FIND_JOINED = text(
    """
    SELECT subscriber_id FROM subscription
    WHERE subscriber_id = ANY(CAST(string_to_array(:ids, ',') AS bigint[])) AND import_id = :import_id
    """
)
NUMBERS = text(
    "SELECT string_agg(CAST(nextval(pg_get_serial_sequence('subscriber', 'id')) AS text), ',')"
    " FROM generate_series(1, :count)"
)
COPY_PEOPLE = """
    COPY subscriber (id, email, email_key, address_hash, domain, first_name, last_name, language, fields, created_at)
    FROM STDIN
"""
ADD_TO_LISTS = sql.timed(
    """
    INSERT INTO subscription (subscriber_id, list_id, status, confirmed_at, created_at, import_id, agreed_at)
    SELECT p.id, l.id, 'confirmed', :now, :now, :import_id, p.agreed_at
    FROM unnest(CAST(string_to_array(:ids, ',') AS bigint[]),
      CAST(string_to_array(:agreed, ',', '') AS timestamptz[])) AS p (id, agreed_at)
    CROSS JOIN unnest(CAST(:lists AS bigint[])) AS l (id)
    """
)
CREATE = text(
    f"""
    CREATE TEMP TABLE incoming (n integer, first_name varchar, last_name varchar, language varchar, fields jsonb,
      agreed_at timestamptz, subscriber_id bigint, reason varchar) {ENDS}
    """
)
LOAD = "COPY incoming (n, first_name, last_name, language, fields, agreed_at, subscriber_id) FROM STDIN"
PATCH = """(
    SELECT coalesce(jsonb_object_agg(e.key, e.value), '{}') FROM jsonb_each_text(i.fields) e WHERE NOT EXISTS (
      SELECT 1 FROM jsonb_each_text(s.fields) o WHERE o.key = e.key
        AND (o.value = e.value OR (NOT :overwrite AND o.value <> ''))))"""
MERGED = text(sql.MERGED.replace("/* patch */", PATCH).replace("/* ends */", ENDS))
JOINING = sql.listed(sql.JOINING.replace("/* ends */", ENDS))
UPDATE_PEOPLE = sql.timed(
    """
    UPDATE subscriber SET first_name = m.first_name, last_name = m.last_name, language = m.language,
      fields = subscriber.fields || m.patch, details_changed_at = :now
    FROM merged m WHERE m.changed AND subscriber.id = m.subscriber_id
    """
)
SUBSCRIBE = sql.timed(sql.SUBSCRIBE)
# Somebody may have confirmed or left since they were compared: only what this very statement changed is told.
CONFIRM = sql.timed(
    f"""
    WITH told AS ({sql.CONFIRM} RETURNING subscription.subscriber_id, subscription.list_id),
    proofs AS ({sql.PROOFS.replace("/* told */", "told")})
    {sql.EVENTS.replace("/* told */", "told")}
    """
)


def find_known(session: Session, keys: Sequence[str], *, kept: bool) -> dict[str, int]:
    """Key of the address -> id, of those who are here; with `kept` they stay as they are until the page's end."""
    found = session.execute(FIND_AND_LOCK if kept else FIND_ONLY, {"keys": "\n".join(keys)})
    return as_pairs(found)


def find_stopped(session: Session, hashes: Sequence[str]) -> dict[str, str]:
    """Hash -> reason, of the addresses that are never written to."""
    return as_pairs(session.execute(FIND_STOPPED, {"hashes": "\n".join(hashes)}))


def find_joined(session: Session, ids: Sequence[int], import_id: int) -> set[int]:
    """Which of these people this import put on a list."""
    return set(session.scalars(FIND_JOINED, {"ids": ",".join(map(str, ids)), "import_id": import_id}))


def bring_in(session: Session, rows: Sequence[PageRow], order: Order, *, moment: datetime) -> None:
    """Writes people who are not here, and puts them on the lists, confirmed.

    Raises:
        TakenMeanwhile: one of them is here now; nothing was written.
    """
    ids = session.execute(NUMBERS, {"count": len(rows)}).scalar_one()
    agreed = ",".join(row.agreed_at.isoformat() if row.agreed_at else "" for row in rows)
    try:
        with session.begin_nested():
            cursor = session.connection().connection.cursor()
            with cursor.copy(COPY_PEOPLE) as lines:
                lines.write(as_text(ids.split(","), rows, moment.isoformat()))
    except UniqueViolation as error:
        raise TakenMeanwhile from error
    session.execute(
        ADD_TO_LISTS,
        {"ids": ids, "agreed": agreed, "lists": list(order.list_ids), "import_id": order.import_id, "now": moment},
    )


def as_text(ids: Sequence[str], rows: Sequence[PageRow], moment: str) -> str:
    """Lines of COPY's text format. No value of a page has a tab or a line end; a backslash is doubled."""
    lines = "".join(["\t".join((one, *row[1:9], moment)) + "\n" for one, row in zip(ids, rows, strict=True)])
    return lines.replace("\\", "\\\\") if "\\" in lines else lines


def load(session: Session, rows: Sequence[PageRow], known: Mapping[str, int]) -> None:
    """Puts the people of a page who are here into `incoming`, by their ids."""
    session.execute(CREATE)
    cursor = session.connection().connection.cursor()
    with cursor.copy(LOAD) as lines:
        for row in rows:
            lines.write_row((row.n, *row[5:], known[row.email_key]))
    know(session, "incoming (n, subscriber_id)")


def know(session: Session, name: str) -> None:
    """Tells the planner what a table of the page holds by now: it would take it for empty, and join row by row."""
    session.execute(text(f"ANALYZE {name}"))


def compare(session: Session, *, list_ids: Sequence[int], overwrite: bool) -> None:
    session.execute(MERGED, {"overwrite": overwrite})
    session.execute(JOINING, {"lists": list(list_ids)})
    know(session, "merged (n, subscriber_id, changed)")
    know(session, "joining")


def write(session: Session, order: Order, *, moment: datetime) -> None:
    session.execute(UPDATE_PEOPLE, {"now": moment})
    session.execute(SUBSCRIBE, {"now": moment, "import_id": order.import_id})
    session.execute(CONFIRM, {"now": moment, "basis": order.basis, "user_id": order.user_id})


def clear(session: Session) -> None:
    for name in ("incoming", "merged", "joining"):
        session.execute(text(f"DROP TABLE IF EXISTS {name}"))
