"""Statements as SQLite wants them: the writer is alone (BEGIN IMMEDIATE), so several statements see one state."""

import json
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, SQLColumnExpression, String, bindparam, func, or_, text
from sqlalchemy.orm import Session

from app.database import ledger_sql as sql
from app.database import wave_sql
from app.models.base import UtcTime

LAST_SIGN = "\U0010ffff"
CACHE_KIB = 64 * 1024
# People come by their numbers, and so lie all over an index of hashes: with little room, parts of it are written again
# and again.
ROOM = text(f"PRAGMA cache_size=-{CACHE_KIB}")
MOMENTS = [bindparam(name, type_=UtcTime()) for name in ("now", "changed_since")]
LOOK = text("CREATE TEMP TABLE looked AS " + sql.LOOKED_AT).bindparams(*MOMENTS)
IN_TURN = [bindparam(name, type_=UtcTime()) for name in wave_sql.TIMES]
GROUPS = {
    "": text("CREATE TEMP TABLE grouped AS " + sql.GROUPED),
    "waves": text("CREATE TEMP TABLE grouped AS " + wave_sql.WAVES),
    "warm": text("CREATE TEMP TABLE grouped AS " + wave_sql.WARM).bindparams(*IN_TURN),
}
# The file keeps one number for its application: thousands of ids that were given out, and must not be again.
NEWEST = text("SELECT max(coalesce((SELECT max(id) FROM message), 0), user_version * 1000) FROM pragma_user_version")
INSERT_MESSAGES = text(
    """
    INSERT INTO message (id, campaign_id, subscriber_id, variant_id, address_hash, status, attempts)
    SELECT :newest + row_number() OVER (ORDER BY wave, domain_group DESC, warmth DESC, subscriber_id),
      :campaign_id, subscriber_id, :variant_id, address_hash, 'pending', 0
    FROM grouped
    """
)
# New rows are numbered on from the newest without a gap, so a place in the order is an id.
CUT_CHUNKS = text(
    """
    INSERT INTO chunk (campaign_id, first_id, last_id, counts, domain_group, wave, state, fence, begun_to)
    SELECT :campaign_id, :newest + first_place, :newest + last_place,
      json_object('pending', last_place - first_place + 1), domain_group, wave, 'open', 0, 0
    FROM (/* parts */) parts ORDER BY first_place
    """.replace("/* parts */", sql.PARTS)
)
INSERT_EXCLUSIONS = text(sql.INSERT_EXCLUSIONS)
CANDIDATES = text(sql.CANDIDATES)
TIMES = (bindparam("now", type_=UtcTime()), bindparam("until", type_=UtcTime()))
LEASE_CHUNK = text(sql.LEASE_CHUNK).bindparams(*TIMES)
LEASE_NOTICE = text(sql.LEASE_NOTICE).bindparams(*TIMES)
# The pending rows of a lease that is still the caller's: an old fence matches nothing. One row, and one step for all
# updates: between two steps the sending thread would have to hand over the interpreter.
WRITABLE = text(
    """
    SELECT json_group_array(m.id) FROM chunk c JOIN message m ON m.id BETWEEN c.first_id AND c.last_id
    WHERE c.id = :chunk_id AND c.fence = :fence AND c.owner = :owner AND c.state = 'leased'
      AND m.campaign_id + 0 = c.campaign_id AND m.status = 'pending'
      AND m.id IN (SELECT value FROM json_each(:ids))
    """
)
# Times are kept in UTC without a zone.
UPDATE_MESSAGES = text(
    """
    UPDATE message SET status = o.status, reason = o.reason, attempts = o.attempts, next_at = o.next_at,
      code = o.code, enhanced = o.enhanced, reply = o.reply, sent_at = o.sent_at
    FROM (
      SELECT value ->> 'id' AS id, value ->> 'status' AS status, value ->> 'reason' AS reason,
        value ->> 'attempts' AS attempts, substr(value ->> 'next_at', 1, 26) AS next_at, value ->> 'code' AS code,
        value ->> 'enhanced' AS enhanced, value ->> 'reply' AS reply, substr(value ->> 'sent_at', 1, 26) AS sent_at
      FROM json_each(:rows)) AS o
    WHERE message.id = o.id
    """
)


def freeze_page(session: Session, page: Mapping[str, object]) -> int:
    """Writes a page's messages, exclusions and chunks; returns how many candidates were looked at."""
    values = dict(page)
    session.execute(ROOM)
    session.execute(LOOK, values)
    session.execute(GROUPS[str(page.get("order", ""))], values)
    values["newest"] = session.execute(NEWEST).scalar_one()
    session.execute(INSERT_MESSAGES, values)
    session.execute(INSERT_EXCLUSIONS, values)
    session.execute(CUT_CHUNKS, values)
    session.execute(text("DROP TABLE temp.looked"))
    session.execute(text("DROP TABLE temp.grouped"))
    return int(session.execute(CANDIDATES, values).scalar_one())


def lease_open_chunk(session: Session, lease: Mapping[str, object]) -> tuple[Any, ...] | None:
    """A chunk that nobody else can have got, now leased; None where no open one is due."""
    return session.execute(LEASE_CHUNK, dict(lease)).one_or_none()


def update_messages(
    session: Session, lease: Mapping[str, object], outcomes: Sequence[Mapping[str, object]]
) -> set[int]:
    """Writes outcomes to pending rows of a lease still held; returns the ids written."""
    ids = json.dumps([outcome["id"] for outcome in outcomes])
    writable = set(json.loads(session.execute(WRITABLE, {**lease, "ids": ids}).scalar_one()))
    rows = [outcome for outcome in outcomes if outcome["id"] in writable]
    if rows:
        session.execute(UPDATE_MESSAGES, {"rows": json.dumps(rows)})
    return writable


def lease_due_notice(session: Session, *, owner: str, now: datetime, until: datetime) -> int | None:
    """The id of a notice due, its try counted; None where none is."""
    return session.execute(LEASE_NOTICE, {"owner": owner, "now": now, "until": until}).scalar()


def number_messages_beyond(session: Session, last_id: int) -> None:
    """No message that is made from now on gets an id up to `last_id`, or one of the thousand after it."""
    session.execute(text(f"PRAGMA user_version = {last_id // 1000 + 1}"))


def cut_time(moment: SQLColumnExpression[Any], signs: int) -> ColumnElement[str]:
    """The first `signs` of a time in UTC as "2026-11-24 09": 10 for its day, 13 for its hour."""
    return func.substr(moment, 1, signs, type_=String)


def field_of(fields: SQLColumnExpression[Any], name: str) -> ColumnElement[str]:
    """The words of one custom field, NULL where somebody has none; `name` holds neither quotes nor backslashes.

    SQLite compares names as they are written in the document, where signs beyond ASCII may be escaped.
    """
    ways = dict.fromkeys((f'"{name}"', json.dumps(name)))
    found = [func.json_extract(fields, f"$.{way}", type_=String) for way in ways]
    return found[0] if len(found) == 1 else func.coalesce(*found)


def name_begins(name: SQLColumnExpression[Any], word: str) -> ColumnElement[bool]:
    """Whether a name begins with a word, however it is written: by an index of names, COLLATE NOCASE.

    SQLite folds only ASCII, so other words are tried in the ways that people write them.
    """
    ways = {word} if word.isascii() else {word, word.lower(), word.title(), word.upper()}
    folded = name.collate("NOCASE")
    return or_(*((folded >= way) & (folded < way + LAST_SIGN) for way in sorted(ways)))


def key_begins(key: SQLColumnExpression[Any], word: str) -> ColumnElement[bool]:
    """Whether an address or a domain, which are kept folded, begins with a folded word: by its index."""
    return (key >= word) & (key < word + LAST_SIGN)
