"""A second person's word before a letter leaves: asked for, given or refused, and worth nothing after any change.

Both verbs hold the campaign's lock and compare what was seen with what is there, so that no edit slips in between.
"""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.clock import now
from app.errors import InvalidInput, NotFound
from app.models import Approval, ApprovalRule, Brand, Campaign, User
from app.models.preflight import ApprovalAnswer
from app.services import audit, typed
from app.services.campaigns import lock_draft
from app.services.content_hash import campaign_hash

LONGEST_WORDS = 2000
MISSING = (
    "This letter needs a second person's approval before it leaves. Ask for it under “Check and send”; "
    "somebody other than you gives it there."
)
CHANGED = (
    "The letter was changed meanwhile, so what you looked at is not what would leave. "
    "Load the page again and look at it as it is now."
)
SAME_PERSON = "You asked for this approval yourself. Somebody else of your team must give it."


class Standing(StrEnum):
    """How a letter stands as it is now. VOID: it was asked about or approved, and changed since."""

    UNNEEDED = "unneeded"
    UNASKED = "unasked"
    ASKED = "asked"
    APPROVED = "approved"
    RETURNED = "returned"
    VOID = "void"


@dataclass(frozen=True, slots=True)
class ApprovalNow:
    """What the page tells. `content_hash` is that of the letter as it is now and goes back with an answer."""

    standing: Standing
    content_hash: str
    was_approved: bool = False
    asked_by: str = ""
    asked_by_id: int | None = None
    asked_at: datetime | None = None
    note: str = ""
    answered_by: str = ""
    answered_at: datetime | None = None
    words: str = ""


@dataclass(frozen=True, slots=True)
class Decision:
    """What a second person says, of the letter whose hash they looked at."""

    user_id: int
    seen_hash: str
    answer: ApprovalAnswer
    words: str = ""


def needs_approval(session: Session, campaign: Campaign) -> bool:
    return session.get_one(Brand, campaign.brand_id).approval_rule is ApprovalRule.SECOND_PERSON


def newest_approval(session: Session, campaign_id: int) -> Approval | None:
    rows = select(Approval).where(Approval.campaign_id == campaign_id).order_by(Approval.id.desc()).limit(1)
    return session.scalars(rows.execution_options(populate_existing=True)).one_or_none()


def may_leave(session: Session, campaign: Campaign, content_hash: str) -> bool:
    """Whether the brand asks for no approval, or exactly this content has one."""
    if not needs_approval(session, campaign):
        return True
    newest = newest_approval(session, campaign.id)
    return newest is not None and newest.answer is ApprovalAnswer.APPROVED and newest.content_hash == content_hash


def approval_now(session: Session, campaign: Campaign) -> ApprovalNow:
    """How the letter stands with its approval, with names for the page."""
    content = campaign_hash(session, campaign.id)
    if not needs_approval(session, campaign):
        return ApprovalNow(Standing.UNNEEDED, content)
    newest = newest_approval(session, campaign.id)
    if newest is None:
        return ApprovalNow(Standing.UNASKED, content)
    return ApprovalNow(
        standing=standing_of(newest, content),
        content_hash=content,
        was_approved=newest.answer is ApprovalAnswer.APPROVED,
        asked_by=name_of(session, newest.asked_by_id),
        asked_by_id=newest.asked_by_id,
        asked_at=newest.created_at,
        note=newest.note,
        answered_by=name_of(session, newest.answered_by_id),
        answered_at=newest.answered_at,
        words=newest.words,
    )


def standing_of(approval: Approval, content_hash: str) -> Standing:
    """What was sent back stays so after a change: the words are still to be read."""
    if approval.answer is ApprovalAnswer.RETURNED:
        return Standing.RETURNED
    if approval.content_hash != content_hash:
        return Standing.VOID
    return Standing.APPROVED if approval.answer else Standing.ASKED


def name_of(session: Session, user_id: int | None) -> str:
    user = session.get(User, user_id) if user_id is not None else None
    return (user.name or user.email) if user else ""


def ask(session: Session, campaign_id: int, *, user_id: int, seen_hash: str, note: str = "") -> Approval:
    """Vouches for the letter as it was seen, and asks for a second person's word.

    Raises:
        WrongState: it is no draft. InvalidInput: it changed meanwhile, or its brand asks for no approval.
    """
    campaign = lock_draft(session, campaign_id)
    content = campaign_hash(session, campaign_id)
    if not needs_approval(session, campaign):
        raise InvalidInput({"approval": "This brand's letters need no approval."})
    if seen_hash != content:
        raise InvalidInput({"approval": CHANGED})
    asked = Approval(
        campaign_id=campaign_id,
        content_hash=content,
        asked_by_id=user_id,
        note=typed.paragraph("note", note, longest=LONGEST_WORDS),
    )
    session.add(asked)
    audit.record(session, "campaign.approval_asked", campaign, user_id=user_id, facts={"reason": asked.note})
    session.flush()
    return asked


def answer(session: Session, campaign_id: int, decision: Decision) -> Approval:
    """A second person approves the letter they looked at, or sends it back with words.

    Raises:
        WrongState: it is no draft. NotFound: nobody asked.
        InvalidInput: the same person asked, it changed meanwhile, it was answered already, or words are missing.
    """
    campaign = lock_draft(session, campaign_id)
    asked = newest_approval(session, campaign_id)
    if asked is None:
        raise NotFound("Nobody has asked for this letter's approval.")
    if asked.answer is not None:
        raise InvalidInput({"approval": "Somebody has answered already. Load the page again."})
    if asked.asked_by_id == decision.user_id:
        raise InvalidInput({"approval": SAME_PERSON})
    if not decision.seen_hash == asked.content_hash == campaign_hash(session, campaign_id):
        raise InvalidInput({"approval": CHANGED})
    words = typed.paragraph("words", decision.words, longest=LONGEST_WORDS)
    if decision.answer is ApprovalAnswer.RETURNED and not words:
        raise InvalidInput({"words": "Say what should be changed before it can leave."})
    asked.answer, asked.answered_by_id, asked.answered_at = decision.answer, decision.user_id, now()
    asked.words = words
    audit.record(
        session,
        f"campaign.approval_{decision.answer.value}",
        campaign,
        user_id=decision.user_id,
        facts={"reason": words},
    )
    return asked


def set_rule(session: Session, brand_id: int, rule: str, *, user_id: int | None) -> Brand:
    """Whether the brand's letters need a second person. Raises InvalidInput for a word that is no rule."""
    brand = session.get(Brand, brand_id)
    if brand is None:
        raise NotFound("This brand is not here.")
    if rule not in set(ApprovalRule):
        raise InvalidInput({"approval_rule": "Choose whether letters need a second person's approval."})
    brand.approval_rule = ApprovalRule(rule)
    audit.record(session, "brand.approval_rule", brand, user_id=user_id, facts={"rule": rule})
    return brand
