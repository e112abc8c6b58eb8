"""What each long check is of, as hashes; and what it needs to know of the campaign while no transaction is open."""

from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy.orm import Session

from app.clock import now
from app.models import Brand, Sender, Tracking
from app.models.preflight import CheckKind
from app.services.campaigns import get_campaign
from app.services.content_hash import campaign_hash, digest
from app.services.letters import (
    ANYBODY,
    article_content,
    base_url,
    compile_campaign_letter,
    envelope_of,
    letter_plan,
)
from app.urls import letter_links
from emails.articles.blocks import Article
from emails.content import LetterPlan
from emails.letter import CompiledLetter
from emails.mime.addresses import ascii_domain
from emails.mime.build import LetterHeaders, compose
from emails.preflight.dry_run import DryRun

MOST_LINKS = 200
WEB = ("http://", "https://")
TRIAL_MESSAGE = "preflight"


@dataclass(frozen=True, slots=True)
class LinksToVisit:
    addresses: tuple[str, ...]
    article: Article
    plan: LetterPlan


def subjects_of(session: Session, campaign_id: int) -> dict[CheckKind, str]:
    """The subject of every check that the letter can have as it is; none where it cannot be compiled.

    Raises:
        TemplateBroken: it cannot become a letter; then there is nothing to check.
    """
    campaign = get_campaign(session, campaign_id)
    content = campaign_hash(session, campaign_id)
    found = {CheckKind.LINKS: digest(links_to_visit(session, campaign_id).addresses), CheckKind.PEOPLE: content}
    sender = session.get(Sender, campaign.sender_id) if campaign.sender_id else None
    if sender is not None:
        found |= {CheckKind.SPAM: content, CheckKind.DOMAIN: digest(domain_of(sender))}
    return found


def domain_of(sender: Sender) -> str:
    return ascii_domain(sender.email.rpartition("@")[2])


def compiled_as_it_leaves(session: Session, campaign_id: int, *, counted: bool = False) -> CompiledLetter:
    """The letter as the campaign's people would get it; `counted` numbers its links even where none are counted."""
    campaign = get_campaign(session, campaign_id)
    brand = session.get_one(Brand, campaign.brand_id)
    tracked = counted or brand.tracking is not Tracking.OFF
    return compile_campaign_letter(session, campaign, letter_plan(session, campaign, tracked=tracked))


def links_to_visit(session: Session, campaign_id: int) -> LinksToVisit:
    """The letter's web addresses that are the same for everybody, in reading order, at most MOST_LINKS."""
    campaign = get_campaign(session, campaign_id)
    brand = session.get_one(Brand, campaign.brand_id)
    own = f"{base_url(brand)}/"
    compiled = compiled_as_it_leaves(session, campaign_id, counted=True)
    urls = [link.url for link in compiled.links if link.url.startswith(WEB) and not link.url.startswith(own)]
    article = article_content(session, campaign, brand)
    return LinksToVisit(tuple(urls[:MOST_LINKS]), article, letter_plan(session, campaign, tracked=False))


def dry_run_of(session: Session, campaign_id: int) -> DryRun:
    brand = session.get_one(Brand, get_campaign(session, campaign_id).brand_id)
    return DryRun(compiled_as_it_leaves(session, campaign_id), letter_links(0, base_url(brand)))


def whole_message(session: Session, campaign_id: int) -> bytes:
    """One complete message to nobody in particular, as a filter would see it. Raises WrongState without a sender."""
    campaign = get_campaign(session, campaign_id)
    envelope = envelope_of(session, campaign)
    headers = LetterHeaders(
        message_id=f"{TRIAL_MESSAGE}.{campaign_id}@{envelope.domain}",
        date=now(),
        from_name=envelope.from_name,
        from_email=envelope.from_email,
        reply_to=envelope.reply_to,
        list_name=envelope.list_name,
        list_id=envelope.list_id,
    )
    return compose(compiled_as_it_leaves(session, campaign_id), headers, ANYBODY, letter_links(0, envelope.base_url))


def is_current(kind: CheckKind, subject_hash: str, subjects: Mapping[CheckKind, str]) -> bool:
    return subjects.get(kind) == subject_hash
