"""Statements as PostgreSQL wants them: one snapshot a page, rows locked by others skipped, arrays unnested."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from sqlalchemy import bindparam, text
from sqlalchemy.orm import Session

from app.database import ledger_sql as sql
from app.models.base import UtcTime

SKIP_LOCKED = "FOR UPDATE SKIP LOCKED"

# One statement: whoever unsubscribes meanwhile is either a message or an exclusion, never both or neither. Chunks are
# cut by place among the sorted ids (no join, which would be planned without figures), so that they cannot overlap.
FREEZE_PAGE = text(
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
        domain_group, 0, 'open', 0, 0
      FROM (/* parts */) parts ORDER BY first_place)
    /* candidates */
    """.replace("/* looked at */", sql.LOOKED_AT)
    .replace("/* grouped */", sql.GROUPED)
    .replace("/* messages */", sql.INSERT_MESSAGES)
    .replace("/* exclusions */", sql.INSERT_EXCLUSIONS)
    .replace("/* parts */", sql.PARTS)
    .replace("/* candidates */", sql.CANDIDATES)
)
TIMES = (bindparam("now", type_=UtcTime()), bindparam("until", type_=UtcTime()))
LEASE_CHUNK = text(sql.LEASE_CHUNK.replace("/* lock */", SKIP_LOCKED)).bindparams(*TIMES)
LEASE_NOTICE = text(sql.LEASE_NOTICE.replace("/* lock */", SKIP_LOCKED)).bindparams(*TIMES)
COLUMNS = {
    "id": "bigint",
    "status": "varchar",
    "reason": "varchar",
    "attempts": "integer",
    "next_at": "timestamptz",
    "code": "integer",
    "enhanced": "varchar",
    "reply": "varchar",
    "sent_at": "timestamptz",
}
ARRAYS = ", ".join(f"CAST(:{name} AS {kind}[])" for name, kind in COLUMNS.items())
UNNEST = f"unnest({ARRAYS}) AS o({', '.join(COLUMNS)})"
UPDATE_MESSAGES = text(sql.UPDATE_MESSAGES.replace("/* outcomes */", UNNEST))
HOLD_LEASE = text("SELECT 1 FROM chunk WHERE id = :chunk_id FOR SHARE")

NUMBER_BEYOND = text("SELECT setval(pg_get_serial_sequence('message', 'id'), :last_id)")


def freeze_page(session: Session, page: Mapping[str, object]) -> int:
    """Writes a page's messages, exclusions and chunks; returns how many candidates were looked at."""
    return int(session.execute(FREEZE_PAGE, dict(page)).scalar_one())


def lease_open_chunk(session: Session, lease: Mapping[str, object]) -> int | None:
    """The id of a chunk that nobody else can have got, now leased; None where no open one is due."""
    return session.execute(LEASE_CHUNK, dict(lease)).scalar()


def update_messages(
    session: Session, lease: Mapping[str, object], outcomes: Sequence[Mapping[str, object]]
) -> set[int]:
    """Writes outcomes to pending rows of a lease still held; returns the ids written."""
    session.execute(HOLD_LEASE, {"chunk_id": lease["chunk_id"]})
    columns = {name: [outcome[name] for outcome in outcomes] for name in COLUMNS}
    return set(session.execute(UPDATE_MESSAGES, {**lease, **columns}).scalars())


def lease_due_notice(session: Session, *, owner: str, now: datetime, until: datetime) -> int | None:
    """The id of a notice due, its try counted; None where none is."""
    return session.execute(LEASE_NOTICE, {"owner": owner, "now": now, "until": until}).scalar()


def number_messages_beyond(session: Session, last_id: int) -> None:
    """No message that is made from now on gets an id up to `last_id`."""
    session.execute(NUMBER_BEYOND, {"last_id": last_id})
