"""What an import proves of one person. It writes no `Consent` and no `Event` for those whom it puts on a list:

the subscription's `import_id` and the import's own row say the same once, and here it is told as if each were written.
"""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.models import ConsentAct, ConsentWay, ImportBatch, MailingList, Subscription, User

WAY = ConsentWay.IMPORT
ACTS = (ConsentAct.ADDED, ConsentAct.CONFIRMED)
"""What is said of everybody whom an import puts on a list, both at one moment and in this order."""


@dataclass(frozen=True, slots=True)
class Joined:
    """One list that a person was put on. `basis`: how they agreed, in the words of who brought them in (`by`).

    `agreed_at` is when they said so by the file, where it told.
    """

    list_name: str
    at: datetime
    basis: str
    by: str
    agreed_at: datetime | None


def joined_by_import(session: Session, subscriber_id: int) -> tuple[Joined, ...]:
    """Oldest first."""
    rows = session.execute(
        select(
            MailingList.name,
            Subscription.created_at,
            ImportBatch.basis,
            func.coalesce(func.nullif(User.name, ""), User.email),
            Subscription.agreed_at,
        )
        .join(MailingList, MailingList.id == Subscription.list_id)
        .join(ImportBatch, ImportBatch.id == Subscription.import_id)
        .outerjoin(User, User.id == ImportBatch.user_id)
        .where(Subscription.subscriber_id == subscriber_id)
        .order_by(Subscription.id)
    )
    return tuple(Joined(name, at, basis, by or "", agreed_at) for name, at, basis, by, agreed_at in rows)
