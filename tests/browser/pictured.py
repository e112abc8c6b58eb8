"""A library of pictures: one in a letter that waits, one described, one with a long name and no description."""

from io import BytesIO

from PIL import Image

from app.config import Settings
from app.database.session import transaction
from app.models import Article
from app.services.assets import fit_for_letters
from app.services.brands import first_brand
from app.services.media import Origin, add_picture, address_of, get_item
from tests.factories.ready import READY, make_ready

LONG = "A picture with a name that is a good deal longer than anybody would wish for in a list of pictures.png"


def picture(colour: str, size: tuple[int, int] = (640, 420)) -> bytes:
    out = BytesIO()
    Image.new("RGB", size, colour).save(out, "PNG")
    return out.getvalue()


def fill_library(settings: Settings) -> tuple[int, int]:
    """The ids of the picture that a letter needs and of one that nothing shows."""
    with transaction() as session:
        campaign, _list = make_ready(session)
        brand = first_brand(session)
        brand.base_url = settings.url
        origin = Origin(brand.id, None, settings.uploads)
        shown = add_picture(session, fit_for_letters(picture("#0f6461")), filename="Harbour.png", origin=origin)
        spare = add_picture(
            session, fit_for_letters(picture("#b5541c", (300, 500))), filename="Boat.png", origin=origin, alt="A boat"
        )
        add_picture(session, fit_for_letters(picture("#d9c27a")), filename=LONG, origin=origin)
        address = address_of(get_item(session, shown.id)[1], shown.name)
        block = {"type": "image", "src": address, "alt": "A harbour", "caption": ""}
        article = session.get_one(Article, campaign.article_id)
        article.content = {**READY, "blocks": [block, *READY["blocks"]]}
        return shown.id, spare.id
