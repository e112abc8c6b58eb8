"""An article that was read becomes a draft, or a draft's article, with the pictures it brought in the library."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

from sqlalchemy.orm import Session

from app.errors import InvalidInput
from app.models import Asset, Brand, Campaign
from app.queries.lists import list_overview
from app.services.articles import Source, paste_article
from app.services.assets import Picture, fit_for_letters, store_fit
from app.services.campaigns import LONGEST_SUBJECT, NewCampaign, create_campaign
from app.services.media import Origin, address_of, called, enlist
from app.services.senders import senders_of
from emails.articles.blocks import Article, Image, Remark, every_block
from emails.articles.imported import Imported, place_pictures
from emails.articles.inline import text_of

NAMELESS = "New campaign"
LONGEST_PREHEADER = 200


@dataclass(frozen=True, slots=True)
class Fitted:
    """An article with the pictures it brought made fit for letters; those that are none are told in its remarks."""

    imported: Imported
    pictures: Mapping[str, Picture]


@dataclass(frozen=True, slots=True)
class Wording:
    """What is kept of the source beside the article: the words as they came, and which importer read them."""

    source: str = ""
    kind: str = ""


def fitted(imported: Imported) -> Fitted:
    """Looks at every picture; takes its time, so no transaction should be open."""
    pictures: dict[str, Picture] = {}
    remarks: list[Remark] = []
    for one in imported.pictures:
        try:
            pictures[one.name] = fit_for_letters(one.data)
        except InvalidInput as refusal:
            reason = refusal.fields.get("picture", str(refusal))
            remarks.append(Remark("picture_refused", f"The picture was not kept. {reason}", one.name))
    article = replace(imported.article, warnings=(*imported.article.warnings, *remarks))
    return Fitted(replace(imported, article=article), pictures)


def placed(session: Session, given: Fitted, origin: Origin) -> tuple[Article, list[Asset]]:
    """The article with its pictures at their addresses, and their files, which are kept but in no library yet."""
    assets = {
        name: store_fit(session, picture, filename=name, user_id=origin.user_id, folder=origin.folder)
        for name, picture in given.pictures.items()
    }
    addresses = {name: address_of(asset, called(name)) for name, asset in assets.items()}
    return place_pictures(given.imported, addresses), list(assets.values())


def enlist_all(session: Session, article: Article, assets: list[Asset], origin: Origin) -> None:
    """Puts kept files into the library, described as the article describes them."""
    alts = {block.src: block.alt or "" for block in every_block(article.blocks) if isinstance(block, Image)}
    for asset in assets:
        alt = next((alt for src, alt in alts.items() if asset.sha256 in src), "")
        enlist(session, asset, origin, alt=alt)


def draft_article(session: Session, brand: Brand, article: Article, wording: Wording, origin: Origin) -> Campaign:
    """A new draft with everything that can be known already: the only list, the only sender."""
    senders, lists = senders_of(session, brand.id), list_overview(session)
    title, described = text_of(article.title), text_of(article.description)
    return create_campaign(
        session,
        NewCampaign(
            name=title[:300] or NAMELESS,
            brand_id=brand.id,
            sender_id=senders[0].id if len(senders) == 1 else None,
            subject=title[:LONGEST_SUBJECT],
            preheader=described if len(described) <= LONGEST_PREHEADER else "",
            language=article.language or brand.language,
            include=tuple(row.id for row in lists[:2]) if len(lists) == 1 else (),
            article=article,
            source=wording.source,
            source_kind=wording.kind,
            created_by_id=origin.user_id,
        ),
    )


def bring_into(session: Session, campaign_id: int, given: Fitted, wording: Wording, origin: Origin) -> None:
    """Puts the article into a draft, in the place of what it had. Raises: WrongState where it is no draft."""
    article, assets = placed(session, given, origin)
    enlist_all(session, article, assets, origin)
    paste_article(session, campaign_id, article, source=Source(wording.source, wording.kind))


def bring_new(session: Session, brand: Brand, given: Fitted, wording: Wording, origin: Origin) -> Campaign:
    """A new draft of an article, its pictures in the library."""
    article, assets = placed(session, given, origin)
    enlist_all(session, article, assets, origin)
    return draft_article(session, brand, article, wording, origin)
