"""HTML and text say the same: every paragraph and heading stands in both in the author's order, with the same links."""

import re
from collections.abc import Iterator

from emails.articles.blocks import Heading, Paragraph, Quote
from emails.preflight.evidence import PreflightInput
from emails.preflight.places import numbered, plain
from emails.preflight.postal_address import letters_of
from emails.preflight.report import Finding, Severity

TAG = re.compile(r"\{[{%].*?[}%]\}", re.DOTALL)
ADDRESS = re.compile(r"\b(?:https?://|mailto:|tel:)\S+")
COMPARED = 120
FEWEST_LETTERS = 8


def check_same_words(given: PreflightInput) -> Iterator[Finding]:
    """Nothing is said of parts that are missing altogether; other checks do."""
    if not given.rendered or not given.page or not given.rendered.text.strip():
        return
    if not given.is_source:  # the text of a letter that was written whole is made of its HTML
        yield from missing_words("HTML part", bare(given.page.visible), given)
        yield from missing_words("Text part", bare(given.rendered.text), given)
    yield from missing_links(given)


def missing_words(part: str, shown: str, given: PreflightInput) -> Iterator[Finding]:
    """The first block whose words do not follow those of the block before it; after it the order is lost."""
    place = 0
    for name, wanted in written(given):
        found = shown.find(wanted, place)
        if found < 0:
            where = "at another place than in the article" if wanted in shown else "not at all"
            yield Finding(
                "words_differ",
                Severity.REASON,
                name,
                f"The letter's {part} shows these words {where}.",
                "Choose a design that shows the article as it was written.",
            )
            return
        place = found + len(wanted)


def bare(text: str) -> str:
    """Its letters and digits without addresses: the text part puts them between the words that are links in HTML."""
    return letters_of(ADDRESS.sub(" ", text))


def written(given: PreflightInput) -> Iterator[tuple[str, str]]:
    """The beginning of each block of words as bare letters, up to its first merge tag; short ones prove nothing."""
    for name, block in numbered(given.article):
        if isinstance(block, Paragraph | Heading | Quote):
            wanted = bare(TAG.split(plain(block.text), maxsplit=1)[0])[:COMPARED]
            if len(wanted) >= FEWEST_LETTERS:
                yield name, wanted


def missing_links(given: PreflightInput) -> Iterator[Finding]:
    if not given.page or not given.rendered:
        return
    hrefs = dict.fromkeys(anchor.href for anchor in given.page.anchors if anchor.text and not given.is_own(anchor.href))
    absent = [href for href in hrefs if href.startswith("http") and href not in given.rendered.text]
    brand = given.brand.url.rstrip("/")
    absent = [href for href in absent if given.true_address(href).rstrip("/") != brand]
    if absent:
        yield Finding(
            "links_differ",
            Severity.REASON,
            "Text part",
            f"The text part lacks a link that the HTML part has: {given.true_address(absent[0])}.",
            "Choose a design whose text part shows every link.",
            len(absent),
        )
