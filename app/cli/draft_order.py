"""Makes a draft campaign of what `letterwright send` was given: article, list, brand, sender, picture."""

from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import click

from app.cli.article_sources import is_address, read_address
from app.cli.missing_parts import NONE, fill_in, tell_unused
from app.cli.picture_file import read_picture
from app.cli.sample_letter import read_source, say
from app.errors import NotFound
from app.services.assets import store_picture
from app.services.brands import find_brand, get_brand
from app.services.campaign_segments import set_segments
from app.services.campaigns import NewCampaign, create_campaign, get_campaign
from app.services.designs import word_named
from app.services.lists import list_named
from app.services.media import Origin, address_of, enlist
from app.services.segments import segment_named
from app.services.senders import senders_of
from app.services.sources import write_source
from emails.articles.blocks import Article
from emails.articles.inline import text_of
from emails.articles.parse import parse_article
from emails.errors import ArticleBroken


@dataclass(frozen=True, slots=True)
class DraftOrder:
    """What the command was asked for. `image` and `button` may be "none"; None leaves them open."""

    source: str
    kind: str | None
    list_name: str
    brand: str | None
    sender: str | None
    design: str
    subject: str | None
    preheader: str | None
    image: str | None
    button: str | None
    whole: bool = False
    segments: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Brought:
    """What lay at the order's source: its bytes (an address, where it is one) and the article in them."""

    data: bytes
    article: Article


def fetch_article(order: DraftOrder) -> Brought:
    """Reads the source, from the web too: before any transaction, since that may take ten seconds."""
    on_the_web = is_address(order.source) and not order.whole
    data = order.source.encode() if on_the_web else read_source(order.source)
    return Brought(data, Article(title="", blocks=()) if order.whole else read_article(data, order))


def make_draft(session: Any, order: DraftOrder, brought: Brought, *, uploads: Path) -> int:
    """The new campaign's id.

    Raises:
        Refused, click.ClickException: naming what is missing or cannot be used.
    """
    article = brought.article
    chosen = list_named(session, order.list_name)
    brand_id = chosen.brand_id
    if order.brand is not None:
        brand = find_brand(session, order.brand)
        if brand is None or brand.id != chosen.brand_id:
            speaker = get_brand(session, chosen.brand_id).name
            raise NotFound(f"The list “{chosen.name}” belongs to the brand “{speaker}”, not to “{order.brand}”.")
    if not order.whole:
        article = with_picture(session, article, order, Origin(brand_id, None, uploads))
    title = text_of(article.title)
    draft = NewCampaign(
        name=(title or Path(order.source).stem)[:300],
        brand_id=brand_id,
        sender_id=sender_for(session, brand_id, order.sender),
        subject=order.subject if order.subject is not None else title,
        preheader=order.preheader if order.preheader is not None else article.description,
        theme=word_named(session, brand_id, order.design),
        language=article.language or get_brand(session, brand_id).language,
        include=(chosen.id,),
        article=article,
        source=brought.data.decode("utf-8", "replace"),
        source_kind=order.kind or "",
    )
    campaign_id = create_campaign(session, draft).id
    if order.segments:
        set_segments(session, campaign_id, [segment_named(session, name).id for name in order.segments])
    if order.whole:
        write_source(session, campaign_id, brought.data.decode("utf-8-sig", "replace"))
    return campaign_id


def read_article(data: bytes, order: DraftOrder) -> Article:
    """The article in the data, or at the source's web address. Raises: click.ClickException with the reason."""
    if is_address(order.source):
        return read_address(order.source)
    name = "standard input" if order.source == "-" else order.source
    try:
        return parse_article(data, kind=order.kind, name=name)
    except ArticleBroken as broken:
        raise click.ClickException(str(broken)) from broken


def with_picture(session: Any, article: Article, order: DraftOrder, origin: Origin) -> Article:
    """The article with its open places filled or left out, the picture kept in the brand's library."""
    image = order.image
    tell_unused(article, image=image, button=order.button)
    if image is not None and image != NONE:
        picture = read_picture(Path(image))
        asset = store_picture(session, picture.data, filename=Path(image).name, user_id=None, folder=origin.folder)
        item = enlist(session, asset, origin, name=Path(image).name)
        image = address_of(asset, item.name)
    return replace(fill_in(article, image=image, button=order.button))


def sender_for(session: Any, brand_id: int, address: str | None) -> int:
    """The brand's only sender, or the one of that address."""
    senders = senders_of(session, brand_id)
    wanted = [one for one in senders if address is None or one.email.casefold() == address.strip().casefold()]
    if len(wanted) == 1:
        return wanted[0].id
    there = ", ".join(one.email for one in senders) or "none"
    if address is None and senders:
        raise click.UsageError(f"The brand has several senders; choose one with --sender: {there}.")
    raise NotFound(f"The brand has no sender {address or ''}".rstrip() + f". There are: {there}.")


def zone_of(session: Any, campaign_id: int) -> str:
    """The time zone of the campaign's brand."""
    zone = get_brand(session, get_campaign(session, campaign_id).brand_id).time_zone
    say(f"The time is read in the brand's zone, {zone}.")
    return zone
