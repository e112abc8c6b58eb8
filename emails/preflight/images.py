"""Images: each one is there, can be fetched by a mail program, and is described for those who do not see it."""

from collections.abc import Iterator

from emails.articles.blocks import Image, every_block
from emails.preflight.addresses import AddressTrouble, is_insecure, split, trouble_with
from emails.preflight.evidence import PreflightInput
from emails.preflight.page import Page
from emails.preflight.places import numbered
from emails.preflight.report import Finding, Severity

SHOWN_BADLY = (".svg", ".webp", ".avif", ".tif", ".tiff", ".bmp")


def check_images(given: PreflightInput) -> Iterator[Finding]:
    images = [(place, block) for place, block in numbered(given.article) if isinstance(block, Image)]
    for place, image in images:
        yield from check_image(place, image, given)
    logo = given.brand.logo_url.strip()
    if logo:
        yield from check_source("Brand, logo", logo, given)
    if given.page:
        for_all = {id(block) for whole in given.article.blocks if not whole.only for block in every_block((whole,))}
        shown = [place for place, one in images if one.src.strip() and not one.only and id(one) in for_all]
        yield from check_left_out(shown, given.page)
        yield from check_shown(given.page, {image.src.strip() for _, image in images} | {logo}, given)


def check_left_out(places: list[str], page: Page) -> Iterator[Finding]:
    """A design leaves out an image whose address it cannot write; that is told, not passed over."""
    if len(page.pictures) < len(places):
        yield Finding(
            "image_left_out",
            Severity.BLOCK,
            places[0] if len(places) == 1 else "Images",
            "The letter does not show every image of the article.",
            "Upload the image again, or remove the block.",
            count=len(places) - len(page.pictures),
        )


def check_shown(page: Page, written: set[str], given: PreflightInput) -> Iterator[Finding]:
    """Images as the letter shows them; `written` are the sources that have been judged where they are written."""
    for picture in page.pictures:
        if picture.alt is None:
            yield undescribed(f"Image {picture.src}" if picture.src else "An image of the design")
        if picture.src not in written or picture.src.lower().startswith("asset:"):
            yield from check_source(
                f"Image {picture.src}" if picture.src else "An image of the letter", picture.src, given
            )


def check_image(place: str, image: Image, given: PreflightInput) -> Iterator[Finding]:
    """An alt of None is a decision: the image is decoration. An empty one is an omission."""
    source = image.src.strip()
    if not source:
        yield Finding(
            "image_source",
            Severity.BLOCK,
            place,
            "Image needed: the article describes an image but brings none.",
            "Upload an image, or remove the block.",
        )
    elif not source.lower().startswith("asset:"):
        yield from check_source(place, source, given)
    if image.alt is not None and not image.alt.strip():
        yield undescribed(place)


def undescribed(place: str) -> Finding:
    return Finding(
        "image_alt",
        Severity.REASON,
        place,
        "The image has no alternative text. Readers with images off, or with a screen reader, get nothing.",
        "Describe in one sentence what the image shows, or mark it as decorative.",
    )


def check_source(place: str, source: str, given: PreflightInput) -> Iterator[Finding]:
    """Images that the letter carries in itself (`cid:`) or that lie with this service are as good as it is."""
    if source.lower().startswith("cid:") or given.is_of_service(source):
        return
    trouble = trouble_with(source)
    if trouble in {AddressTrouble.EMPTY, AddressTrouble.RELATIVE, AddressTrouble.SCHEME, AddressTrouble.BROKEN}:
        yield unusable(place, "The image's address is not one that mail programs can fetch.")
    elif trouble is AddressTrouble.PRIVATE:
        yield unusable(place, "The image lies on a private or local machine that readers cannot reach.")
    elif trouble is AddressTrouble.BRACES:
        yield unusable(place, "The image's address still holds an unreplaced tag.")
    elif is_insecure(source):
        yield Finding(
            "image_insecure",
            Severity.ADVICE,
            place,
            "The image is fetched over http; some mail programs leave it out.",
            "Use an https address, or upload the image.",
        )
    parts = split(source)
    if parts and parts.path.lower().endswith(SHOWN_BADLY):
        yield Finding(
            "image_format",
            Severity.ADVICE,
            place,
            "This kind of image is not shown by Outlook and some other mail programs.",
            "Use JPEG, PNG or GIF.",
        )


def unusable(place: str, message: str) -> Finding:
    return Finding(
        "image_source", Severity.BLOCK, place, message, "Upload the image, or give its public https address."
    )
