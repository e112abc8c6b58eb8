"""Once more, because a person asked: the refused, and letters of unknown fate, or those are left as they are.

Lock order as in `delivery`: campaign, chunk, messages.
"""

from collections.abc import Collection

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from app.errors import WrongState
from app.jobs import Job, enqueue
from app.models import Campaign, CampaignStatus, Chunk, ChunkState, Message, MessageStatus
from app.queries.books import count_states
from app.queries.retries import may_be_tried
from app.services import audit
from app.services.campaigns import lock_campaign
from app.services.chunks import rows_of
from app.services.gates import is_over

_S = CampaignStatus
OPEN_TO_RETRIES = {_S.SENDING, _S.PAUSED, _S.HELD, _S.WAITING, _S.SENT}


def send_unknown_again(
    session: Session, campaign_id: int, *, user_id: int | None = None, message_ids: Collection[int] | None = None
) -> int:
    """Lets letters of unknown fate leave once more, all or only these; returns how many. Some may come twice.

    Raises:
        WrongState: the campaign is cancelled, or nothing of it has left yet.
    """
    campaign = lock_campaign(session, campaign_id)
    letters = try_again(session, campaign, MessageStatus.UNKNOWN, message_ids)
    left = count_states(session, campaign_id)[MessageStatus.UNKNOWN]
    # Asked about all, whoever answered knows of those that must not be written to; they are not asked about again.
    campaign.unknown_left = left if message_ids is None else min(left, campaign.unknown_left)
    if letters:
        audit.record(session, "campaign.unknown_sent_again", campaign, user_id=user_id, facts={"letters": letters})
    return letters


def retry_refused(session: Session, campaign_id: int, *, user_id: int | None = None) -> int:
    """Lets refused letters leave once more, but for addresses never to be written to; returns how many.

    Raises:
        WrongState: the campaign is cancelled, or nothing of it has left yet.
    """
    campaign = lock_campaign(session, campaign_id)
    letters = try_again(session, campaign, MessageStatus.REFUSED)
    if letters:
        audit.record(session, "campaign.refused_retried", campaign, user_id=user_id, facts={"letters": letters})
    return letters


def leave_unknown(session: Session, campaign_id: int, *, user_id: int | None = None) -> None:
    """Takes note that letters of unknown fate stay as they are: nobody is asked about these again."""
    campaign = lock_campaign(session, campaign_id)
    campaign.unknown_left = count_states(session, campaign_id)[MessageStatus.UNKNOWN]
    facts = {"letters": campaign.unknown_left}
    audit.record(session, "campaign.unknown_left", campaign, user_id=user_id, facts=facts)


def try_again(
    session: Session, campaign: Campaign, status: MessageStatus, message_ids: Collection[int] | None = None
) -> int:
    """Makes rows in `status` pending, chunk by chunk, and sees that their chunks are leased again."""
    if campaign.status == CampaignStatus.CANCELLED:
        raise WrongState(f"“{campaign.name}” is cancelled: nothing of it leaves any more. Duplicate it instead.")
    if is_over(session, campaign.id):
        raise WrongState(f"“{campaign.name}” was to be done by now: what left no letter behind leaves no more.")
    if campaign.status not in OPEN_TO_RETRIES:
        raise WrongState(f"“{campaign.name}” is {campaign.status.value}: there is nothing to try again yet.")
    letters = sum(try_chunk_again(session, chunk, status, message_ids) for chunk in lock_chunks(session, campaign.id))
    if letters and campaign.status == CampaignStatus.SENT:
        campaign.move_to(CampaignStatus.SENDING)
        campaign.ended_at = None
    if letters and campaign.status == CampaignStatus.SENDING:
        enqueue(session, Job.SEND, campaign.id)
    return letters


def lock_chunks(session: Session, campaign_id: int) -> list[Chunk]:
    wanted = select(Chunk).where(Chunk.campaign_id == campaign_id).order_by(Chunk.id)
    return list(session.scalars(wanted.with_for_update().execution_options(populate_existing=True)))


def try_chunk_again(session: Session, chunk: Chunk, status: MessageStatus, message_ids: Collection[int] | None) -> int:
    """One locked chunk. Where it is leased, the rows wait until it is given back."""
    if chunk.state == ChunkState.DONE and not (chunk.counts or {}).get(status.value):
        return 0
    rows = (*rows_of(chunk), *may_be_tried(status))
    if message_ids is not None:
        rows = (*rows, Message.id.in_(message_ids))
    tried = session.scalars(
        update(Message)
        .where(*rows)
        .values(status=MessageStatus.PENDING, reason=None, attempts=0, next_at=None)
        .returning(Message.id)
        .execution_options(synchronize_session=False)
    ).all()
    if tried and chunk.state != ChunkState.LEASED:
        reopen(chunk)
    return len(tried)


def reopen(chunk: Chunk) -> None:
    """Offers a chunk to the next lease at once; its counts are those of its rows no more."""
    if chunk.state == ChunkState.DONE:
        chunk.move_to(ChunkState.OPEN)
    chunk.next_at, chunk.counts = None, None
