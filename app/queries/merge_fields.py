"""The fields that a brand's letters can name: what its forms ask for, and what its people have."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.models import MailingList, Subscriber, Subscription
from app.queries.preferences import asked_fields

LOOKED_AT = 300
"""The newest people whose fields are looked at."""

MOST_FIELDS = 100


def custom_fields(session: Session, brand_id: int) -> tuple[str, ...]:
    """Names of custom fields, those of forms first."""
    newest = (
        select(Subscription.subscriber_id)
        .join(MailingList, MailingList.id == Subscription.list_id)
        .where(MailingList.brand_id == brand_id)
        .order_by(Subscription.id.desc())
        .limit(LOOKED_AT)
    )
    people = session.scalars(select(Subscriber.fields).where(Subscriber.id.in_(newest)))
    had = sorted({str(name) for fields in people for name in fields})
    names = dict.fromkeys((*(one.name for one in asked_fields(session, brand_id)), *had))
    return tuple(name for name in names if name.isidentifier() and not name.startswith("_"))[:MOST_FIELDS]
