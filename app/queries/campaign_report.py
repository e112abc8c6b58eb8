"""The report of one campaign: its figures, why people left and letters were refused, and what is usual."""

from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.models import Campaign, Event, EventKind, Message, MessageStatus, Reason, Suppression, SuppressionReason
from app.queries.books import rows_between
from app.queries.campaign_figures import Figures, Usual, figures_of, kept_for, ledger_range, usual_of
from app.queries.tallies import Kept

OTHER = "other"
KINDS_OF_REFUSAL = {Reason.ADDRESS_BAD: "address_bad", Reason.POLICY: "policy", Reason.MAILBOX_FULL: "mailbox_full"}
MOST_OWN_WORDS = 50


@dataclass(frozen=True, slots=True)
class Report:
    """`refusals` sum up to the refused; `reasons` are those given by some who left; `complained` is as told so far.

    `kept` is what the figures were taken from, None where they were counted now.
    """

    campaign: Campaign
    figures: Figures
    usual: Usual
    refusals: Mapping[str, int]
    reasons: Mapping[str, int]
    own_words: tuple[str, ...]
    complained: int
    kept: Kept | None = None


def report_of(session: Session, campaign: Campaign) -> Report:
    figures = figures_of(session, [campaign])[campaign.id]
    reasons, own_words = reasons_given(session, campaign.id)
    kept = kept_for(session, campaign)
    refusals = kept.refusals if kept and kept.refused == figures.refused else refusals_of(session, campaign.id)
    return Report(
        campaign=campaign,
        figures=figures,
        usual=usual_of(session, campaign),
        refusals=refusals if figures.refused else {},
        reasons=reasons,
        own_words=own_words,
        complained=complained(session, campaign.id),
        kept=kept,
    )


def refusals_of(session: Session, campaign_id: int) -> dict[str, int]:
    """Kind of refusal -> letters."""
    first, last = ledger_range(session, campaign_id)
    rows = session.execute(
        select(Message.reason, func.count())
        .where(*rows_between(campaign_id, first, last), Message.status == MessageStatus.REFUSED)
        .group_by(Message.reason)
    )
    kinds: dict[str, int] = {}
    for reason, count in rows:
        kind = KINDS_OF_REFUSAL.get(reason, OTHER) if reason else OTHER
        kinds[kind] = kinds.get(kind, 0) + count
    return dict(sorted(kinds.items(), key=lambda one: -one[1]))


def reasons_given(session: Session, campaign_id: int) -> tuple[dict[str, int], tuple[str, ...]]:
    """Reason -> how many people chose it, and the newest words of their own; a person's last answer counts."""
    told = select(Event.id, Event.message_id, Event.facts).where(
        Event.campaign_id == campaign_id, Event.kind == EventKind.REASON_GIVEN
    )
    # Put in order here: asked for it, SQLite would read every event there is, by its id.
    rows = sorted(session.execute(told), key=lambda row: row.id)
    last = {row.message_id: row.facts for row in rows}
    reasons: dict[str, int] = {}
    for facts in last.values():
        reason = str(facts.get("reason") or OTHER)
        reasons[reason] = reasons.get(reason, 0) + 1
    words = [str(facts["words"]) for facts in last.values() if facts.get("words")]
    return dict(sorted(reasons.items(), key=lambda one: -one[1])), tuple(words[-MOST_OWN_WORDS:])


def complained(session: Session, campaign_id: int) -> int:
    """People who are never written to again because they reported this letter as spam."""
    told = (
        select(func.count())
        .select_from(Suppression)
        .join(Message, Message.id == Suppression.message_id)
        .where(Suppression.reason == SuppressionReason.COMPLAINT, Message.campaign_id == campaign_id)
    )
    return session.scalar(told) or 0
