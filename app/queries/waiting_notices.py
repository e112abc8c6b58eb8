"""System letters that wait, and those that could not be sent. Asked by the Delivery page."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.clock import now
from app.models import Notice, NoticeStatus

MOST_FAILED = 5
FAILED_WITHIN = timedelta(days=7)


@dataclass(frozen=True, slots=True)
class WaitingNotices:
    """`oldest_at` is since when the oldest of the waiting exists; `failed` the newest of `failed_in_all` this week."""

    waiting: int
    oldest_at: datetime | None
    failed: Sequence[Notice]
    failed_in_all: int


def waiting_notices(session: Session) -> WaitingNotices:
    pending = Notice.status == NoticeStatus.PENDING
    waiting, oldest_at = session.execute(select(func.count(), func.min(Notice.created_at)).where(pending)).one()
    failed = Notice.status == NoticeStatus.FAILED, Notice.created_at >= now() - FAILED_WITHIN
    newest = session.scalars(select(Notice).where(*failed).order_by(Notice.id.desc()).limit(MOST_FAILED)).all()
    in_all = session.scalar(select(func.count()).select_from(Notice).where(*failed)) or 0
    return WaitingNotices(waiting, oldest_at, newest, in_all)
