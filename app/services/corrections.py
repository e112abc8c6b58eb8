"""A letter corrected on the web after it has left: what was sent, its links and its books stay as they are."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy.orm import Session

from app.clock import now
from app.errors import InvalidInput, WrongState
from app.models import Campaign, Correction
from app.services import audit, typed
from app.services.archive_index import forget_words
from app.services.articles import article_of
from app.services.campaigns import get_campaign, lock_campaign
from app.services.issues import find_correction
from emails.articles.article_json import article_from_json, article_to_json
from emails.articles.blocks import Article, Sponsor

LONGEST_NOTE = 500
ELSEWHERE = "This correction was changed elsewhere meanwhile. Copy what you wrote, load the page again, and put it in."


@dataclass(frozen=True, slots=True)
class Corrected:
    """The article as the web shows it; `revision` 0 says that nothing was corrected yet."""

    article: Article
    revision: int = 0
    note: str = ""
    noted_on: str = ""


@dataclass(frozen=True, slots=True)
class Wanted:
    """The article's JSON document as it shall be shown, over `revision`; what readers are told, and of which day."""

    content: Mapping[str, object]
    revision: int = 0
    note: str = ""
    noted_on: str = ""


def corrected(session: Session, campaign_id: int) -> Corrected:
    """What stands on the web now. Raises WrongState for a draft: that is simply changed."""
    check_left(get_campaign(session, campaign_id))
    row = find_correction(session, campaign_id)
    if row is None:
        return Corrected(article_of(session, campaign_id).article)
    return Corrected(article_from_json(row.content), row.revision, row.note, row.noted_on)


def correct(session: Session, campaign_id: int, wanted: Wanted, *, user_id: int | None = None) -> int:
    """Puts a corrected article on the web, over its revision, and answers the new one.

    Raises:
        ArticleBroken: the content cannot be kept; says where.
        InvalidInput: the note or its day cannot be used, or a sponsor would be gone.
        WrongState: it has not left, or somebody else corrected meanwhile.
    """
    campaign = lock_campaign(session, campaign_id)
    check_left(campaign)
    article = article_from_json(wanted.content)
    check_sponsors(article, sent=article_of(session, campaign_id).article)
    values: dict[str, Any] = {
        "content": article_to_json(article),
        "note": typed.line("note", wanted.note, longest=LONGEST_NOTE),
        "noted_on": checked_day(wanted.noted_on),
        "user_id": user_id,
        "updated_at": now(),
    }
    row = find_correction(session, campaign_id)
    if (row.revision if row else 0) != wanted.revision:
        raise WrongState(ELSEWHERE)
    if row is None:
        session.add(Correction(campaign_id=campaign_id, revision=1, **values))
    else:
        for name, value in values.items():
            setattr(row, name, value)
        row.revision += 1
    session.flush()
    audit.record(session, "campaign.corrected", campaign, user_id=user_id, facts={"revision": wanted.revision + 1})
    forget_words(session, campaign)
    return wanted.revision + 1


def take_back(session: Session, campaign_id: int, *, user_id: int | None = None) -> None:
    """Shows on the web what was sent, as if nothing had been corrected."""
    campaign = lock_campaign(session, campaign_id)
    row = find_correction(session, campaign_id)
    if row is None:
        return
    session.delete(row)
    session.flush()
    audit.record(session, "campaign.correction_taken_back", campaign, user_id=user_id)
    forget_words(session, campaign)


def check_left(campaign: Campaign) -> None:
    if campaign.started_at is None:
        raise WrongState(f"“{campaign.name}” has not left. Take it back to draft and change the letter itself.")


def check_sponsors(article: Article, *, sent: Article) -> None:
    """Who paid is named as long as the letter stands there; how they are called may be put right."""
    paid, still = (sum(isinstance(block, Sponsor) for block in one.blocks) for one in (sent, article))
    if still < paid:
        raise InvalidInput({"": "The sponsor’s line cannot be taken out: readers were told who paid for this letter."})


def checked_day(text: str) -> str:
    day = text.strip()
    try:
        return date.fromisoformat(day).isoformat() if day else ""
    except ValueError:
        raise InvalidInput({"noted_on": "Write the day as 2026-03-31, or leave it empty."}) from None
