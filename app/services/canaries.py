"""The first letters of a campaign: how many they are, and whether the rest may follow. Called by `gates`."""

from dataclasses import dataclass
from datetime import timedelta
from math import ceil

from sqlalchemy.orm import Session

from app.clock import now
from app.models import Campaign, DeparturePlan
from app.queries.canary_figures import CanaryFigures, canary_figures, is_leaving, waves_of
from app.services import audit
from app.services.departure_plans import find_plan, has_canary

EVERY_WAVE = 32_767
"""With it open, every letter may leave, in the order of the waves."""


@dataclass(frozen=True, slots=True)
class Rate:
    """`part` of `whole` first letters, and the share in percent at which the rest is held."""

    name: str
    part: int
    whole: int
    limit: float

    @property
    def percent(self) -> float:
        return 100 * self.part / self.whole if self.whole else 0.0

    @property
    def is_reached(self) -> bool:
        return self.part > 0 and self.percent >= self.limit


SAID = {
    "bounce": ("came back or were refused", "Look at who was refused and why, and clean the list"),
    "complaint": ("were reported as spam", "See whether these people have asked for your letters"),
    "deferral": ("were put off by their mail server", "Mail servers ask for patience: wait some hours"),
    "unsubscribe": ("led people to leave", "See whether this letter goes to the right people"),
}


def rates(plan: DeparturePlan, figures: CanaryFigures) -> tuple[Rate, ...]:
    parts = (
        ("bounce", figures.bounced, plan.bounce_limit),
        ("complaint", figures.complained, plan.complaint_limit),
        ("deferral", figures.deferred, plan.deferral_limit),
        ("unsubscribe", figures.unsubscribed, plan.unsubscribe_limit),
    )
    return tuple(Rate(name, part, figures.tried, limit) for name, part, limit in parts)


def verdict_on(found: tuple[Rate, ...]) -> str:
    """Why the rest is held, with every rate that is too high, and the cure; "" where it may leave."""
    high = [rate for rate in found if rate.is_reached]
    if not high:
        return ""
    told = "; ".join(
        f"{rate.part:,} of the first {rate.whole:,} letters {SAID[rate.name][0]} "
        f"({rate.percent:.3g} %, the rest is held from {rate.limit:.3g} %)"
        for rate in high
    )
    cures = ". ".join(SAID[rate.name][1] for rate in high)
    return f"{told}. {cures}. Then let the rest go, or cancel it."


def size_of(plan: DeparturePlan | None, expected: int) -> int:
    """How many letters go first, of so many expected; 0 where all leave at once."""
    if plan is None or not has_canary(plan):
        return 0
    share = ceil(expected * plan.canary_percent / 100) if plan.canary_percent is not None else plan.canary_count or 0
    return max(1, min(share, expected))


def first_wave(session: Session, campaign: Campaign) -> int:
    """What is open when a frozen campaign begins: 0, or every wave where there is an order and nothing to wait for."""
    waves = waves_of(session, campaign.id)
    if waves is None or waves[1] == 0:
        return 0
    plan = find_plan(session, campaign.id)
    return 0 if waves[0] == 0 and plan is not None and has_canary(plan) else EVERY_WAVE


def holds_back(session: Session, campaign: Campaign) -> bool:
    """Whether letters are there that the first ones must open the way for."""
    waves = waves_of(session, campaign.id) if campaign.wave_open == 0 else None
    return waves is not None and waves[1] > 0


def begin_wait(session: Session, campaign: Campaign, plan: DeparturePlan) -> bool:
    """Whether the first letters have left, from now on or before: then the time to look at them runs."""
    if plan.canary_until is None:
        if is_leaving(session, campaign.id):
            return False
        plan.canary_until = now() + timedelta(minutes=plan.canary_minutes)
    return True


def let_rest_go(
    session: Session, campaign: Campaign, plan: DeparturePlan, *, user_id: int | None = None, by_hand: bool = False
) -> None:
    """Opens every wave of a locked campaign; who let it go, and by which figures, is kept."""
    figures = canary_figures(session, campaign)
    campaign.wave_open = EVERY_WAVE
    plan.canary_passed_at = now()
    facts = {rate.name: rate.part for rate in rates(plan, figures)} | {"letters": figures.tried}
    act = "campaign.rest_let_go" if by_hand else "campaign.canary_passed"
    audit.record(session, act, campaign, user_id=user_id, facts=facts)
