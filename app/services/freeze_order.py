"""In which order a campaign's letters are to leave, as the freeze needs to know it page by page."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.clock import now
from app.models import Campaign, Chunk
from app.services.canaries import size_of
from app.services.departure_plans import find_plan, has_canary
from app.services.warm_ups import is_warming

ENGAGED_WITHIN = timedelta(days=180)
HIT_WITHIN = (7, 30, 90)
AGREED_WITHIN = (30, 90, 365)
DIGITS, PLACES = 7, 25
"""The digits of the keyed hash by which people are drawn begin at another place for each of 25 campaigns in a row."""

NEVER = datetime(1970, 1, 1, tzinfo=UTC)
NO_GROUPS = 1_000_000_000
"""Where the most engaged come first, providers are mixed on purpose: each is to get to know the domain."""


def needs_count(session: Session, campaign_id: int) -> bool:
    """Whether the freeze has to know beforehand how many letters there will be."""
    plan = find_plan(session, campaign_id)
    return plan is not None and has_canary(plan) and plan.expected is None


def order_of_page(
    session: Session, campaign: Campaign, *, is_last: bool, count: Callable[[], int]
) -> dict[str, object]:
    """What the freeze of one page needs to put its letters in order; nothing where they leave as they come."""
    plan = find_plan(session, campaign.id)
    if plan is not None and needs_count(session, campaign.id):
        plan.expected = count()
    warm = is_warming(session, campaign.id)
    target = size_of(plan, (plan.expected or 0) if plan is not None else 0)
    if not target and not warm:
        return {}
    pending = func.sum(Chunk.counts["pending"].as_integer())
    so_far = select(func.coalesce(pending, 0), func.coalesce(pending.filter(Chunk.wave == 0), 0)).where(
        Chunk.campaign_id == campaign.id
    )
    frozen, done = session.execute(so_far).one()
    order: dict[str, object] = {
        "order": "warm" if warm else "waves",
        "target": target,
        "frozen": int(frozen),
        "done": int(done) if target else 0,
        "expected": max(1, (plan.expected or 0) if plan is not None else 0),
        "is_last": int(is_last),
        "salt": 1 + campaign.id * DIGITS % PLACES,
    }
    return order | warmth(now()) if warm else order


def warmth(moment: datetime) -> dict[str, object]:
    """The moments between those who are glad of our letters and those of whom nobody knows."""
    hits = {f"hit_{place}": moment - timedelta(days=days) for place, days in enumerate(HIT_WITHIN, start=1)}
    agreed = {f"agreed_{place}": moment - timedelta(days=days) for place, days in enumerate(AGREED_WITHIN, start=1)}
    return {"since": moment - ENGAGED_WITHIN, "never": NEVER, "large_group": NO_GROUPS, **hits, **agreed}
