"""Where rows meet the craft: a campaign's letter compiled, previewed, checked, and frozen for its journey."""

import hashlib
import json
from dataclasses import dataclass, replace

from emails.render.compile import compile_letter
from emails.render.personalise import render_letter
from sqlalchemy import delete, select
from sqlalchemy.orm import Session, undefer

from app import tokens, urls
from app.clock import now
from app.errors import NotFound, WrongState
from app.models import Asset, Brand, Campaign, CampaignList, Link, ListUse, MailingList, Sender, Subscriber, Variant
from app.services.articles import article_of
from app.services.assets import file_name
from app.services.audience import count_audience
from app.services.campaigns import get_campaign
from app.services.envelopes import Envelope
from app.services.times import local_day
from emails.articles.blocks import Article, Image
from emails.content import Brand as LetterBrand
from emails.content import LetterPlan, Recipient
from emails.errors import TemplateBroken
from emails.letter import CompiledLetter, RenderedLetter
from emails.preflight.checks import PreflightInput, check_letter
from emails.preflight.report import PreflightReport

NOBODY = Recipient(email="reader@example.test")
LIST_DOMAIN_FALLBACK = "localhost"


@dataclass(frozen=True, slots=True)
class Ingredients:
    """What a letter is compiled from; the same ingredients give the same letter."""

    article: Article
    brand: LetterBrand
    plan: LetterPlan
    theme: str

    def compile(self) -> CompiledLetter:
        return compile_letter(self.article, self.brand, self.plan, theme=self.theme)


def gather(session: Session, campaign: Campaign, *, test: bool = False) -> Ingredients:
    """The ingredients as they stand now. A test letter is marked, and its links lead straight to their places."""
    brand = session.get_one(Brand, campaign.brand_id)
    base = urls.public_base(brand.base_url)
    article = article_of(session, campaign.id).article
    day = local_day(campaign.send_at or now(), brand.time_zone)
    mailing_list = first_list(session, campaign.id)
    return Ingredients(
        article=replace(article, blocks=tuple(with_address(block, base) for block in article.blocks)),
        brand=letter_brand(session, brand, base),
        plan=LetterPlan(
            subject=f"[Test] {campaign.subject}" if test else campaign.subject,
            preheader=campaign.preheader,
            greeting=campaign.greeting,
            language=campaign.language,
            click_base="" if test else urls.click_base(base),
            date=article.date or day,
            today=day,
            list_name=mailing_list.name if mailing_list else "",
            marked_as_test=test,
        ),
        theme=campaign.theme,
    )


def with_address(block: object, base: str) -> object:
    """A picture of ours gets the public address that letters need; the article keeps the path."""
    if isinstance(block, Image) and block.src.startswith("/"):
        return replace(block, src=f"{base}{block.src}")
    return block


def letter_brand(session: Session, brand: Brand, base: str) -> LetterBrand:
    logo = session.get(Asset, brand.logo_asset_id) if brand.logo_asset_id else None
    return LetterBrand(
        name=brand.name,
        address=brand.address,
        url=brand.website_url,
        logo_url=f"{base}/media/{file_name(logo)}" if logo else "",
    )


def first_list(session: Session, campaign_id: int) -> MailingList | None:
    return session.scalar(
        select(MailingList)
        .join(CampaignList, CampaignList.list_id == MailingList.id)
        .where(CampaignList.campaign_id == campaign_id, CampaignList.use == ListUse.INCLUDE)
        .order_by(MailingList.id)
        .limit(1)
    )


def compile_draft(session: Session, campaign_id: int, *, test: bool = False) -> CompiledLetter:
    """Raises TemplateBroken, naming line and tag, where the letter cannot be made."""
    return gather(session, get_campaign(session, campaign_id), test=test).compile()


def recipient_of(session: Session, subscriber_id: int | None) -> Recipient:
    """A person as merge tags see her; without an id, somebody of whom only the address is known."""
    person = session.get(Subscriber, subscriber_id) if subscriber_id else None
    if person is None or person.erased_at is not None:
        return NOBODY
    return Recipient(
        email=person.email,
        first_name=person.first_name,
        last_name=person.last_name,
        language=person.language,
        fields={name: str(value) for name, value in person.fields.items()},
    )


def preview(session: Session, campaign_id: int, *, as_subscriber_id: int | None = None) -> RenderedLetter:
    """The letter as this person would get it; its links belong to nobody."""
    campaign = get_campaign(session, campaign_id)
    base = urls.public_base(session.get_one(Brand, campaign.brand_id).base_url)
    compiled = gather(session, campaign).compile()
    return render_letter(compiled, recipient_of(session, as_subscriber_id), urls.letter_links(0, base))


def check_campaign(session: Session, campaign_id: int) -> PreflightReport:
    """Every finding about a campaign as it stands now."""
    campaign = get_campaign(session, campaign_id)
    brand = session.get_one(Brand, campaign.brand_id)
    given = gather(session, campaign)
    links = urls.letter_links(0, urls.public_base(brand.base_url))
    compiled, broken, rendered = None, None, None
    try:
        compiled = given.compile()
        rendered = render_letter(compiled, NOBODY, links)
    except TemplateBroken as error:
        broken = error
    sender = session.get(Sender, campaign.sender_id) if campaign.sender_id else None
    return check_letter(
        PreflightInput(
            article=given.article,
            brand=given.brand,
            plan=given.plan,
            compiled=compiled,
            broken=broken,
            rendered=rendered,
            audience_size=count_audience(session, campaign_id).confirmed,
            sender_email=sender.email if sender else "",
            links=links,
        )
    )


def campaign_hash(session: Session, campaign_id: int) -> str:
    """A hash over all a reader can see and over who gets it: an approval holds for this and nothing else."""
    campaign = get_campaign(session, campaign_id)
    lists = session.execute(
        select(CampaignList.list_id, CampaignList.use)
        .where(CampaignList.campaign_id == campaign_id)
        .order_by(CampaignList.list_id)
    ).all()
    content = gather(session, campaign).compile().content_hash
    parts = [content, campaign.sender_id, [(list_id, use.value) for list_id, use in lists]]
    return hashlib.sha256(json.dumps(parts).encode()).hexdigest()


def compile_campaign(session: Session, campaign_id: int) -> None:
    """Freezes the letter of a campaign that has begun: compiled content, links, envelope, signing key. Runs once.

    Raises:
        TemplateBroken: the letter cannot be made.
        WrongState: there is no sender.
    """
    campaign = get_campaign(session, campaign_id)
    variant = session.scalar(select(Variant).where(Variant.campaign_id == campaign_id).order_by(Variant.id).limit(1))
    if variant is not None and variant.content_hash:
        return
    if variant is None:
        variant = Variant(campaign_id=campaign_id)
        session.add(variant)
    compiled = gather(session, campaign).compile()
    campaign.key_id = tokens.current_key_id()
    variant.compiled = compiled.to_json()
    variant.content_hash = compiled.content_hash
    variant.envelope = envelope_for(session, campaign).to_json()
    session.execute(delete(Link).where(Link.campaign_id == campaign_id))
    session.add_all(Link(campaign_id=campaign_id, number=link.number, url=link.url) for link in compiled.links)
    session.flush()


def envelope_for(session: Session, campaign: Campaign) -> Envelope:
    sender = session.get(Sender, campaign.sender_id) if campaign.sender_id else None
    if sender is None:
        raise WrongState(f"“{campaign.name}” has no sender. Choose one under “To whom”.")
    brand = session.get_one(Brand, campaign.brand_id)
    mailing_list = first_list(session, campaign.id)
    domain = sender.email.rpartition("@")[2] or LIST_DOMAIN_FALLBACK
    return Envelope(
        from_name=sender.name,
        from_email=sender.email,
        reply_to=sender.reply_to,
        brand_id=brand.id,
        brand_name=brand.name,
        list_name=mailing_list.name if mailing_list else brand.name,
        list_id=f"{mailing_list.public_id if mailing_list else f'brand-{brand.id}'}.{domain}",
        key_id=campaign.key_id or tokens.current_key_id(),
        base_url=urls.public_base(brand.base_url),
    )


def load_compiled(session: Session, variant_id: int) -> CompiledLetter:
    """The frozen letter of a variant, as workers and "view in browser" read it."""
    variant = session.get(Variant, variant_id, options=[undefer(Variant.compiled)])
    if variant is None or not variant.compiled:
        raise NotFound("This letter has not been frozen yet.")
    return CompiledLetter.from_json(variant.compiled)
