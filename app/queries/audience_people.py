"""The people a campaign would reach, page by page, as merge tags see them; read for dry runs."""

from collections.abc import Iterator
from dataclasses import dataclass

from sqlalchemy import bindparam, column, select, text
from sqlalchemy.orm import Session

from app.clock import now
from app.database.ledger_sql import LOOKED_AT
from app.models import Subscriber
from app.models.base import UtcTime
from emails.content import Recipient


@dataclass(frozen=True, slots=True)
class Reader:
    id: int
    recipient: Recipient


def people_between(session: Session, campaign_id: int, after_id: int, last_id: int) -> Iterator[Reader]:
    """Those with `after_id` < id <= `last_id` who would get the campaign now, by id."""
    asked = text(LOOKED_AT).bindparams(bindparam("now", type_=UtcTime()))
    looked = asked.columns(column("subscriber_id"), column("reason")).subquery("looked")
    wanted = (
        select(
            Subscriber.id,
            Subscriber.email,
            Subscriber.first_name,
            Subscriber.last_name,
            Subscriber.language,
            Subscriber.fields,
        )
        .join(looked, looked.c.subscriber_id == Subscriber.id)
        .where(looked.c.reason.is_(None))
        .order_by(Subscriber.id)
    )
    page = {"campaign_id": campaign_id, "after_id": after_id, "last_id": last_id, "now": now()}
    for row in session.execute(wanted, page):
        fields = {name: "" if value is None else str(value) for name, value in row.fields.items()}
        yield Reader(row.id, Recipient(row.email, row.first_name, row.last_name, row.language, fields))
