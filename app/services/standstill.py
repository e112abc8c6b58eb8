"""Brings a restored house to a stand: nothing in it may leave until somebody has looked. Called by `restoring`."""

from datetime import UTC, datetime

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from app.clock import now
from app.models import (
    Campaign,
    CampaignStatus,
    Chunk,
    ChunkState,
    HoldCause,
    Message,
    MessageStatus,
    Notice,
    NoticeKind,
    NoticeStatus,
    User,
)
from app.services.chunks import reopen_or_close, rows_of
from app.services.holds import hold
from app.services.notices import end
from app.services.settlement import settle_proved

UNDER_WAY = (CampaignStatus.PREPARING, CampaignStatus.SENDING, CampaignStatus.WAITING, CampaignStatus.PAUSED)
NEWS = (
    NoticeKind.CAMPAIGN_HELD,
    NoticeKind.CAMPAIGN_ENDED,
    NoticeKind.APPROVAL_ASKED,
    NoticeKind.APPROVAL_ANSWERED,
    NoticeKind.PROBE,
    NoticeKind.PROBE_FAILED,
)
EPOCHS_SINCE = 1000
"""More than anybody's sessions were ended between a backup and its restore."""


def bring_to_a_stand(session: Session, made_at: datetime) -> int:
    """Returns how many campaigns are held now."""
    take_leases_back(session)
    still_notices(session)
    # Whoever was signed out since the backup stays so.
    session.execute(update(User).values(sign_in_epoch=User.sign_in_epoch + EPOCHS_SINCE))
    return hold_campaigns(session, made_at)


def take_leases_back(session: Session) -> None:
    """As of owners whose journals are out of reach: what may have begun and is not recorded is unknown."""
    for chunk in session.scalars(select(Chunk).where(Chunk.state == ChunkState.LEASED).order_by(Chunk.id)).all():
        unknown = session.scalars(
            update(Message)
            .where(*rows_of(chunk), Message.status == MessageStatus.PENDING, Message.id <= chunk.begun_to)
            .values(status=MessageStatus.UNKNOWN)
            .returning(Message.id)
            .execution_options(synchronize_session=False)
        ).all()
        settle_proved(session, unknown)
        chunk.fence += 1
        chunk.begun_to = 0
        chunk.owner = chunk.host = chunk.lease_until = None
        reopen_or_close(session, chunk)


def still_notices(session: Session) -> None:
    """Invitations and passwords are still owed, at least once; news was told, and what is late is of no use."""
    for notice in session.scalars(select(Notice).where(Notice.status == NoticeStatus.PENDING)).all():
        if notice.kind in NEWS or notice.expires_at <= now():
            end(notice, NoticeStatus.EXPIRED)
        notice.owner = notice.lease_until = None


def hold_campaigns(session: Session, made_at: datetime) -> int:
    wanted = (*UNDER_WAY, CampaignStatus.SCHEDULED, CampaignStatus.HELD)
    campaigns = session.scalars(select(Campaign).where(Campaign.status.in_(wanted)).order_by(Campaign.id)).all()
    for campaign in campaigns:
        if campaign.status == CampaignStatus.HELD:
            # A letter that changed after its approval needs a new one, restored or not.
            if campaign.hold_cause is not HoldCause.CHANGED:
                campaign.hold_cause = HoldCause.RESTORED
            campaign.trouble = f"{was_on_its_way(made_at)} It was held before that: {campaign.trouble}"
        elif campaign.status == CampaignStatus.SCHEDULED:
            hold(session, campaign, HoldCause.RESTORED, was_scheduled(made_at))
        else:
            hold(session, campaign, HoldCause.RESTORED, was_on_its_way(made_at))
    return len(campaigns)


def was_on_its_way(made_at: datetime) -> str:
    return (
        f"This campaign was on its way when the backup was made ({spoken(made_at)}). "
        "Letters may have left since; look at what you know, then resume or cancel."
    )


def was_scheduled(made_at: datetime) -> str:
    return (
        f"This campaign was scheduled when the backup was made ({spoken(made_at)}). "
        "Letters may have left since; look at what you know, then schedule it again or take it back."
    )


def spoken(moment: datetime) -> str:
    return f"{moment.astimezone(UTC):%Y-%m-%d %H:%M} UTC"
