"""What a sender asks every 400 ms: may this campaign go on, is the chunk still mine, who may not get a letter.

One read of one moment; called by the pulse of `workers/sending`.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import bindparam, text
from sqlalchemy.orm import Session

from app.clock import now
from app.database.ledger_sql import BARRED, STANDING
from app.models import CampaignStatus, Reason
from app.models.base import UtcTime
from app.services.gates import may_begin
from app.services.leases import Lease

ASK_STANDING = text(STANDING)
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
    standing = session.execute(ASK_STANDING, {"campaign_id": campaign_id}).all()
    leases = {(row.chunk_id, row.fence, row.owner) for row in standing}
    return Truth(
        standing[0].epoch if standing and may_go(session, campaign_id, standing[0]) else None,
        {
            one.lease.chunk_id: barred_rows(session, one)
            for one in stretches
            if (one.lease.chunk_id, one.lease.fence, one.lease.owner) in leases
        },
    )


def may_go(session: Session, campaign_id: int, standing: Any) -> bool:
    if standing.status != CampaignStatus.SENDING:
        return False
    return standing.planned is None or may_begin(session, campaign_id)


def barred_rows(session: Session, rows: Stretch) -> dict[int, Reason | None]:
    place = {"campaign_id": rows.lease.campaign_id, "first_id": rows.first_id, "last_id": rows.last_id, "now": now()}
    return {id_: Reason(reason) if reason else None for id_, reason in session.execute(ASK_BARRED, place)}
