"""Where rows meet `emails`: a campaign's row, article, brand and sender become a letter, a preview, a report."""

import re
from dataclasses import replace
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.clock import now
from app.errors import WrongState
from app.models import (
    Article,
    Brand,
    Campaign,
    CampaignStatus,
    HoldCause,
    Link,
    MailingList,
    Sender,
    Subscriber,
    Subscription,
    SubscriptionStatus,
    Tracking,
    Variant,
)
from app.services.approvals import may_leave
from app.services.brand_looks import brand_content
from app.services.campaigns import get_campaign, lists_of, lock_campaign
from app.services.content_hash import campaign_hash
from app.services.designs import design_content
from app.services.envelopes import Envelope
from app.services.holds import hold
from app.services.signing_keys import signing_key_of
from app.services.untracked import sides_of
from app.tokens import current_key_id
from app.urls import click_base, letter_links, open_base, public_base
from emails.articles.article_json import article_from_json
from emails.articles.blocks import Article as WrittenArticle
from emails.articles.blocks import Block, Image, with_every_block
from emails.content import LetterPlan, Recipient
from emails.errors import ArticleBroken, TemplateBroken
from emails.letter import CompiledLetter, RenderedLetter
from emails.render.compile import compile_letter, compile_source
from emails.render.personalise import render_letter
from emails.render.source.letter import Kind, Source

_UPLOADED = re.compile(r"""(["'(])(/media/[0-9a-f]{64}\.)""")
ANYBODY = Recipient(email="reader@example.com")
CHANGED = (
    "The letter, its brand, its sender or its lists changed after it was approved. "
    "Take it back to draft, look at it and schedule it again."
)
UNAPPROVED = (
    "This brand's letters need a second person's approval by now, and this one has none. "
    "Take it back to draft, and ask for it under “Check and send”."
)


def base_url(brand: Brand) -> str:
    """What every address in this brand's letters begins with."""
    return public_base(brand.base_url)


def article_content(session: Session, campaign: Campaign, brand: Brand) -> WrittenArticle:
    """The article with addresses that work in a mailbox: uploaded pictures get the public address before them."""
    return with_public_pictures(article_from_json(session.get_one(Article, campaign.article_id).content), brand)


def with_public_pictures(article: WrittenArticle, brand: Brand) -> WrittenArticle:
    base = base_url(brand)

    def placed(block: Block) -> Block:
        return replace(block, src=base + block.src) if isinstance(block, Image) and block.src.startswith("/") else block

    return replace(article, blocks=with_every_block(article.blocks, placed))


def letter_plan(session: Session, campaign: Campaign, *, tracked: bool, marked_as_test: bool = False) -> LetterPlan:
    """What is the same for every reader. Untracked letters (previews, tests) keep their links as written."""
    brand = session.get_one(Brand, campaign.brand_id)
    article = session.get_one(Article, campaign.article_id)
    first = session.scalars(
        select(MailingList.name).where(MailingList.id.in_(lists_of(session, campaign.id))).order_by(MailingList.id)
    ).first()
    return LetterPlan(
        subject=f"[Test] {campaign.subject}" if marked_as_test else campaign.subject,
        preheader=campaign.preheader,
        greeting=campaign.greeting,
        language=campaign.language,
        click_base=click_base(base_url(brand)) if tracked else "",
        open_base=open_base(base_url(brand)) if tracked else "",
        date=str(article.content.get("date") or ""),
        today=now().astimezone(ZoneInfo(brand.time_zone)).date().isoformat(),
        list_name=first or "",
        marked_as_test=marked_as_test,
    )


def compile_campaign_letter(
    session: Session, campaign: Campaign, plan: LetterPlan, *, design: str = ""
) -> CompiledLetter:
    """The letter in the campaign's own design, or in another to be looked at; one written whole as it is."""
    brand = session.get_one(Brand, campaign.brand_id)
    source = source_content(session, campaign, brand)
    if source is not None:
        return compile_source(source, brand_content(session, brand), plan)
    article = article_content(session, campaign, brand)
    look = design_content(session, design or campaign.theme, brand.id)
    return compile_letter(article, brand_content(session, brand), plan, design=look)


def source_content(session: Session, campaign: Campaign, brand: Brand) -> Source | None:
    """The letter as written, uploaded pictures with their public address; None where it is made of blocks."""
    row = session.get_one(Article, campaign.article_id)
    if not row.letter_kind:
        return None
    return Source(Kind(row.letter_kind), _UPLOADED.sub(rf"\g<1>{base_url(brand)}\g<2>", row.letter_source))


def compile_draft(session: Session, campaign_id: int, *, design: str = "") -> CompiledLetter:
    """The letter as it would be now, links as written.

    Raises:
        TemplateBroken: a merge tag or the theme cannot become a letter.
    """
    campaign = get_campaign(session, campaign_id)
    return compile_campaign_letter(session, campaign, letter_plan(session, campaign, tracked=False), design=design)


def compile_test_letter(session: Session, campaign_id: int) -> CompiledLetter:
    """The same, marked as a test where readers see it.

    Raises:
        TemplateBroken: it cannot become a letter. WrongState: it has no sender.
    """
    campaign = get_campaign(session, campaign_id)
    envelope_of(session, campaign)
    plan = letter_plan(session, campaign, tracked=False, marked_as_test=True)
    return compile_campaign_letter(session, campaign, plan)


def preview(
    session: Session, campaign_id: int, *, as_subscriber_id: int | None = None, design: str = ""
) -> RenderedLetter:
    """The letter as this person (None: somebody of whom nothing is known) would read it; its links belong to nobody."""
    brand = session.get_one(Brand, get_campaign(session, campaign_id).brand_id)
    compiled = compile_draft(session, campaign_id, design=design)
    return render_letter(compiled, recipient_of(session, as_subscriber_id), letter_links(0, base_url(brand)))


def recipient_of(session: Session, subscriber_id: int | None) -> Recipient:
    person = session.get(Subscriber, subscriber_id) if subscriber_id is not None else None
    if person is None or person.erased_at is not None:
        return ANYBODY
    fields = {name: "" if value is None else str(value) for name, value in person.fields.items()}
    on = select(Subscription.list_id).where(
        Subscription.subscriber_id == person.id, Subscription.status == SubscriptionStatus.CONFIRMED
    )
    lists = tuple(session.scalars(on.order_by(Subscription.list_id)))
    return Recipient(person.email, person.first_name, person.last_name, person.language, fields, lists)


def compile_campaign(session: Session, campaign_id: int) -> bool:
    """Freezes the letter of a campaign that has started: compiled, hashed, its links numbered, its envelope written.

    Safe to run twice. False where there is nothing (more) to prepare: the campaign is not preparing, or it is now
    held, with the reason noted, because what was approved is not what would leave.
    """
    campaign = lock_campaign(session, campaign_id)
    if campaign.status != CampaignStatus.PREPARING:
        return False
    frozen = session.scalars(select(Variant.id).where(Variant.campaign_id == campaign_id, Variant.content_hash != ""))
    if frozen.first() is not None:
        return True
    content = campaign_hash(session, campaign_id)
    if campaign.approved_hash != content:
        hold(session, campaign, HoldCause.CHANGED, CHANGED)
        return False
    if not may_leave(session, campaign, content):
        hold(session, campaign, HoldCause.CHANGED, UNAPPROVED)
        return False
    try:
        freeze_letter(session, campaign)
    except (TemplateBroken, ArticleBroken, WrongState) as error:
        hold(session, campaign, HoldCause.CHANGED, str(error))
        return False
    return True


def freeze_letter(session: Session, campaign: Campaign) -> None:
    """Writes each side of the letter with the one envelope; links are numbered where they are counted."""
    sides = sides_of(session, campaign)
    plans = [letter_plan(session, campaign, tracked=side.tracking is not Tracking.OFF) for side in sides]
    letters = [compile_campaign_letter(session, campaign, plan) for plan in plans]
    envelope = envelope_of(session, campaign)
    campaign.key_id = envelope.key_id
    for side, compiled in zip(sides, letters, strict=True):
        session.add(
            Variant(
                campaign_id=campaign.id,
                label=side.label,
                tracking=side.tracking,
                compiled=compiled.to_json(),
                content_hash=compiled.content_hash,
                envelope=envelope.to_json(),
            )
        )
        session.flush()  # the first side is the one that messages are frozen with
        session.add_all(Link(campaign_id=campaign.id, number=link.number, url=link.url) for link in compiled.links)
    session.flush()


def envelope_of(session: Session, campaign: Campaign) -> Envelope:
    """Raises WrongState where nobody can be named as the sender."""
    brand = session.get_one(Brand, campaign.brand_id)
    sender = session.get(Sender, campaign.sender_id) if campaign.sender_id else None
    if sender is None:
        raise WrongState("The campaign has no sender any more. Choose one.")
    lists = session.scalars(
        select(MailingList).where(MailingList.id.in_(lists_of(session, campaign.id))).order_by(MailingList.id)
    ).all()
    return Envelope(
        from_name=sender.name,
        from_email=sender.email,
        reply_to=sender.reply_to,
        brand_id=brand.id,
        brand_name=brand.name,
        list_name=lists[0].name if lists else brand.name,
        list_id=f"{lists[0].public_id}.{sender.email.rpartition('@')[2]}" if lists else "",
        key_id=current_key_id(),
        base_url=base_url(brand),
        dkim_key=signing_key_of(session, sender.email),
    )


def load_compiled(session: Session, variant_id: int) -> CompiledLetter:
    """The frozen letter of one variant."""
    return CompiledLetter.from_json(
        session.execute(select(Variant.compiled).where(Variant.id == variant_id)).scalar_one()
    )
