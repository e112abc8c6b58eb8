"""Test letters of a campaign: to whom they went, as whom, and what became of each."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.clock import now
from app.models import Notice, NoticeKind, NoticeStatus, Subscriber, User

MOST_SHOWN = 20
AN_HOUR = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class SentTest:
    """`reader` is whose details it was filled with and `by` who sent it, each "" for nobody."""

    email: str
    status: NoticeStatus
    reply: str
    reader: str
    by: str
    queued_at: datetime
    sent_at: datetime | None


def sent_tests_of(session: Session, campaign_id: int) -> tuple[SentTest, ...]:
    """The newest twenty."""
    rows = session.execute(
        select(Notice, func.coalesce(func.nullif(User.name, ""), User.email, ""))
        .outerjoin(User, User.id == Notice.user_id)
        .where(Notice.kind == NoticeKind.TEST, Notice.campaign_id == campaign_id)
        .order_by(Notice.id.desc())
        .limit(MOST_SHOWN)
    ).all()
    ids = {number for notice, _by in rows if (number := notice.payload.get("as_subscriber_id"))}
    people = session.scalars(select(Subscriber).where(Subscriber.id.in_(ids))).all()
    called = {one.id: f"{one.first_name} {one.last_name}".strip() or one.email for one in people}
    return tuple(
        SentTest(
            email=notice.email,
            status=notice.status,
            reply=notice.reply,
            reader=called.get(notice.payload.get("as_subscriber_id"), ""),
            by=by,
            queued_at=notice.created_at,
            sent_at=notice.sent_at,
        )
        for notice, by in rows
    )


def count_recent_tests(session: Session) -> int:
    """How many test letters, of all campaigns, were asked for."""
    lately = (Notice.kind == NoticeKind.TEST, Notice.created_at > now() - AN_HOUR)
    return session.scalar(select(func.count()).select_from(Notice).where(*lately)) or 0
