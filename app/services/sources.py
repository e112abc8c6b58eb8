"""Letters that a marketer writes whole, in MJML or HTML, in place of an article made of blocks."""

from collections.abc import Mapping
from dataclasses import dataclass
from html import escape
from typing import Any

from sqlalchemy import update
from sqlalchemy.orm import Session

from app.clock import now
from app.errors import InvalidInput, WrongState
from app.models import Article
from app.services.articles import name_after
from app.services.campaigns import get_campaign, lock_draft
from emails.articles.article_json import article_from_json, article_to_json
from emails.articles.blocks import Article as WrittenArticle
from emails.articles.blocks import Paragraph
from emails.articles.parse import parse_article
from emails.errors import ArticleBroken
from emails.render.source.letter import Kind, Source, kind_of, readable, troubles
from emails.render.source.problems import Problem

LONGEST_SOURCE = 200_000
WHOLE = "whole"
"""The kind of source of an article whose blocks were read of a whole letter."""


@dataclass(frozen=True, slots=True)
class HeldSource:
    """A letter's source as it is stored; `revision` must be given back to save over it."""

    source: Source
    revision: int


def source_of(session: Session, campaign_id: int) -> HeldSource | None:
    """None where the letter is made of blocks."""
    row = session.get_one(Article, get_campaign(session, campaign_id).article_id)
    return HeldSource(Source(Kind(row.letter_kind), row.letter_source), row.revision) if row.letter_kind else None


def check_text(text: str) -> tuple[tuple[Problem, ...], tuple[Problem, ...]]:
    """What keeps the text from being a letter, and what the letter is made without."""
    if len(text) > LONGEST_SOURCE:
        return (Problem(0, f"This has {len(text):,} characters; {LONGEST_SOURCE:,} fit."),), ()
    return troubles(Source(kind_of(text), text))


def write_source(session: Session, campaign_id: int, text: str, *, revision: int | None = None) -> int:
    """Keeps the text as the draft's whole letter, over `revision` (None: whatever there is); answers the new revision.

    What is wrong with it does not keep it from being kept: pre-flight says so, and nothing leaves before it is mended.

    Raises:
        InvalidInput: under "source": too long.
        WrongState: another person saved meanwhile, or the campaign is no draft any more.
    """
    if len(text) > LONGEST_SOURCE:
        raise InvalidInput({"source": f"This has {len(text):,} characters; {LONGEST_SOURCE:,} fit."})
    campaign = lock_draft(session, campaign_id)
    row = session.get_one(Article, campaign.article_id)
    expected = row.revision if revision is None else revision
    kind = kind_of(text)
    article = as_blocks(Source(kind, text))
    values = {"letter_kind": kind.value, "letter_source": text, "content": article_to_json(article)}
    saved = session.execute(
        update(Article)
        .where(Article.id == row.id, Article.revision == expected)
        .values(revision=expected + 1, updated_at=now(), **values)
        .returning(Article.id)
        .execution_options(synchronize_session="fetch")
    ).all()
    if not saved:
        raise WrongState(
            "This letter was changed elsewhere meanwhile. Copy what you wrote, load the page again, and put it in."
        )
    name_after(campaign, article)
    campaign.updated_at = now()
    return expected + 1


def as_blocks(source: Source) -> WrittenArticle:
    """What can be read of the letter, for its page on the web and for whoever goes on with blocks."""
    read = readable(source)
    try:
        article = parse_article(read.html, kind="html")
    except (ArticleBroken, ValueError):
        return WrittenArticle(title="", blocks=(Paragraph(""),))
    return article_from_json(with_tags(article_to_json(article), read.tags))


def with_tags(document: Any, tags: Mapping[str, str]) -> Any:
    """The article's document with merge tags where their opaque words stand."""
    if isinstance(document, str):
        for word, tag in tags.items():
            document = document.replace(word, escape(tag, quote=False))
        return document
    if isinstance(document, list):
        return [with_tags(one, tags) for one in document]
    if isinstance(document, dict):
        return {name: with_tags(one, tags) for name, one in document.items()}
    return document


def leave_source(session: Session, campaign_id: int) -> None:
    """The draft goes on with blocks: those that were read of its source, which is kept so that it can come back."""
    campaign = lock_draft(session, campaign_id)
    row = session.get_one(Article, campaign.article_id)
    if row.letter_kind:
        row.source, row.source_kind = row.letter_source, WHOLE
        row.letter_source = row.letter_kind = ""
    row.revision += 1
    row.updated_at = campaign.updated_at = now()


def can_come_back(session: Session, campaign_id: int) -> bool:
    """Whether the draft's blocks were read of a letter that was written whole."""
    row = session.get_one(Article, get_campaign(session, campaign_id).article_id)
    return row.source_kind == WHOLE and not row.letter_kind


def bring_source_back(session: Session, campaign_id: int) -> None:
    """The whole letter as it was before the blocks; what was changed in the blocks since is let go.

    Raises:
        WrongState: there is none, or the campaign is no draft.
    """
    if not can_come_back(session, campaign_id):
        raise WrongState("There is no whole letter to come back to.")
    row = session.get_one(Article, get_campaign(session, campaign_id).article_id)
    write_source(session, campaign_id, row.source)
