"""Statements as PostgreSQL wants them: one snapshot a page, rows locked by others skipped, arrays unnested."""

import json
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, SQLColumnExpression, String, and_, bindparam, func, or_, text
from sqlalchemy.orm import Session

from app.database import ledger_sql as sql
from app.database import wave_sql
from app.models.base import UtcTime

LAST_SIGN = "\U0010ffff"
SKIP_LOCKED = "FOR UPDATE SKIP LOCKED"

# One statement: whoever unsubscribes meanwhile is either a message or an exclusion, never both or neither. Chunks are
# cut by place among the sorted ids (no join, which would be planned without figures), so that they cannot overlap.
FREEZE_PAGE = (
    """
    WITH looked AS MATERIALIZED (/* looked at */),
    grouped AS MATERIALIZED (/* grouped */),
    written AS (/* messages */ RETURNING id),
    left_out AS (/* exclusions */),
    numbered AS MATERIALIZED (SELECT array_agg(id ORDER BY id) AS ids FROM written),
    cut AS (
      INSERT INTO chunk (campaign_id, first_id, last_id, counts, domain_group, wave, state, fence, begun_to)
      SELECT :campaign_id, (SELECT ids FROM numbered)[CAST(first_place AS integer)],
        (SELECT ids FROM numbered)[CAST(last_place AS integer)],
        jsonb_build_object('pending', CAST(last_place - first_place + 1 AS integer)),
        domain_group, wave, 'open', 0, 0
      FROM (/* parts */) parts ORDER BY first_place)
    /* candidates */
    """.replace("/* looked at */", sql.LOOKED_AT)
    .replace("/* messages */", sql.INSERT_MESSAGES)
    .replace("/* exclusions */", sql.INSERT_EXCLUSIONS)
    .replace("/* parts */", sql.PARTS)
    .replace("/* candidates */", sql.CANDIDATES)
)
MOMENTS = [bindparam(name, type_=UtcTime()) for name in ("now", "changed_since")]
IN_TURN = [bindparam(name, type_=UtcTime()) for name in wave_sql.TIMES]
# Pages of people are sorted in memory (some 15 MB), not through files.
ROOM = text("SET LOCAL work_mem = '64MB'")
FREEZE_PAGES = {
    "": text(FREEZE_PAGE.replace("/* grouped */", sql.GROUPED)).bindparams(*MOMENTS),
    "waves": text(FREEZE_PAGE.replace("/* grouped */", wave_sql.WAVES)).bindparams(*MOMENTS),
    "warm": text(FREEZE_PAGE.replace("/* grouped */", wave_sql.WARM)).bindparams(*MOMENTS, *IN_TURN),
}
TIMES = (bindparam("now", type_=UtcTime()), bindparam("until", type_=UtcTime()))
LEASE_CHUNK = text(sql.LEASE_CHUNK.replace("/* lock */", SKIP_LOCKED)).bindparams(*TIMES)
LEASE_NOTICE = text(sql.LEASE_NOTICE.replace("/* lock */", SKIP_LOCKED)).bindparams(*TIMES)
# The rows of a lease that is still the caller's: an old fence matches nothing. The lease is kept from others meanwhile;
# rows are found by id alone: the case hides its conditions from the planner, which would read the whole campaign by its
# index for every batch, or take every row of it for the only one left.
UPDATE_MESSAGES = text(
    """
    WITH held AS MATERIALIZED (
      SELECT campaign_id, first_id, last_id FROM chunk
      WHERE id = :chunk_id AND fence = :fence AND owner = :owner AND state = 'leased' FOR SHARE
    ), written AS (
    UPDATE message SET status = o.status, reason = o.reason, attempts = o.attempts, next_at = o.next_at,
      code = o.code, enhanced = o.enhanced, reply = o.reply, sent_at = o.sent_at
    FROM held, json_to_recordset(CAST(:rows AS json)) AS o(id bigint, status varchar, reason varchar, attempts integer,
      next_at timestamptz, code integer, enhanced varchar, reply varchar, sent_at timestamptz)
    WHERE message.id = ANY(CAST(:ids AS bigint[])) AND message.id = o.id
      AND CASE WHEN message.status = 'pending' THEN message.campaign_id = held.campaign_id
        AND message.id BETWEEN held.first_id AND held.last_id END
    RETURNING message.id)
    SELECT json_agg(id) FROM written
    """
)

NUMBER_BEYOND = text("SELECT setval(pg_get_serial_sequence('message', 'id'), :last_id)")


def freeze_page(session: Session, page: Mapping[str, object]) -> int:
    """Writes a page's messages, exclusions and chunks; returns how many candidates were looked at."""
    session.execute(ROOM)
    return int(session.execute(FREEZE_PAGES[str(page.get("order", ""))], dict(page)).scalar_one())


def lease_open_chunk(session: Session, lease: Mapping[str, object]) -> tuple[Any, ...] | None:
    """A chunk that nobody else can have got, now leased; None where no open one is due."""
    return session.execute(LEASE_CHUNK, dict(lease)).one_or_none()


def update_messages(
    session: Session, lease: Mapping[str, object], outcomes: Sequence[Mapping[str, object]]
) -> set[int]:
    """Writes outcomes to pending rows of a lease still held; returns the ids written."""
    values = {"rows": json.dumps(outcomes), "ids": [outcome["id"] for outcome in outcomes]}
    return set(session.execute(UPDATE_MESSAGES, {**lease, **values}).scalar_one() or ())


def lease_due_notice(session: Session, *, owner: str, now: datetime, until: datetime) -> int | None:
    """The id of a notice due, its try counted; None where none is."""
    return session.execute(LEASE_NOTICE, {"owner": owner, "now": now, "until": until}).scalar()


def number_messages_beyond(session: Session, last_id: int) -> None:
    """No message that is made from now on gets an id up to `last_id`."""
    session.execute(NUMBER_BEYOND, {"last_id": last_id})


def cut_time(moment: SQLColumnExpression[Any], signs: int) -> ColumnElement[str]:
    """The first `signs` of a time in UTC as "2026-11-24 09": 10 for its day, 13 for its hour."""
    return func.substr(func.to_char(func.timezone("UTC", moment), "YYYY-MM-DD HH24"), 1, signs, type_=String)


def field_of(fields: SQLColumnExpression[Any], name: str) -> ColumnElement[str]:
    """The words of one custom field, NULL where somebody has none; `name` holds neither quotes nor backslashes."""
    return fields.op("->>", return_type=String())(name)


def name_begins(name: SQLColumnExpression[Any], word: str) -> ColumnElement[bool]:
    """Whether a name begins with a word, however it is written: by an index of folded names, text_pattern_ops.

    A database made with the locale C folds only ASCII, so other words are tried in the ways that people write them.
    """
    ways = {word} if word.isascii() else {word, word.lower(), word.title(), word.upper()}
    return or_(*(begins(func.lower(name, type_=String), way) for way in sorted(ways)))


def key_begins(key: SQLColumnExpression[Any], word: str) -> ColumnElement[bool]:
    """Whether an address or a domain, which are kept folded and in the order of bytes, begins with a folded word."""
    return (key >= word) & (key < word + LAST_SIGN)


def begins(column: SQLColumnExpression[Any], word: str) -> ColumnElement[bool]:
    """By the bytes, as an index with text_pattern_ops is ordered whatever the database's language is."""
    reaches, ends = column.op("~>=~", is_comparison=True), column.op("~<~", is_comparison=True)
    return and_(reaches(func.lower(word)), ends(func.lower(word + LAST_SIGN)))
