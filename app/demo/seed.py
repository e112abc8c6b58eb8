"""The demo: a brand, a sender, a list and the client's article as a draft that could leave at once.

Only for installations whose letters end in the built-in catcher; its people live at example.test.
"""

from collections.abc import Iterable
from dataclasses import replace
from importlib.resources import files

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.config import Settings
from app.demo.people import CONFIRMED, SUPPRESSED, UNCONFIRMED, UNSUBSCRIBED, Reader
from app.models import Brand, Campaign, ConsentWay, SuppressionReason
from app.services import assets, brands, campaigns, lists, media, senders, subscribers, subscriptions, suppressions
from app.services.brands import BrandDetails
from app.services.campaigns import NewCampaign
from app.services.senders import SenderDetails
from app.services.subscribers import Person
from app.services.subscriptions import Proof
from emails.articles.blocks import Article, Block, CallToAction, Image
from emails.articles.parse import parse_article

BRAND = BrandDetails(
    name="Clearer Days",
    address="Clearer Days Media\n48 Harbour Street\nPortland, ME 04101",
    website_url="https://example.test/",
    language="en",
    time_zone="America/New_York",
)
SENDER = SenderDetails(name="Clearer Days", email="letters@example.test", reply_to="hello@example.test")
LIST = "demo"
DESCRIPTION = "Two letters a month on sleep, mood and getting better."
SUBJECT = "Embracing new beginnings this year"
PREHEADER = "Advertisement from IVDrips: how ketamine therapy works, and whom it may help."
BUTTON = "https://example.test/book"
CURED = frozenset({"image_missing", "button_address_missing"})
AGREED = Proof(ConsentWay.DEMO, basis="Made up for the demo; no such person exists.")
SAID = Proof(ConsentWay.DEMO, basis="Made up for the demo.")


def seed_demo(session: Session, settings: Settings) -> bool:
    """Fills an empty installation with the demo; False where there is anything already, or letters really leave."""
    if not settings.uses_catcher or session.scalars(select(func.count()).select_from(Brand)).one():
        return False
    brand = brands.create_brand(session, BRAND)
    sender = senders.create_sender(session, SENDER, brand_id=brand.id)
    mailing_list = lists.create_list(session, LIST, brand_id=brand.id, description=DESCRIPTION)
    seed_people(session, mailing_list.id)
    seed_campaign(session, settings, NewCampaign("", brand.id, sender.id, include=(mailing_list.id,)))
    return True


def seed_people(session: Session, list_id: int) -> None:
    add(session, CONFIRMED, list_id, confirmed=True)
    add(session, UNCONFIRMED, list_id, confirmed=False)
    for person_id in add(session, UNSUBSCRIBED, list_id, confirmed=True):
        subscriptions.unsubscribe(session, person_id, [list_id], SAID)
    add(session, SUPPRESSED, list_id, confirmed=True)
    for reader, reason in zip(SUPPRESSED, (SuppressionReason.ADDRESS_BAD, SuppressionReason.COMPLAINT), strict=True):
        suppressions.suppress(session, suppressions.hash_of(reader.email), reason)


def add(session: Session, readers: Iterable[Reader], list_id: int, *, confirmed: bool) -> list[int]:
    return [
        subscribers.add_person(session, described(one), [list_id], AGREED, confirmed=confirmed).id for one in readers
    ]


def described(reader: Reader) -> Person:
    fields = {"city": reader.city} if reader.city else {}
    return Person(reader.email, reader.first_name, reader.last_name, reader.language, fields)


def seed_campaign(session: Session, settings: Settings, draft: NewCampaign) -> Campaign:
    """The client's article as it was written, with our picture and an address for its button."""
    folder = files("app.demo")
    source = (folder / "article.txt").read_bytes()
    picture = assets.store_picture(
        session,
        (folder / "illustration.jpg").read_bytes(),
        filename="illustration.jpg",
        user_id=None,
        folder=settings.uploads,
    )
    media.enlist(session, picture, media.Origin(draft.brand_id, None, settings.uploads), name="Illustration")
    article = completed(parse_article(source, name="article.txt"), f"/media/{assets.file_name(picture)}")
    return campaigns.create_campaign(
        session,
        replace(
            draft,
            name=article.title,
            subject=SUBJECT,
            preheader=PREHEADER,
            article=article,
            source=source.decode("utf-8"),
            source_kind="text",
        ),
    )


def completed(article: Article, picture: str) -> Article:
    """The article with what it names but does not bring; not a word of it changes."""

    def fill(block: Block) -> Block:
        if isinstance(block, Image) and not block.src:
            return replace(block, src=picture)
        if isinstance(block, CallToAction) and not block.url:
            return replace(block, url=BUTTON)
        return block

    still_true = tuple(remark for remark in article.warnings if remark.code not in CURED)
    return replace(article, blocks=tuple(fill(block) for block in article.blocks), warnings=still_true)
