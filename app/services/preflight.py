"""Pre-flight of a campaign: its letter compiled, tracked as it will leave, and checked; and what long checks found."""

from dataclasses import dataclass
from datetime import datetime
from html import escape
from typing import Any

from sqlalchemy.orm import Session

from app.models import Article, Brand, Campaign, LetterCheck, Sender, Tracking
from app.models.preflight import CheckKind, CheckStatus
from app.queries.audience_people import people_between
from app.queries.media import sizes_in_bytes
from app.services.audience import count_audience, newest_subscriber
from app.services.brand_looks import brand_content
from app.services.campaigns import get_campaign
from app.services.check_subjects import subjects_of
from app.services.letter_checks import is_open, rows_of
from app.services.letters import ANYBODY, article_content, base_url, compile_campaign_letter, letter_plan
from app.services.mail_support import mail_support
from app.services.media import OF_MEDIA
from app.services.probe_findings import preflight_findings
from app.urls import letter_links
from emails.articles.blocks import Article as WrittenArticle
from emails.articles.blocks import Image, Paragraph, every_block
from emails.content import LetterLinks
from emails.errors import TemplateBroken
from emails.letter import CompiledLetter, RenderedLetter
from emails.preflight.checks import PreflightInput, check_letter, placed
from emails.preflight.dry_run import DryRun, PeopleSeen
from emails.preflight.report import Finding, PreflightReport
from emails.render.personalise import render_letter

FEW_PEOPLE = 300
"""So many are tried while a page waits; more are a job's work."""

MOST_SINCE = 2_000
"""A dry run holds for the people of its time; so many ids later it is made again."""


@dataclass(frozen=True, slots=True)
class CheckNow:
    """A long check as the page tells of it. `is_current`: it is of the letter as it is now."""

    kind: CheckKind
    status: CheckStatus | None
    is_current: bool
    is_open: bool
    done: int = 0
    total: int = 0
    trouble: str = ""
    ended_at: datetime | None = None
    facts: dict[str, Any] | None = None


@dataclass(frozen=True, slots=True)
class Preflight:
    """The report, and the long checks beside it in the order of CheckKind."""

    report: PreflightReport
    checks: tuple[CheckNow, ...]
    people: PeopleSeen | None = None

    @property
    def is_running(self) -> bool:
        return any(one.is_open for one in self.checks)

    @property
    def is_current(self) -> bool:
        return all(one.is_current for one in self.checks)


def check_campaign(session: Session, campaign_id: int, *, whole: bool = False) -> PreflightReport:
    """Every finding there is. `whole` tries the letter on everybody now, however long that takes."""
    return preflight(session, campaign_id, whole=whole).report


def preflight(session: Session, campaign_id: int, *, whole: bool = False) -> Preflight:
    campaign = get_campaign(session, campaign_id)
    brand = session.get_one(Brand, campaign.brand_id)
    sender = session.get(Sender, campaign.sender_id) if campaign.sender_id else None
    plan = letter_plan(session, campaign, tracked=brand.tracking is not Tracking.OFF)
    links = letter_links(0, base_url(brand))
    compiled, rendered, broken = None, None, None
    subjects: dict[CheckKind, str] = {}
    try:
        compiled = compile_campaign_letter(session, campaign, plan)
        rendered = render_letter(compiled, ANYBODY, links)
        subjects = subjects_of(session, campaign_id)
    except TemplateBroken as error:
        broken = error
    is_source, rows = is_written_whole(session, campaign), rows_of(session, campaign_id)
    checks = tuple(check_now(kind, rows.get(kind), subjects) for kind in CheckKind if kind in subjects)
    audience = count_audience(session, campaign_id).confirmed
    tried = next((one for one in checks if one.kind is CheckKind.PEOPLE), None)
    people = people_seen(session, Trial(campaign_id, compiled, links, audience, whole), tried) if compiled else None
    given = PreflightInput(
        article=as_read(campaign, rendered) if is_source else article_content(session, campaign, brand),
        brand=brand_content(session, brand),
        plan=plan,
        compiled=compiled,
        broken=broken,
        rendered=rendered,
        audience_size=audience,
        sender_email=sender.email if sender else "",
        links=links,
        is_source=is_source,
        image_bytes={} if is_source else image_bytes(session, article_content(session, campaign, brand)),
        people=people,
        support=mail_support(),
        people_awaited=people is None and audience > 0 and bool(compiled and compiled.fields_without_default),
    )
    current = (rows.get(one.kind) for one in checks if one.is_current)
    kept = (placed(finding, given) for row in current for finding in kept_findings(row))
    found = (*check_letter(given).checks, *kept, *preflight_findings(session, sender))
    return Preflight(PreflightReport(found), checks, people)


def is_written_whole(session: Session, campaign: Campaign) -> bool:
    return bool(session.get_one(Article, campaign.article_id).letter_kind)


def as_read(campaign: Campaign, rendered: RenderedLetter | None) -> WrittenArticle:
    """What the checks of words see of a letter that was written whole."""
    words = escape(rendered.text, quote=False) if rendered else ""
    return WrittenArticle(title=campaign.subject or campaign.name, blocks=(Paragraph(words),))


def image_bytes(session: Session, article: WrittenArticle) -> dict[str, int]:
    """The sizes of the article's uploaded pictures, by their addresses."""
    shown = {block.src for block in every_block(article.blocks) if isinstance(block, Image)}
    hashes = {src: found[1] for src in shown if (found := OF_MEDIA.search(src))}
    sizes = sizes_in_bytes(session, set(hashes.values()))
    return {src: sizes[sha256] for src, sha256 in hashes.items() if sha256 in sizes}


def check_now(kind: CheckKind, row: LetterCheck | None, subjects: dict[CheckKind, str]) -> CheckNow:
    if row is None:
        return CheckNow(kind, None, is_current=False, is_open=False)
    return CheckNow(
        kind=kind,
        status=row.status,
        is_current=row.subject_hash == subjects[kind],
        is_open=is_open(row),
        done=row.done,
        total=row.total,
        trouble=row.trouble,
        ended_at=row.ended_at,
        facts=row.facts,
    )


def kept_findings(row: LetterCheck | None) -> tuple[Finding, ...]:
    if row is None or row.status is not CheckStatus.DONE:
        return ()
    return tuple(Finding.from_json(one) for one in row.findings)


@dataclass(frozen=True, slots=True)
class Trial:
    """What a dry run needs; `whole` makes one however many people there are."""

    campaign_id: int
    compiled: CompiledLetter
    links: LetterLinks
    audience: int
    whole: bool


def people_seen(session: Session, trial: Trial, kept: CheckNow | None) -> PeopleSeen | None:
    """What a dry run found: the one that was kept and whoever came since, or one made now where that is quick."""
    newest = newest_subscriber(session)
    seen, after = PeopleSeen(), 0
    if kept is not None and kept.is_current and kept.status is CheckStatus.DONE and kept.facts is not None:
        seen, after = PeopleSeen.from_json(kept.facts), int(kept.facts.get("upto", 0))
        if newest - after > MOST_SINCE and not trial.whole:
            return None
    elif not is_worth_it(trial):
        return None
    dry_run = DryRun(trial.compiled, trial.links)
    for reader in people_between(session, trial.campaign_id, after, newest):
        seen.add(reader.id, reader.recipient, dry_run)
    return seen


def is_worth_it(trial: Trial) -> bool:
    """Whether a gap is possible at all, and few enough people are there, or it was asked for."""
    possible = bool(trial.compiled.fields_without_default and trial.audience)
    return possible and (trial.whole or trial.audience <= FEW_PEOPLE)
