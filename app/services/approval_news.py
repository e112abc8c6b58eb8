"""Mails those who may approve a letter that somebody asks, and whoever asked what the answer is."""

from datetime import timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.models import Approval, Campaign, NoticeKind, User
from app.models.preflight import ApprovalAnswer
from app.permissions import Act, can
from app.services.approvals import name_of
from app.services.notices import queue_notice
from app.services.users import FIRST_OWNER
from app.urls import public_base

LIFETIME = timedelta(days=2)


def tell_asked(session: Session, asked: Approval) -> int:
    """One letter for everybody of the team who could approve it; answers how many."""
    there = select(User).where(User.removed_at.is_(None), User.email != FIRST_OWNER, User.id != asked.asked_by_id)
    readers = [user for user in session.scalars(there.order_by(User.id)) if can(user.role.value, Act.SEND)]
    told = news_of(session, asked) | {"by": name_of(session, asked.asked_by_id), "words": asked.note}
    for user in readers:
        payload = {**told, "name": user.name}
        queue_notice(session, NoticeKind.APPROVAL_ASKED, user.email, payload=payload, lifetime=LIFETIME)
    return len(readers)


def tell_answered(session: Session, answered: Approval) -> bool:
    """False where whoever asked is no longer in the team, or has no mailbox yet."""
    asker = session.get(User, answered.asked_by_id) if answered.asked_by_id is not None else None
    if asker is None or asker.removed_at is not None or asker.email == FIRST_OWNER:
        return False
    told = news_of(session, answered) | {"by": name_of(session, answered.answered_by_id), "words": answered.words}
    approved = answered.answer is ApprovalAnswer.APPROVED
    payload = {**told, "name": asker.name, "approved": approved}
    queue_notice(session, NoticeKind.APPROVAL_ANSWERED, asker.email, payload=payload, lifetime=LIFETIME)
    return True


def news_of(session: Session, approval: Approval) -> dict[str, Any]:
    campaign = session.get_one(Campaign, approval.campaign_id)
    return {"campaign": campaign.name, "url": f"{public_base()}/campaigns/{campaign.id}#step-check"}
