"""Warm-up of senders' domains: how many letters may leave today, counted on the ledger, so that every host knows it.

Tests and notices are not counted: they are few. Lock order: campaign, warm-up, chunk, messages.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import pairwise

from sqlalchemy import delete, exists, func, or_, select
from sqlalchemy.orm import Session

from app.clock import now
from app.errors import InvalidInput, NotFound
from app.models import Campaign, Chunk, ChunkState, Message, MessageStatus, Variant, WarmUp, WarmUpDay
from app.queries.books import rows_between
from app.services import audit
from app.services.envelopes import envelope_from_json
from app.services.local_time import find_zone
from app.services.send_windows import midnight_of, next_midnight
from app.services.signing_keys import domain_of

USUAL_STEPS = (50, 100, 500, 1_000, 5_000, 10_000, 20_000, 40_000)
MOST_STEPS, MOST_A_DAY = 60, 10_000_000
MOST_SHOWN = 10
BEAT_APART = timedelta(seconds=30)
"""A held chunk's beat is never older than this."""


@dataclass(frozen=True, slots=True)
class Today:
    """A domain's day: its place among the steps (from 1), how many letters may leave, how many have left, and how many
    more are promised to letters in hand. `until` is when the next day begins.
    """

    domain: str
    step: int
    steps: tuple[int, ...]
    quota: int
    used: int
    promised: int
    until: datetime

    @property
    def left(self) -> int:
        return max(0, self.quota - self.used)

    @property
    def free(self) -> int:
        return max(0, self.quota - self.used - self.promised)


def find_warm_up(session: Session, domain: str, *, lock: bool = False) -> WarmUp | None:
    """The plan of a domain while it is in force."""
    wanted = select(WarmUp).where(WarmUp.domain == domain, WarmUp.finished_at.is_(None))
    if lock:
        wanted = wanted.with_for_update().execution_options(populate_existing=True)
    return session.scalars(wanted).one_or_none()


def any_warm_up(session: Session) -> bool:
    return bool(session.scalar(select(exists().where(WarmUp.finished_at.is_(None)))))


def domain_of_campaign(session: Session, campaign_id: int) -> str:
    """The domain that its letters were frozen to come from; "" before that."""
    kept = session.scalars(
        select(Variant.envelope).where(Variant.campaign_id == campaign_id, Variant.envelope != "").limit(1)
    ).first()
    return domain_of(envelope_from_json(kept).from_email) if kept else ""


def is_warming(session: Session, campaign_id: int) -> bool:
    return any_warm_up(session) and find_warm_up(session, domain_of_campaign(session, campaign_id)) is not None


def allowance(session: Session, campaign_id: int) -> int | None:
    """How many of the campaign's letters may be begun under a lease taken now; None where nothing holds them back.

    Whoever asks keeps others from asking until the end of the transaction, in which the promise is to be written.
    """
    if not any_warm_up(session):
        return None
    plan = find_warm_up(session, domain_of_campaign(session, campaign_id), lock=True)
    if plan is None or not open_day(session, plan):
        return None
    return today_of(session, plan).free


def open_day(session: Session, plan: WarmUp) -> bool:
    """Begins today's step of a locked plan where it has not begun; False where the last step was another day's.

    A day on which nothing left after all is no step.
    """
    day = local_day(plan)
    days = session.scalars(select(WarmUpDay).where(WarmUpDay.domain == plan.domain).order_by(WarmUpDay.day)).all()
    if any(one.day == day for one in days):
        return True
    begun = len(days)
    if days and not left_on(session, plan, days[-1].day):
        session.delete(days[-1])
        session.flush()
        begun -= 1
    if begun >= len(plan.steps):
        plan.finished_at = now()
        audit.record(session, "warm_up.finished", None, facts={"domain": plan.domain})
        return False
    session.add(WarmUpDay(domain=plan.domain, day=day, quota=plan.steps[begun]))
    session.flush()
    return True


def local_day(plan: WarmUp) -> str:
    return now().astimezone(find_zone(plan.zone)).date().isoformat()


def today_of(session: Session, plan: WarmUp) -> Today:
    """As it is now; before the first letter of a day, as it will be."""
    day = local_day(plan)
    days = session.scalars(select(WarmUpDay).where(WarmUpDay.domain == plan.domain).order_by(WarmUpDay.day)).all()
    here = next((place for place, one in enumerate(days) if one.day == day), None)
    step = min(len(days) if here is None else here, len(plan.steps) - 1)
    start = midnight_of(day, plan.zone)
    used, promised = count_letters(session, plan.domain, start)
    return Today(
        domain=plan.domain,
        step=step + 1,
        steps=tuple(plan.steps),
        quota=plan.steps[step] if here is None else days[here].quota,
        used=used,
        promised=promised,
        until=next_midnight(now(), plan.zone),
    )


def days_now(session: Session, *, most: int = MOST_SHOWN) -> tuple[Today, ...]:
    """The day of each domain that is warming up, by name."""
    plans = select(WarmUp).where(WarmUp.finished_at.is_(None)).order_by(WarmUp.domain).limit(most)
    return tuple(today_of(session, plan) for plan in session.scalars(plans).all())


def left_on(session: Session, plan: WarmUp, day: str) -> bool:
    start = midnight_of(day, plan.zone)
    return count_letters(session, plan.domain, start, until=next_midnight(start, plan.zone))[0] > 0


def count_letters(session: Session, domain: str, since: datetime, *, until: datetime | None = None) -> tuple[int, int]:
    """Letters of a domain that left since then, those of unknown fate with them, and those promised to leases."""
    used = promised = 0
    accepted = (Message.status == MessageStatus.SENT) & (Message.sent_at >= since)
    if until is not None:
        accepted &= Message.sent_at < until
    left = func.count().filter(or_(accepted, Message.status == MessageStatus.UNKNOWN))
    for campaign_id, chunk in chunks_since(session, domain, since):
        granted = chunk.grant_to if chunk.state == ChunkState.LEASED and chunk.grant_to is not None else 0
        to_go = func.count().filter((Message.status == MessageStatus.PENDING) & (Message.id <= granted))
        rows = rows_between(campaign_id, chunk.first_id, chunk.last_id)
        gone, waiting = session.execute(select(left, to_go).where(*rows)).one()
        used, promised = used + gone, promised + waiting
    return used, promised


def chunks_since(session: Session, domain: str, since: datetime) -> list[tuple[int, Chunk]]:
    """Chunks that were held since then, of campaigns whose letters come from that domain."""
    under_way = select(Campaign.id).where(
        Campaign.started_at.is_not(None), Campaign.ended_at.is_(None) | (Campaign.ended_at >= since - BEAT_APART)
    )
    found: list[tuple[int, Chunk]] = []
    for campaign_id in session.scalars(under_way.order_by(Campaign.id)).all():
        if domain_of_campaign(session, campaign_id) != domain:
            continue
        held = select(Chunk).where(Chunk.campaign_id == campaign_id, Chunk.beat >= since - BEAT_APART)
        chunks = session.scalars(held.order_by(Chunk.id).execution_options(populate_existing=True))
        found += [(campaign_id, chunk) for chunk in chunks]
    return found


def days_needed(today: Today, letters: int) -> int:
    """On how many days so many letters leave, today among them where any may; the steps end, then all do."""
    days, left = 0, letters
    for place, quota in enumerate(today.steps[today.step - 1 :]):
        may = today.left if place == 0 else quota
        days += 1 if may or place else 0
        left -= may
        if left <= 0:
            return max(1, days)
    return days + 1


def save_warm_up(
    session: Session, domain: str, steps: Sequence[int], zone: str, *, user_id: int | None = None
) -> WarmUp:
    """Begins a plan, or changes one: days that were are kept, today's number changes at once.

    Raises:
        InvalidInput: naming the fields.
    """
    find_zone(zone)
    checked = check_steps(steps)
    plan = session.get(WarmUp, domain, with_for_update=True)
    if plan is None or plan.finished_at is not None:
        session.execute(delete(WarmUpDay).where(WarmUpDay.domain == domain))
        plan = plan or WarmUp(domain=domain)
        plan.created_at, plan.finished_at = now(), None
        session.add(plan)
    plan.steps, plan.zone = list(checked), zone
    session.flush()
    days = session.scalars(select(WarmUpDay).where(WarmUpDay.domain == domain).order_by(WarmUpDay.day)).all()
    for place, day in enumerate(days):
        if day.day == local_day(plan):
            day.quota = checked[min(place, len(checked) - 1)]
    facts = {"domain": domain, "steps": list(checked)}
    audit.record(session, "warm_up.planned", None, user_id=user_id, facts=facts)
    return plan


def check_steps(steps: Sequence[int]) -> tuple[int, ...]:
    if not steps:
        raise InvalidInput({"steps": "Write how many letters may leave on the first day, the second and so on."})
    if len(steps) > MOST_STEPS or any(not 1 <= step <= MOST_A_DAY for step in steps):
        raise InvalidInput({"steps": f"Write at most {MOST_STEPS} numbers, each from 1 to {MOST_A_DAY:,}."})
    if any(later < earlier for earlier, later in pairwise(steps)):
        raise InvalidInput({"steps": "Each day must allow at least as many letters as the one before."})
    return tuple(steps)


def stop_warm_up(session: Session, domain: str, *, user_id: int | None = None) -> None:
    """Holds letters of the domain back no more."""
    plan = find_warm_up(session, domain, lock=True)
    if plan is None:
        raise NotFound("This domain is not warming up.")
    plan.finished_at = now()
    audit.record(session, "warm_up.stopped", None, user_id=user_id, facts={"domain": domain})
