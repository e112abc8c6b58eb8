"""A house in the middle of its work, and an empty one of the same kind that its backup comes into."""

from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

from sqlalchemy import update

from app.clock import now
from app.config import Settings
from app.database.session import transaction
from app.models import Chunk, Message, MessageStatus
from app.services.backup_file import check_backup
from app.services.backups import make_backup
from app.services.delivery import Outcome, record_outcomes
from app.services.leases import LeasedChunk, give_back, lease_chunk
from app.services.restoring import Restored, restore
from app.startup import open_house
from tests.factories.campaigns import make_sending
from tests.factories.mailing_lists import make_list
from tests.factories.subscribers import make_confirmed


@dataclass(frozen=True)
class HalfSent:
    """Twelve people in chunks of four: one done, one leased to `held`, one open.

    Of the leased rows one is sent, one deferred, one may have begun, one has not.
    """

    campaign_id: int
    held: LeasedChunk


def outcome(message_id: int, status: MessageStatus = MessageStatus.SENT) -> Outcome:
    next_at = now() + timedelta(hours=1) if status is MessageStatus.DEFERRED else None
    return Outcome(message_id, status, now(), 1, next_at=next_at, code=250)


def send_half() -> HalfSent:
    with transaction() as session:
        readers = make_list(session, name="Readers")
        make_confirmed(session, readers, 12)
        campaign_id = make_sending(session, readers).id
    for begun in (4, 2):
        with transaction() as session:
            held = lease_chunk(session, campaign_id, owner="a worker", host="a host", lease_seconds=60)
            ids = [row.message_id for row in held.rows]
            outcomes = [outcome(one) for one in ids[:begun]]
            if begun == 4:
                record_outcomes(session, held.lease, outcomes)
                give_back(session, held.lease)
            else:
                record_outcomes(session, held.lease, [outcomes[0], outcome(ids[1], MessageStatus.DEFERRED)])
                session.execute(update(Chunk).where(Chunk.id == held.lease.chunk_id).values(begun_to=ids[2]))
    return HalfSent(campaign_id, held)


def send_the_rest(half: HalfSent) -> None:
    """What happens after the backup: every letter leaves."""
    with transaction() as session:
        session.execute(
            update(Message)
            .where(Message.campaign_id == half.campaign_id)
            .values(status=MessageStatus.SENT, sent_at=now(), next_at=None)
        )


def bring(file: Path, settings: Settings, **how) -> Restored:
    """Restores, and opens the restored house for this process."""
    restored = restore(file, check_backup(file), settings, **how)
    open_house(settings)
    return restored


def back_up(settings: Settings, file: Path, **how):
    return make_backup(file, settings, **how)
