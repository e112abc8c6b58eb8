"""Campaigns while they are written: made, changed, copied, deleted. What makes them leave is in `scheduling`."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from app.clock import now
from app.errors import InvalidInput, NotFound, WrongState
from app.models import (
    Article,
    Brand,
    Campaign,
    CampaignList,
    CampaignSegment,
    CampaignStatus,
    ListUse,
    MailingList,
    Sender,
)
from app.services import audit, typed
from app.services.departure_plans import copy_plan
from app.services.designs import find_worn
from emails.articles.article_json import article_to_json
from emails.articles.blocks import Article as WrittenArticle
from emails.themes.catalogue import THEMES

LONGEST_SUBJECT = 500
DEFAULT_THEME = "calm"
COPIED = ("brand_id", "sender_id", "theme", "subject", "preheader", "greeting", "language")


@dataclass(frozen=True, slots=True)
class NewCampaign:
    """What a campaign begins with. `greeting` None is the usual one; without an article there is an empty one."""

    name: str
    brand_id: int
    sender_id: int | None = None
    subject: str = ""
    preheader: str = ""
    greeting: str | None = None
    theme: str = "calm"
    language: str = "en"
    include: tuple[int, ...] = ()
    exclude: tuple[int, ...] = ()
    article: WrittenArticle | None = None
    source: str = ""
    source_kind: str = ""
    created_by_id: int | None = None


@dataclass(frozen=True, slots=True)
class CampaignChanges:
    """What is to be changed; None leaves a field as it is."""

    name: str | None = None
    brand_id: int | None = None
    sender_id: int | None = None
    subject: str | None = None
    preheader: str | None = None
    greeting: str | None = None
    theme: str | None = None
    language: str | None = None


def get_campaign(session: Session, campaign_id: int) -> Campaign:
    found = session.get(Campaign, campaign_id)
    if found is None:
        raise NotFound("This campaign is not here.")
    return found


def lock_campaign(session: Session, campaign_id: int) -> Campaign:
    """The campaign as it stands now, kept from moving until this transaction ends."""
    found = session.scalars(
        select(Campaign).where(Campaign.id == campaign_id).with_for_update().execution_options(populate_existing=True)
    ).one_or_none()
    if found is None:
        raise NotFound("This campaign is not here.")
    return found


def lock_draft(session: Session, campaign_id: int) -> Campaign:
    """Raises WrongState where the campaign is no draft any more."""
    campaign = lock_campaign(session, campaign_id)
    if campaign.status != CampaignStatus.DRAFT:
        raise WrongState(
            f"“{campaign.name}” is {campaign.status.value}. Only a draft can be changed: "
            + ("take it back to draft first." if campaign.status == CampaignStatus.SCHEDULED else "duplicate it.")
        )
    return campaign


def create_campaign(session: Session, draft: NewCampaign) -> Campaign:
    """A new draft with an article of its own."""
    if session.get(Brand, draft.brand_id) is None:
        raise NotFound("This brand is not here.")
    written = draft.article or WrittenArticle(title="", blocks=())
    article = Article(content=article_to_json(written), source=draft.source, source_kind=draft.source_kind)
    session.add(article)
    session.flush()
    campaign = Campaign(
        name=typed.line("name", draft.name, longest=300, required=True),
        brand_id=draft.brand_id,
        sender_id=checked_sender(session, draft.sender_id, brand_id=draft.brand_id),
        article_id=article.id,
        theme=draft.theme,
        subject=typed.line("subject", draft.subject, longest=LONGEST_SUBJECT),
        preheader=typed.line("preheader", draft.preheader, longest=LONGEST_SUBJECT),
        language=typed.language("language", draft.language) or "en",
        created_by_id=draft.created_by_id,
    )
    if draft.greeting is not None:
        campaign.greeting = typed.line("greeting", draft.greeting, longest=LONGEST_SUBJECT)
    session.add(campaign)
    session.flush()
    replace_lists(session, campaign, draft.include, draft.exclude)
    audit.record(session, "campaign.created", campaign, user_id=draft.created_by_id)
    return campaign


def checked_sender(session: Session, sender_id: int | None, *, brand_id: int) -> int | None:
    if sender_id is None:
        return None
    sender = session.get(Sender, sender_id)
    if sender is None or sender.brand_id != brand_id:
        raise InvalidInput({"sender": "Choose a sender that belongs to the campaign's brand."})
    return sender_id


def checked_theme(session: Session, word: str, *, brand_id: int) -> str:
    """The name of a theme, or of one of the brand's own designs."""
    if word not in THEMES and find_worn(session, word, brand_id) is None:
        raise InvalidInput({"theme": "Choose one of the themes or of the brand's own designs."})
    return word


def update_campaign(
    session: Session, campaign_id: int, changes: CampaignChanges, *, user_id: int | None = None
) -> Campaign:
    """Changes a draft. With another brand, sender and lists of the old one are let go.

    Raises:
        WrongState: it is no draft.
        InvalidInput: naming the fields.
    """
    campaign = lock_draft(session, campaign_id)
    if changes.brand_id is not None and changes.brand_id != campaign.brand_id:
        change_brand(session, campaign, changes.brand_id)
    if changes.sender_id is not None:
        campaign.sender_id = checked_sender(session, changes.sender_id, brand_id=campaign.brand_id)
    if changes.name is not None:
        campaign.name = typed.line("name", changes.name, longest=300, required=True)
    if changes.theme is not None:
        campaign.theme = checked_theme(session, changes.theme, brand_id=campaign.brand_id)
    for field in ("subject", "preheader", "greeting"):
        given = getattr(changes, field)
        if given is not None:
            setattr(campaign, field, typed.line(field, given, longest=LONGEST_SUBJECT))
    if changes.language is not None:
        campaign.language = typed.language("language", changes.language) or "en"
    campaign.updated_at = now()
    audit.record(session, "campaign.changed", campaign, user_id=user_id)
    return campaign


def change_brand(session: Session, campaign: Campaign, brand_id: int) -> None:
    if session.get(Brand, brand_id) is None:
        raise NotFound("This brand is not here.")
    campaign.brand_id = brand_id
    campaign.sender_id = None
    if campaign.theme not in THEMES:
        campaign.theme = DEFAULT_THEME
    of_brand = select(MailingList.id).where(MailingList.brand_id == brand_id)
    session.execute(
        delete(CampaignList).where(CampaignList.campaign_id == campaign.id, CampaignList.list_id.not_in(of_brand))
    )


def rename(session: Session, campaign_id: int, name: str, *, user_id: int | None = None) -> Campaign:
    """Gives a campaign another name, in whatever state it is: readers never see it."""
    campaign = lock_campaign(session, campaign_id)
    campaign.name = typed.line("name", name, longest=300, required=True)
    audit.record(session, "campaign.renamed", campaign, user_id=user_id)
    return campaign


def set_lists(
    session: Session,
    campaign_id: int,
    include: Iterable[int],
    exclude: Iterable[int] = (),
    *,
    user_id: int | None = None,
) -> None:
    """The lists a draft goes to, and those whose people it leaves out."""
    campaign = lock_draft(session, campaign_id)
    replace_lists(session, campaign, tuple(include), tuple(exclude))
    campaign.updated_at = now()
    audit.record(session, "campaign.lists_changed", campaign, user_id=user_id)


def replace_lists(session: Session, campaign: Campaign, include: Collection[int], exclude: Collection[int]) -> None:
    wanted = {**dict.fromkeys(include, ListUse.INCLUDE), **dict.fromkeys(exclude, ListUse.EXCLUDE)}
    if set(include) & set(exclude):
        raise InvalidInput({"lists": "A list cannot be both written to and left out."})
    usable = set(
        session.scalars(
            select(MailingList.id).where(
                MailingList.id.in_(wanted), MailingList.brand_id == campaign.brand_id, MailingList.archived_at.is_(None)
            )
        )
    )
    if usable != set(wanted):
        raise InvalidInput({"lists": "Choose lists of the campaign's brand that are in use."})
    session.execute(delete(CampaignList).where(CampaignList.campaign_id == campaign.id))
    session.add_all(CampaignList(campaign_id=campaign.id, list_id=one, use=use) for one, use in wanted.items())
    session.flush()


def lists_of(session: Session, campaign_id: int, use: ListUse = ListUse.INCLUDE) -> tuple[int, ...]:
    """The ids of a campaign's lists of one use, in order."""
    return tuple(
        session.scalars(
            select(CampaignList.list_id)
            .where(CampaignList.campaign_id == campaign_id, CampaignList.use == use)
            .order_by(CampaignList.list_id)
        )
    )


def duplicate_campaign(session: Session, campaign_id: int, *, name: str = "", user_id: int | None = None) -> Campaign:
    """A new draft with the same words, look, lists and segments, and an article of its own."""
    old = get_campaign(session, campaign_id)
    content = session.get_one(Article, old.article_id)
    kept = ("source", "source_kind", "letter_kind", "letter_source")
    article = Article(content=dict(content.content), **{field: getattr(content, field) for field in kept})
    session.add(article)
    session.flush()
    copy = Campaign(
        name=typed.line("name", name or f"{old.name} (copy)"[:300], longest=300, required=True),
        article_id=article.id,
        created_by_id=user_id,
        **{field: getattr(old, field) for field in COPIED},
    )
    session.add(copy)
    session.flush()
    in_use = select(MailingList.id).where(MailingList.archived_at.is_(None))
    lists = session.scalars(
        select(CampaignList).where(CampaignList.campaign_id == campaign_id, CampaignList.list_id.in_(in_use))
    ).all()
    session.add_all(CampaignList(campaign_id=copy.id, list_id=one.list_id, use=one.use) for one in lists)
    here = CampaignSegment.segment_id.is_not(None)
    segments = session.scalars(
        select(CampaignSegment).where(CampaignSegment.campaign_id == campaign_id, here).order_by(CampaignSegment.id)
    ).all()
    session.add_all(CampaignSegment(campaign_id=copy.id, segment_id=one.segment_id, use=one.use) for one in segments)
    copy_plan(session, campaign_id, copy.id)
    audit.record(session, "campaign.duplicated", copy, user_id=user_id, facts={"from": campaign_id})
    return copy


def delete_draft(session: Session, campaign_id: int, *, user_id: int | None = None) -> None:
    """Deletes a draft and its article. Raises WrongState for anything that was ever on its way."""
    campaign = lock_draft(session, campaign_id)
    audit.record(session, "campaign.deleted", campaign, user_id=user_id, facts={"name": campaign.name})
    article = session.get_one(Article, campaign.article_id)
    session.delete(campaign)
    session.flush()
    session.delete(article)
