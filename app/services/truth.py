"""What a sender asks every 400 ms: may this campaign go on, is the chunk still mine, who may not get a letter.

One read of one moment; called by the pulse of `workers/sending`.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import bindparam, select, text
from sqlalchemy.orm import Session

from app.clock import now
from app.database.ledger_sql import BARRED
from app.models import Chunk, ChunkState, Reason
from app.models.base import UtcTime
from app.models.campaign import Campaign, CampaignStatus
from app.services.gates import may_begin
from app.services.leases import Lease

ASK_BARRED = text(BARRED).bindparams(bindparam("now", type_=UtcTime()))


@dataclass(frozen=True, slots=True)
class Stretch:
    """Rows about to go: those of a lease with first_id <= id <= last_id."""

    lease: Lease
    first_id: int
    last_id: int


@dataclass(frozen=True, slots=True)
class Truth:
    """`barred` is by chunk: rows that may not go, with the reason while they are pending (None: no longer pending).

    A chunk that is not a key of it is no longer the asker's. `epoch` None: the campaign is not sending, may not send
    now, or is gone.
    """

    epoch: int | None
    barred: Mapping[int, Mapping[int, Reason | None]]


def ask_truth(session: Session, campaign_id: int, stretches: Sequence[Stretch]) -> Truth:
    found = session.execute(select(Campaign.status, Campaign.epoch).where(Campaign.id == campaign_id)).one_or_none()
    may = found is not None and found.status == CampaignStatus.SENDING and may_begin(session, campaign_id)
    epoch = found.epoch if found is not None and may else None
    ids = [one.lease.chunk_id for one in stretches]
    standing = session.execute(
        select(Chunk.id, Chunk.fence, Chunk.owner).where(Chunk.id.in_(ids), Chunk.state == ChunkState.LEASED)
    )
    leases = {(chunk_id, fence, owner) for chunk_id, fence, owner in standing}
    return Truth(
        epoch,
        {
            one.lease.chunk_id: barred_rows(session, one)
            for one in stretches
            if (one.lease.chunk_id, one.lease.fence, one.lease.owner) in leases
        },
    )


def barred_rows(session: Session, rows: Stretch) -> dict[int, Reason | None]:
    place = {"campaign_id": rows.lease.campaign_id, "first_id": rows.first_id, "last_id": rows.last_id, "now": now()}
    return {id_: Reason(reason) if reason else None for id_, reason in session.execute(ASK_BARRED, place)}
