"""The people a campaign would reach, page by page, as merge tags see them; read for dry runs."""

from collections.abc import Iterator
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.models import Subscriber
from app.queries.audience import looked_at
from emails.content import Recipient


@dataclass(frozen=True, slots=True)
class Reader:
    id: int
    recipient: Recipient


def people_between(session: Session, campaign_id: int, after_id: int, last_id: int) -> Iterator[Reader]:
    """Those with `after_id` < id <= `last_id` who would get the campaign now, by id."""
    looked = looked_at(session, campaign_id, after_id, last_id).subquery("found")
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
    for row in session.execute(wanted):
        fields = {name: "" if value is None else str(value) for name, value in row.fields.items()}
        yield Reader(row.id, Recipient(row.email, row.first_name, row.last_name, row.language, fields))
