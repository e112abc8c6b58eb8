"""The row that says when a campaign's letters leave: found, begun, copied. `departures` and `gates` write it."""

from sqlalchemy.orm import Session

from app.models import DeparturePlan
from app.services.send_windows import ALL_DAYS, WHOLE_DAY, Hours

LIMITS = {"bounce_limit": 5.0, "complaint_limit": 0.3, "deferral_limit": 20.0, "unsubscribe_limit": 2.0}
"""Shares of the first letters, in percent, at which the rest is held, unless a plan says otherwise."""

USUAL = {
    "canary_minutes": 60,
    **LIMITS,
    "days": "",
    "from_minute": 0,
    "to_minute": WHOLE_DAY,
    "zone": "UTC",
}
COPIED = (*USUAL, "canary_count", "canary_percent")


def find_plan(session: Session, campaign_id: int) -> DeparturePlan | None:
    return session.get(DeparturePlan, campaign_id)


def plan_of(session: Session, campaign_id: int) -> DeparturePlan:
    """The campaign's plan, or one that holds nothing back and is in no database yet."""
    return find_plan(session, campaign_id) or DeparturePlan(campaign_id=campaign_id, **USUAL)


def kept_plan(session: Session, campaign_id: int) -> DeparturePlan:
    """The same, in the database from now on. The caller holds the campaign's lock."""
    plan = plan_of(session, campaign_id)
    session.add(plan)
    session.flush()
    return plan


def hours_of(plan: DeparturePlan) -> Hours:
    days = frozenset(int(day) for day in plan.days) or ALL_DAYS
    return Hours(days, plan.from_minute, plan.to_minute, plan.zone)


def has_canary(plan: DeparturePlan) -> bool:
    return plan.canary_count is not None or plan.canary_percent is not None


def copy_plan(session: Session, old_id: int, new_id: int) -> None:
    """Lets a copy of a campaign leave as the first one did; its end was for that one alone."""
    old = find_plan(session, old_id)
    if old is not None:
        session.add(DeparturePlan(campaign_id=new_id, **{name: getattr(old, name) for name in COPIED}))
