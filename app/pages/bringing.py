"""What becomes of a source that somebody gave: one article a draft at once, several a list to choose from."""

from flask import current_app, flash, redirect, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app.config import Settings
from app.database.session import Session, reading, transaction
from app.errors import WrongState
from app.models import Brand
from app.pages.guards import viewer
from app.pages.source_beginnings import first_letter
from app.services import article_imports, picture_fetches
from app.services.article_drafts import Fitted, Wording, bring_into, bring_new, draft_article, fitted
from app.services.article_sources import OneArticle, Source, forget_source, keep_source, only_article
from app.services.articles import article_of
from app.services.brands import first_brand, get_brand
from app.services.campaigns import get_campaign
from app.services.media import Origin
from app.services.sources import write_source
from emails.articles.blocks import Article, Paragraph

TOLD = 5


def settings() -> Settings:
    found: Settings = current_app.extensions["settings"]
    return found


def brand_for(session: Session, campaign_id: int | None) -> Brand:
    """The campaign's brand, else the first one. Raises: WrongState where there is none."""
    if campaign_id is not None:
        return get_brand(session, get_campaign(session, campaign_id).brand_id)
    brand = first_brand(session)
    if brand is None:
        raise WrongState(_("There is no brand yet. Name yours under Settings first."))
    return brand


def origin_of(brand: Brand) -> Origin:
    return Origin(brand.id, viewer().id, settings().uploads)


def bring(source: Source, *, campaign_id: int | None = None, with_pictures: bool = False) -> ResponseReturnValue:
    """Takes a source in; the draft's own article is replaced where a draft is named.

    Raises:
        ArticleBroken: there is no article in it. WrongState: the campaign is no draft, or there is no brand.
    """
    one = only_article(source)
    with reading() as session:
        brand = brand_for(session, campaign_id)
    if one is None:
        return bring_many(source, brand, with_pictures=with_pictures)
    given = fitted(one.imported)
    number = keep(source, given, brand, campaign_id, with_pictures=with_pictures)
    tell_left_out(one)
    return redirect(url_for("campaigns.show", campaign_id=number), 303)


def keep(source: Source, given: Fitted, brand: Brand, campaign_id: int | None, *, with_pictures: bool) -> int:
    """The campaign that has the article now."""
    wording = Wording(source.words, source.kind or "")
    with transaction() as session:
        if campaign_id is None:
            number = bring_new(session, brand, given, wording, origin_of(brand)).id
        else:
            bring_into(session, campaign_id, given, wording, origin_of(brand))
            number = campaign_id
        if with_pictures and picture_fetches.outside_pictures(article_of(session, number).article):
            picture_fetches.begin(session, number, user_id=viewer().id)
    return number


def bring_many(source: Source, brand: Brand, *, with_pictures: bool) -> ResponseReturnValue:
    kept_as = keep_source(source, settings().imports)
    try:
        with transaction() as session:
            batch = article_imports.begin(session, source, kept_as, origin_of(brand), with_pictures=with_pictures)
    except BaseException:
        forget_source(settings().imports, kept_as)
        raise
    return redirect(url_for("article_imports.show", import_id=batch.id), 303)


def begin_empty() -> ResponseReturnValue:
    """A draft with one empty paragraph."""
    with transaction() as session:
        brand = brand_for(session, None)
        article = Article(title="", blocks=(Paragraph(""),))
        campaign = draft_article(session, brand, article, Wording(), origin_of(brand))
    return redirect(url_for("campaigns.show", campaign_id=campaign.id), 303)


def begin_whole(source: str) -> ResponseReturnValue:
    """A draft of a letter that is kept whole, as MJML or HTML; an empty one begins with a letter of ours."""
    with transaction() as session:
        brand = brand_for(session, None)
        empty = Article(title="", blocks=(Paragraph(""),))
        campaign = draft_article(session, brand, empty, Wording(), origin_of(brand))
        write_source(session, campaign.id, source or first_letter(brand))
    return redirect(url_for("campaigns.show", campaign_id=campaign.id), 303)


def keep_whole(campaign_id: int, source: str) -> ResponseReturnValue:
    """The same for a draft that is there."""
    with transaction() as session:
        write_source(session, campaign_id, source or first_letter(brand_for(session, campaign_id)))
    return redirect(url_for("campaigns.show", campaign_id=campaign_id), 303)


def tell_left_out(one: OneArticle) -> None:
    for left in one.left_out[:TOLD]:
        flash(_("Left out: %(part)s. %(reason)s", part=left.part, reason=left.reason), "warn")
    if len(one.left_out) > TOLD:
        flash(_("And %(count)d more parts were left out.", count=len(one.left_out) - TOLD), "warn")
