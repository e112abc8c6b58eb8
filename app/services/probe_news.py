"""Mails the owners when a daily letter to ourselves tells of something wrong that was not wrong the time before."""

from datetime import timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.models import NoticeKind, Probe, ProbeCause, User
from app.permissions import Act, can
from app.services.notices import queue_notice
from app.services.users import FIRST_OWNER
from app.urls import public_base
from emails.domains.checks import Level

LIFETIME = timedelta(days=2)
MOST_SENTENCES = 6


def tell_if_worse(session: Session, probe: Probe, before: Probe | None) -> int:
    """Queues one letter for each who may mend it; how many. `before` is the probe that ended before, asked or daily."""
    was_bad = before is not None and before.level == Level.BAD.value
    if probe.cause is not ProbeCause.DAILY or probe.level != Level.BAD.value or was_bad:
        return 0
    there = select(User).where(User.removed_at.is_(None), User.email != FIRST_OWNER).order_by(User.id)
    readers = [user for user in session.scalars(there) if can(user.role, Act.SETTINGS)]
    wrong = [one for one in probe.findings if one["level"] == Level.BAD.value][:MOST_SENTENCES]
    payload = {
        "sender": probe.from_email,
        "found": [f"{one['message']} {one['cure']}".strip() for one in wrong],
        "url": f"{public_base()}/settings/senders/{probe.sender_id}/domain",
    }
    for user in readers:
        queue_notice(
            session, NoticeKind.PROBE_FAILED, user.email, payload={**payload, "name": user.name}, lifetime=LIFETIME
        )
    return len(readers)
