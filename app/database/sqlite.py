"""Statements as SQLite wants them: the writer is alone (BEGIN IMMEDIATE), so several statements see one state."""

import json
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime

from sqlalchemy import bindparam, text
from sqlalchemy.orm import Session

from app.database import ledger_sql as sql
from app.models.base import UtcTime

LOOK = text("CREATE TEMP TABLE looked AS " + sql.LOOKED_AT)
GROUP = text("CREATE TEMP TABLE grouped AS " + sql.GROUPED)
# The file keeps one number for its application: thousands of ids that were given out, and must not be again.
NEWEST = text("SELECT max(coalesce((SELECT max(id) FROM message), 0), user_version * 1000) FROM pragma_user_version")
INSERT_MESSAGES = text(
    """
    INSERT INTO message (id, campaign_id, subscriber_id, variant_id, address_hash, status, attempts)
    SELECT :newest + row_number() OVER (ORDER BY domain_group DESC, subscriber_id),
      :campaign_id, subscriber_id, :variant_id, address_hash, 'pending', 0
    FROM grouped
    """
)
# New rows are numbered on from the newest without a gap, so a place in the order is an id.
CUT_CHUNKS = text(
    """
    INSERT INTO chunk (campaign_id, first_id, last_id, counts, domain_group, wave, state, fence, begun_to)
    SELECT :campaign_id, :newest + first_place, :newest + last_place,
      json_object('pending', last_place - first_place + 1), domain_group, 0, 'open', 0, 0
    FROM (/* parts */) parts ORDER BY first_place
    """.replace("/* parts */", sql.PARTS)
)
INSERT_EXCLUSIONS = text(sql.INSERT_EXCLUSIONS)
CANDIDATES = text(sql.CANDIDATES)
TIMES = (bindparam("now", type_=UtcTime()), bindparam("until", type_=UtcTime()))
LEASE_CHUNK = text(sql.LEASE_CHUNK).bindparams(*TIMES)
LEASE_NOTICE = text(sql.LEASE_NOTICE).bindparams(*TIMES)
TIMES_OF_ROW = ("next_at", "sent_at")
JSON_ROWS = """(
  SELECT json_extract(value, '$.id') AS id, json_extract(value, '$.status') AS status,
    json_extract(value, '$.reason') AS reason, json_extract(value, '$.attempts') AS attempts,
    json_extract(value, '$.next_at') AS next_at, json_extract(value, '$.code') AS code,
    json_extract(value, '$.enhanced') AS enhanced, json_extract(value, '$.reply') AS reply,
    json_extract(value, '$.sent_at') AS sent_at
  FROM json_each(:rows)) AS o"""
UPDATE_MESSAGES = text(sql.UPDATE_MESSAGES.replace("/* outcomes */", JSON_ROWS))


def freeze_page(session: Session, page: Mapping[str, object]) -> int:
    """Writes a page's messages, exclusions and chunks; returns how many candidates were looked at."""
    values = dict(page)
    session.execute(LOOK, values)
    session.execute(GROUP, values)
    values["newest"] = session.execute(NEWEST).scalar_one()
    session.execute(INSERT_MESSAGES, values)
    session.execute(INSERT_EXCLUSIONS, values)
    session.execute(CUT_CHUNKS, values)
    session.execute(text("DROP TABLE temp.looked"))
    session.execute(text("DROP TABLE temp.grouped"))
    return int(session.execute(CANDIDATES, values).scalar_one())


def lease_open_chunk(session: Session, lease: Mapping[str, object]) -> int | None:
    """The id of a chunk that nobody else can have got, now leased; None where no open one is due."""
    return session.execute(LEASE_CHUNK, dict(lease)).scalar()


def update_messages(
    session: Session, lease: Mapping[str, object], outcomes: Sequence[Mapping[str, object]]
) -> set[int]:
    """Writes outcomes to pending rows of a lease still held; returns the ids written."""
    rows = json.dumps([{**outcome, **{name: as_kept(outcome[name]) for name in TIMES_OF_ROW}} for outcome in outcomes])
    return set(session.execute(UPDATE_MESSAGES, {**lease, "rows": rows}).scalars())


def as_kept(moment: object) -> str | None:
    """A time as the columns keep it: UTC, without a zone."""
    if not isinstance(moment, datetime):
        return None
    return moment.astimezone(UTC).replace(tzinfo=None).isoformat(" ", "microseconds")


def lease_due_notice(session: Session, *, owner: str, now: datetime, until: datetime) -> int | None:
    """The id of a notice due, its try counted; None where none is."""
    return session.execute(LEASE_NOTICE, {"owner": owner, "now": now, "until": until}).scalar()


def number_messages_beyond(session: Session, last_id: int) -> None:
    """No message that is made from now on gets an id up to `last_id`, or one of the thousand after it."""
    session.execute(text(f"PRAGMA user_version = {last_id // 1000 + 1}"))
