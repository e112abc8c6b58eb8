"""Checks that take longer than a page may: asked for, taken up by one worker at a time, kept with what they found.

A check is of a subject (the letter's hash, its links, its sender's domain); with another subject it is an old one.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from sqlalchemy import or_, select, update
from sqlalchemy.orm import Session

from app.clock import now
from app.jobs import Job, enqueue
from app.models import LetterCheck
from app.models.preflight import CheckKind, CheckStatus
from app.services.campaigns import lock_draft
from emails.preflight.report import Finding

STILL_AFTER = timedelta(seconds=90)
WAITING_LONG = timedelta(seconds=10)
MOST_ATTEMPTS = 3
MOST_RUNG = 50
GAVE_UP = "This check could not be finished after three attempts. Ask for it again; the log of the workers says more."
_S = CheckStatus


@dataclass(frozen=True, slots=True)
class Claim:
    """What a worker holds while it works; another claim of the same check makes it void."""

    check_id: int
    campaign_id: int
    kind: CheckKind
    turn: int
    subject_hash: str
    done: int
    facts: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Result:
    """What a check found: findings for the report, facts for the page."""

    findings: tuple[Finding, ...] = ()
    facts: Mapping[str, Any] | None = None


def rows_of(session: Session, campaign_id: int) -> dict[CheckKind, LetterCheck]:
    rows = session.scalars(select(LetterCheck).where(LetterCheck.campaign_id == campaign_id))
    return {row.kind: row for row in rows}


def ask_for(session: Session, campaign_id: int, subjects: Mapping[CheckKind, str], *, again: bool = False) -> int:
    """Asks for every check whose subject has changed (with `again`, also for the others); answers how many.

    Raises:
        WrongState: the campaign is no draft.
    """
    lock_draft(session, campaign_id)
    there = rows_of(session, campaign_id)
    asked = 0
    for kind, subject in subjects.items():
        row = there.get(kind)
        if row is not None and row.subject_hash == subject and (is_open(row) or not again):
            continue
        if row is None:
            row = LetterCheck(campaign_id=campaign_id, kind=kind, turn=0)
            session.add(row)
        begin_anew(row, subject)
        enqueue(session, Job.CHECK, campaign_id, kind.value)
        asked += 1
    return asked


def is_open(row: LetterCheck) -> bool:
    return row.status in {_S.WAITING, _S.RUNNING}


def begin_anew(row: LetterCheck, subject: str) -> None:
    if row.status not in {None, _S.WAITING}:
        row.move_to(_S.WAITING)
    row.turn += 1
    row.subject_hash, row.asked_at = subject, now()
    row.attempts = row.done = row.total = 0
    row.findings, row.facts, row.trouble = [], {}, ""
    row.beat_at = row.ended_at = None


def take_up(session: Session, campaign_id: int, kind: CheckKind) -> Claim | None:
    """The check for whoever asks first; None where it is in somebody's hands, has ended, or was never asked for."""
    row = session.scalars(
        select(LetterCheck)
        .where(LetterCheck.campaign_id == campaign_id, LetterCheck.kind == kind)
        .with_for_update()
        .execution_options(populate_existing=True)
    ).one_or_none()
    moment = now()
    if row is None or not is_open(row):
        return None
    if row.status is _S.RUNNING and row.beat_at is not None and row.beat_at > moment - STILL_AFTER:
        return None
    if row.attempts >= MOST_ATTEMPTS:
        row.move_to(_S.FAILED)
        row.trouble, row.ended_at = GAVE_UP, moment
        return None
    row.status = _S.RUNNING
    row.turn, row.attempts, row.beat_at = row.turn + 1, row.attempts + 1, moment
    return Claim(row.id, campaign_id, kind, row.turn, row.subject_hash, row.done, dict(row.facts))


def note_progress(session: Session, claim: Claim, *, done: int, total: int) -> bool:
    """Says how far the check is; False where it is no longer this worker's."""
    return write(session, claim, {"done": done, "total": total, "beat_at": now()})


def hand_on(session: Session, claim: Claim, *, done: int, total: int, facts: Mapping[str, Any]) -> bool:
    """Leaves the rest to a next turn, so that other jobs get theirs; what was achieved is kept."""
    values = {"done": done, "total": total, "facts": dict(facts), "attempts": 0, "status": _S.WAITING}
    kept = write(session, claim, values)
    if kept:
        enqueue(session, Job.CHECK, claim.campaign_id, claim.kind.value)
    return kept


def finish(session: Session, claim: Claim, result: Result, *, done: int = 0) -> bool:
    """Keeps what was found; False where the check was asked for anew meanwhile."""
    findings = [finding.to_json() for finding in result.findings]
    values = {"status": _S.DONE, "findings": findings, "facts": dict(result.facts or {}), "ended_at": now()}
    return write(session, claim, values | ({"done": done, "total": done} if done else {}))


def fail(session: Session, claim: Claim, trouble: str) -> bool:
    """Ends a check that cannot be made, with the reason in words."""
    return write(session, claim, {"status": _S.FAILED, "trouble": trouble, "ended_at": now()})


def write(session: Session, claim: Claim, values: Mapping[str, Any]) -> bool:
    """Under the claim's turn only."""
    mine = (LetterCheck.id == claim.check_id, LetterCheck.turn == claim.turn, LetterCheck.status == _S.RUNNING)
    written = update(LetterCheck).where(*mine).values(**values).returning(LetterCheck.id)
    return session.execute(written.execution_options(synchronize_session=False)).first() is not None


def standing(session: Session) -> tuple[tuple[int, CheckKind], ...]:
    """Checks that nobody seems to be at, for the timetable to ring again."""
    moment = now()
    waits = (LetterCheck.status == _S.WAITING) & (LetterCheck.asked_at < moment - WAITING_LONG)
    stuck = (LetterCheck.status == _S.RUNNING) & (LetterCheck.beat_at < moment - STILL_AFTER)
    found = select(LetterCheck.campaign_id, LetterCheck.kind).where(or_(waits, stuck)).order_by(LetterCheck.id)
    return tuple((row.campaign_id, row.kind) for row in session.execute(found.limit(MOST_RUNG)))
