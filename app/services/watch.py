"""Whether anybody looked after the house lately: each host leaves a beat. After a long absence nothing just goes on.

Two clocks tell it: a host knows its own beats by the one that nobody sets, and those of others by the wall.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import NamedTuple

from sqlalchemy import bindparam, delete, exists, select, text
from sqlalchemy.orm import Session

from app.clock import now
from app.database import ledger_sql
from app.models import Campaign, CampaignStatus, DeparturePlan, HoldCause, HostBeat
from app.models.base import UtcTime
from app.services.campaigns import lock_campaign
from app.services.holds import hold

NOTE_BEAT = text(ledger_sql.NOTE_BEAT).bindparams(bindparam("at", type_=UtcTime()))
BEATS = select(HostBeat.host, HostBeat.at, HostBeat.boot_seconds)
LATE_START_GRACE = timedelta(hours=1)
BEAT_EVERY = timedelta(seconds=15)
FORGOTTEN_AFTER = timedelta(days=30)
ON_THEIR_WAY = (CampaignStatus.PREPARING, CampaignStatus.SENDING, CampaignStatus.WAITING)


@dataclass(frozen=True, slots=True)
class Stamp:
    """Now, on one host: its name with its boot, and seconds on the clock that nobody sets."""

    host: str
    boot_seconds: float


class Beat(NamedTuple):
    """A host's, as `HostBeat` keeps it."""

    host: str
    at: datetime
    boot_seconds: float


def absence(session: Session, stamp: Stamp) -> timedelta:
    """How long nobody has looked after the house; nothing in a new one."""
    beats = [Beat(*row) for row in session.execute(BEATS)]
    return min((since(beat, stamp, now()) for beat in beats), default=timedelta())


def since(beat: HostBeat | Beat, stamp: Stamp, moment: datetime) -> timedelta:
    if beat.host == stamp.host:
        return timedelta(seconds=stamp.boot_seconds - beat.boot_seconds)
    return moment - beat.at


def was_away(session: Session, stamp: Stamp) -> bool:
    """Whether the server was away for so long that somebody should be asked before letters go on."""
    return absence(session, stamp) > LATE_START_GRACE


def look_after(session: Session, stamp: Stamp) -> list[int]:
    """Leaves a beat; after an absence, first holds every campaign that was on its way. Answers the ids held."""
    away = absence(session, stamp)
    held = hold_what_was_leaving(session, away) if away > LATE_START_GRACE else []
    own = session.get(HostBeat, stamp.host)
    if own is None or held or since(own, stamp, now()) >= BEAT_EVERY:
        session.execute(NOTE_BEAT, {"host": stamp.host, "at": now(), "boot_seconds": stamp.boot_seconds})
        session.execute(delete(HostBeat).where(HostBeat.at < now() - FORGOTTEN_AFTER))
    return held


def hold_what_was_leaving(session: Session, away: timedelta) -> list[int]:
    still_waits = exists().where(DeparturePlan.campaign_id == Campaign.id, DeparturePlan.waits_until > now())
    missed = Campaign.status.in_(ON_THEIR_WAY) & ~((Campaign.status == CampaignStatus.WAITING) & still_waits)
    found = session.scalars(select(Campaign.id).where(missed).order_by(Campaign.id)).all()
    for campaign_id in found:
        campaign = lock_campaign(session, campaign_id)
        if campaign.status in ON_THEIR_WAY:
            hold(session, campaign, HoldCause.AWAY, away_sentence(away))
    return list(found)


def away_sentence(away: timedelta) -> str:
    hours = max(1, round(away / timedelta(hours=1)))
    length = f"{hours} hours" if hours > 1 else "an hour"
    return (
        f"Letterwright was away for about {length} while this campaign was leaving. "
        "See whether the rest should still go: resume it, or cancel what is left."
    )
