"""How a campaign gets on its way and off it: scheduled, taken back, started once, paused, resumed, cancelled.

Every move is a compare-and-set under the campaign's lock. Lock order: campaign, chunk, messages.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import exists, select
from sqlalchemy.orm import Session

from app.clock import now
from app.errors import InvalidInput, WrongState
from app.jobs import Job, enqueue
from app.models import Campaign, CampaignStatus, Chunk, ChunkState, Event, EventKind, HoldCause, Variant
from app.services import approvals, audit
from app.services.audience import is_frozen
from app.services.campaigns import lock_campaign, lock_draft
from app.services.chunks import cancel_open_chunks
from app.services.content_hash import campaign_hash
from app.services.gates import OVER, ends_before, is_over, pass_canary
from app.services.holds import hold, let_go
from app.services.local_time import find_zone, parse_local_time
from app.services.preflight import check_campaign
from app.services.recovery import set_suspects_aside
from app.services.watch import LATE_START_GRACE
from emails.preflight.report import PreflightReport

__all__ = ["parse_local_time", "schedule", "send_now"]

LATE = (
    "This campaign should have left more than an hour ago, and nobody was there to send it. "
    "See whether it should still leave: resume it to send it now, or take it back."
)
UNDO_SECONDS = 30
EARLIEST_PAST = timedelta(minutes=2)
LATEST_FUTURE = timedelta(days=730)
MOST_SHOWN = 5


@dataclass(frozen=True, slots=True)
class StandingStill:
    """Campaigns with something to do, by the job that does it."""

    preparing: tuple[int, ...]
    sending: tuple[int, ...]
    finishing: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Leave:
    """When a campaign shall leave, who says so, and the written reason where pre-flight wants one."""

    at: datetime
    zone: str = ""
    user_id: int | None = None
    override_reason: str = ""


def schedule(session: Session, campaign_id: int, leave: Leave) -> PreflightReport:
    """Puts a draft on its way at a moment. Nothing is queued: the timetable starts it when it is due.

    Raises:
        InvalidInput: pre-flight blocks, a reason or an approval is missing, or the time is past; with place and cure.
        WrongState: it is no draft.
    """
    campaign = lock_draft(session, campaign_id)
    if leave.zone:
        find_zone(leave.zone)
    moment = now()
    if leave.at < moment - EARLIEST_PAST:
        raise InvalidInput({"at": "This time has passed. Choose a later one, or send now."})
    if leave.at > moment + LATEST_FUTURE:
        raise InvalidInput({"at": "This is more than two years away. Choose an earlier time."})
    if ends_before(session, campaign_id, leave.at):
        raise InvalidInput({"at": "This campaign is to be done before that. Choose an earlier time, or a later end."})
    campaign.send_at = leave.at
    report = check_campaign(session, campaign_id).overridden(leave.override_reason)
    if not report.passed:
        raise InvalidInput({"campaign": in_the_way(report)})
    content = campaign_hash(session, campaign_id)
    if not approvals.may_leave(session, campaign, content):
        raise InvalidInput({"campaign": approvals.MISSING})
    campaign.send_zone = leave.zone
    campaign.approved_hash = content
    campaign.override_reason = leave.override_reason if report.reasons else ""
    campaign.override_user_id = leave.user_id if report.reasons else None
    campaign.move_to(CampaignStatus.SCHEDULED)
    facts = {"at": leave.at.isoformat(), "reason": campaign.override_reason}
    audit.record(session, "campaign.scheduled", campaign, user_id=leave.user_id, facts=facts)
    if leave.at <= moment:
        enqueue(session, Job.START_DUE)
    return report


def in_the_way(report: PreflightReport) -> str:
    found = report.blocks or report.reasons
    lines = [f"{one.place}: {one.message} {one.cure}" for one in found[:MOST_SHOWN]]
    if len(found) > MOST_SHOWN:
        lines.append(f"And {len(found) - MOST_SHOWN} more.")
    if not report.blocks:
        lines.append("Mend it, or write down why the letter should leave all the same.")
    return " ".join(lines)


def send_now(
    session: Session,
    campaign_id: int,
    *,
    user_id: int | None = None,
    override_reason: str = "",
    undo_seconds: int = UNDO_SECONDS,
) -> PreflightReport:
    """Schedules for `undo_seconds` from now, so that it can be taken back."""
    at = now() + timedelta(seconds=undo_seconds)
    return schedule(session, campaign_id, Leave(at, user_id=user_id, override_reason=override_reason))


def unschedule(session: Session, campaign_id: int, *, user_id: int | None = None) -> Campaign:
    """Takes a campaign whose letter is not frozen yet (scheduled, or held) to draft; its approval falls."""
    campaign = lock_campaign(session, campaign_id)
    frozen = session.scalar(select(exists().where(Variant.campaign_id == campaign_id, Variant.content_hash != "")))
    if campaign.status not in {CampaignStatus.SCHEDULED, CampaignStatus.HELD} or frozen:
        raise WrongState(
            f"“{campaign.name}” is {campaign.status.value}; it is too late to take it back. Pause it instead."
        )
    campaign.move_to(CampaignStatus.DRAFT)
    campaign.send_at, campaign.send_zone, campaign.started_at, campaign.approved_hash = None, "", None, ""
    campaign.override_reason, campaign.override_user_id = "", None
    let_go(campaign)
    audit.record(session, "campaign.taken_back", campaign, user_id=user_id)
    return campaign


def start_due(session: Session) -> list[int]:
    """Starts every campaign that is due, each once whoever asks; answers the ids to prepare."""
    due = session.scalars(
        select(Campaign.id)
        .where(Campaign.status == CampaignStatus.SCHEDULED, Campaign.send_at <= now())
        .order_by(Campaign.send_at)
    ).all()
    return [campaign_id for campaign_id in due if start(session, campaign_id)]


def start(session: Session, campaign_id: int) -> bool:
    campaign = lock_campaign(session, campaign_id)
    if campaign.status != CampaignStatus.SCHEDULED or campaign.send_at is None or campaign.send_at > now():
        return False
    if campaign.send_at < now() - LATE_START_GRACE:
        hold(session, campaign, HoldCause.LATE, LATE)
        return False
    if is_over(session, campaign_id):
        hold(session, campaign, HoldCause.LATE, OVER)
        return False
    begin(session, campaign)
    return True


def begin(session: Session, campaign: Campaign) -> None:
    campaign.move_to(CampaignStatus.PREPARING)
    if campaign.started_at is None:
        campaign.started_at = now()
        session.add(Event(kind=EventKind.CAMPAIGN_STARTED, campaign_id=campaign.id, facts={}))
    enqueue(session, Job.PREPARE, campaign.id)


def is_any_sending(session: Session) -> bool:
    return bool(session.scalar(select(exists().where(Campaign.status == CampaignStatus.SENDING))))


def standing_still(session: Session) -> StandingStill:
    """What the timetable rings again: nothing here is lost when the queue is."""
    sweep_cancelled(session)
    moment = now()
    preparing = session.scalars(select(Campaign.id).where(Campaign.status == CampaignStatus.PREPARING)).all()
    sending = session.scalars(select(Campaign.id).where(Campaign.status == CampaignStatus.SENDING)).all()
    with_work, finishing = [], []
    for campaign_id in sending:
        of_campaign = Chunk.campaign_id == campaign_id
        due = exists().where(
            of_campaign,
            Chunk.state == ChunkState.OPEN,
            Chunk.wave <= select(Campaign.wave_open).where(Campaign.id == campaign_id).scalar_subquery(),
            (Chunk.next_at.is_(None)) | (Chunk.next_at <= moment),
        )
        unfinished = exists().where(of_campaign, Chunk.state != ChunkState.DONE)
        if session.scalar(select(due)):
            with_work.append(campaign_id)
        elif not session.scalar(select(unfinished)):
            finishing.append(campaign_id)
    return StandingStill(tuple(preparing), tuple(with_work), tuple(finishing))


def pause(session: Session, campaign_id: int, *, user_id: int | None = None) -> Campaign:
    """No further letter begins; those on the wire are finished and recorded."""
    campaign = lock_campaign(session, campaign_id)
    campaign.move_to(CampaignStatus.PAUSED)
    audit.record(session, "campaign.paused", campaign, user_id=user_id)
    return campaign


def resume(session: Session, campaign_id: int, *, user_id: int | None = None) -> Campaign:
    """Lets a paused or held campaign go on where it stood; letters that senders died at are left out.

    Raises:
        WrongState: it is neither, or what would leave is not what was approved.
    """
    campaign = lock_campaign(session, campaign_id)
    if campaign.status not in {CampaignStatus.PAUSED, CampaignStatus.HELD}:
        raise WrongState(f"“{campaign.name}” is {campaign.status.value}; only a paused or held campaign can go on.")
    if campaign.hold_cause == HoldCause.CHANGED:
        raise WrongState(campaign.trouble)
    facts = {"cause": campaign.hold_cause.value} if campaign.hold_cause else {}
    set_suspects_aside(session, campaign_id)
    pass_canary(session, campaign, user_id=user_id)
    let_go(campaign)
    if is_frozen(campaign):
        campaign.move_to(CampaignStatus.SENDING)
        enqueue(session, Job.SEND, campaign.id)
    else:
        begin(session, campaign)
    audit.record(session, "campaign.resumed", campaign, user_id=user_id, facts=facts)
    return campaign


def cancel(session: Session, campaign_id: int, *, user_id: int | None = None) -> Campaign:
    """Ends a campaign: what has not left stays. Rows of leased chunks follow when those are given back."""
    campaign = lock_campaign(session, campaign_id)
    campaign.move_to(CampaignStatus.CANCELLED)
    campaign.ended_at = now()
    let_go(campaign)
    session.add(Event(kind=EventKind.CAMPAIGN_ENDED, campaign_id=campaign.id, facts={"status": "cancelled"}))
    audit.record(session, "campaign.cancelled", campaign, user_id=user_id)
    cancel_open_chunks(session, campaign_id)
    return campaign


def sweep_cancelled(session: Session) -> None:
    """Repeats the cancelling, should a chunk of a cancelled campaign ever stand open."""
    left = select(Chunk.campaign_id).where(Chunk.state == ChunkState.OPEN).distinct()
    cancelled = select(Campaign.id).where(Campaign.status == CampaignStatus.CANCELLED, Campaign.id.in_(left))
    for campaign_id in session.scalars(cancelled.order_by(Campaign.id)).all():
        lock_campaign(session, campaign_id)
        cancel_open_chunks(session, campaign_id)
