"""What keeps a campaign's letters from leaving now: its first letters, its hours, its domain's warm-up, its end.

Whoever leases, and every pulse, asks whether letters may begin. `turn` moves campaigns, rung by the timetable: it finds
all it needs in rows under the campaign's lock, so that it may run anywhere, twice, or be killed.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, exists, func, or_, select
from sqlalchemy.orm import Session

from app.clock import now
from app.errors import WrongState
from app.jobs import Job, enqueue
from app.models import Campaign, CampaignStatus, Chunk, ChunkState, DeparturePlan, HoldCause, WaitsFor
from app.queries.canary_figures import canary_figures
from app.services import audit, canaries, warm_ups
from app.services.campaigns import lock_campaign
from app.services.chunks import expire_open_chunks
from app.services.departure_plans import find_plan, hours_of, kept_plan, plan_of
from app.services.holds import hold
from app.services.send_windows import is_open, next_midnight, next_opening

_S = CampaignStatus
ON_THE_WAY = (_S.SENDING, _S.WAITING)
MAY_EXPIRE = (*ON_THE_WAY, _S.PAUSED, _S.HELD)
AHEAD = timedelta(seconds=1)
"""An answer may be used for 750 ms: what closes within a second is closed."""

RINGS = 4
OVER = (
    "The moment by which this campaign was to be done has passed, so nothing of it leaves. "
    "Choose a later end under “How it leaves” and resume it, take it back, or cancel it."
)


@dataclass(frozen=True, slots=True)
class Wait:
    """For what nothing leaves, and until when."""

    reason: WaitsFor
    until: datetime


def may_begin(session: Session, campaign_id: int) -> bool:
    """Whether a letter may begin in the next second, by the campaign's hours and its end."""
    plan = find_plan(session, campaign_id)
    if plan is None:
        return True
    moment = now()
    over = plan.finish_by is not None and plan.finish_by <= moment + AHEAD
    hours = hours_of(plan)
    return not over and is_open(hours, moment) and is_open(hours, moment + AHEAD)


def is_over(session: Session, campaign_id: int) -> bool:
    """Whether the moment has passed after which nothing of it may leave."""
    return ends_before(session, campaign_id, now())


def ends_before(session: Session, campaign_id: int, moment: datetime) -> bool:
    plan = find_plan(session, campaign_id)
    return plan is not None and plan.finish_by is not None and plan.finish_by <= moment


def to_look_at(session: Session) -> tuple[int, ...]:
    """Campaigns that something may have changed for."""
    plan = DeparturePlan
    asked = select(Campaign.id).outerjoin(plan, plan.campaign_id == Campaign.id)
    planned = Campaign.status.in_(ON_THE_WAY) & plan.campaign_id.is_not(None)
    over = Campaign.status.in_(MAY_EXPIRE) & (plan.finish_by <= now())
    wanted: list[ColumnElement[bool]] = [planned, over]
    if warm_ups.any_warm_up(session):
        wanted.append(Campaign.status == _S.SENDING)
    return tuple(session.scalars(asked.where(or_(*wanted)).order_by(Campaign.id)))


def turn(session: Session, campaign_id: int) -> None:
    """Lets one campaign wait, go on, be held or end, as its plan wants it now."""
    campaign = lock_campaign(session, campaign_id)
    if is_over(session, campaign_id):
        end_late(session, campaign)
    elif campaign.status in ON_THE_WAY:
        wait = what_it_waits_for(session, campaign)
        if campaign.status in ON_THE_WAY:
            take(session, campaign, wait)


def take(session: Session, campaign: Campaign, wait: Wait | None) -> None:
    """Moves a campaign, and notes what it waits for."""
    if wait is None:
        if campaign.status == _S.WAITING:
            go_on(session, campaign)
        return
    plan = kept_plan(session, campaign.id)
    plan.waits_for, plan.waits_until = wait.reason, wait.until
    if campaign.status == _S.SENDING:
        campaign.move_to(_S.WAITING)


def go_on(session: Session, campaign: Campaign) -> None:
    plan = kept_plan(session, campaign.id)
    plan.waits_for = plan.waits_until = None
    campaign.move_to(_S.SENDING)
    for _ in range(RINGS):
        enqueue(session, Job.SEND, campaign.id)


def what_it_waits_for(session: Session, campaign: Campaign) -> Wait | None:
    """The first thing in its way; where its first letters did badly, it is held here."""
    plan, moment = plan_of(session, campaign.id), now()
    if canaries.holds_back(session, campaign) and canaries.begin_wait(session, campaign, plan):
        if sentence := canaries.verdict_on(canaries.rates(plan, canary_figures(session, campaign))):
            hold(session, campaign, HoldCause.CANARY, sentence)
            return None
        if plan.canary_until is not None and plan.canary_until > moment:
            return Wait(WaitsFor.CANARY, plan.canary_until)
        canaries.let_rest_go(session, campaign, plan)
    hours = hours_of(plan)
    if not is_open(hours, moment):
        return Wait(WaitsFor.HOURS, next_opening(hours, moment))
    return quota_wait(session, campaign)


def quota_wait(session: Session, campaign: Campaign) -> Wait | None:
    """Whether its domain's letters of today have all left while some of its own are still to go."""
    if not warm_ups.any_warm_up(session):
        return None
    warm_up = warm_ups.find_warm_up(session, warm_ups.domain_of_campaign(session, campaign.id), lock=True)
    if warm_up is None:
        return None
    midnight = next_midnight(now(), warm_up.zone)
    due = exists().where(
        Chunk.campaign_id == campaign.id,
        Chunk.state == ChunkState.OPEN,
        Chunk.wave <= campaign.wave_open,
        Chunk.next_at.is_(None) | (Chunk.next_at < midnight),
    )
    if not session.scalar(select(due)) or not warm_ups.open_day(session, warm_up):
        return None
    today = warm_ups.today_of(session, warm_up)
    return None if today.left or today.promised else Wait(WaitsFor.QUOTA, midnight)


def end_late(session: Session, campaign: Campaign) -> None:
    """Leaves out what has not left, once the moment has passed; then the campaign ends by itself.

    Letters in somebody's hand are left out when they are given back: none begins any more.
    """
    frozen = campaign.upper_subscriber_id is not None and campaign.freeze_cursor >= campaign.upper_subscriber_id
    if campaign.status not in MAY_EXPIRE or not frozen:
        return
    left_out = expire_open_chunks(session, campaign.id)
    if left_out:
        audit.record(session, "campaign.expired", campaign, facts={"letters": left_out})
    in_hand = select(func.count()).where(Chunk.campaign_id == campaign.id, Chunk.state != ChunkState.DONE)
    if session.scalar(in_hand):
        return
    if campaign.status != _S.SENDING:
        campaign.move_to(_S.SENDING)
    enqueue(session, Job.FINISH, campaign.id)


def let_rest_go(session: Session, campaign_id: int, *, user_id: int | None = None) -> Campaign:
    """A person lets the rest follow the first letters, before their time or in spite of their figures.

    Raises:
        WrongState: it does not wait for its first letters.
    """
    campaign = lock_campaign(session, campaign_id)
    plan = find_plan(session, campaign_id)
    waits = campaign.status == _S.WAITING and plan is not None and plan.waits_for == WaitsFor.CANARY
    if plan is None or not (waits and canaries.holds_back(session, campaign)):
        raise WrongState(f"“{campaign.name}” does not wait for its first letters.")
    canaries.let_rest_go(session, campaign, plan, user_id=user_id, by_hand=True)
    go_on(session, campaign)
    return campaign


def pass_canary(session: Session, campaign: Campaign, *, user_id: int | None = None) -> None:
    """Whoever resumes a campaign that its first letters held lets the rest go."""
    plan = find_plan(session, campaign.id)
    if plan is None:
        return
    plan.waits_for = plan.waits_until = None
    if campaign.hold_cause == HoldCause.CANARY:
        canaries.let_rest_go(session, campaign, plan, user_id=user_id, by_hand=True)
