"""The title and the headings below it: readers with a screen reader walk through a letter by them."""

from collections.abc import Iterator

from emails.articles.blocks import Heading
from emails.preflight.evidence import PreflightInput
from emails.preflight.places import numbered, plain
from emails.preflight.report import Finding, Severity


def check_headings(given: PreflightInput) -> Iterator[Finding]:
    if given.is_source:
        yield from check_source_title(given)
        return
    if not plain(given.article.title):
        yield Finding("title", Severity.BLOCK, "Title", "The article has no title.", "Write the article's title.")
    elif given.page and not any(given.page.titles):
        yield Finding(
            "title",
            Severity.BLOCK,
            "HTML part",
            "The letter does not show its title as a first-level heading.",
            "Choose a design that shows the title.",
        )
    if given.page and len(given.page.titles) > 1:
        yield Finding(
            "title_twice",
            Severity.ADVICE,
            "HTML part",
            "The letter has more than one first-level heading.",
            "Keep the title, and make the others second-level headings.",
            count=len(given.page.titles),
        )
    yield from check_order(given)


def check_source_title(given: PreflightInput) -> Iterator[Finding]:
    if given.page and not any(given.page.titles):
        yield Finding(
            "title",
            Severity.ADVICE,
            "HTML part",
            "The letter has no first-level heading; screen readers begin with it.",
            "Write its title as <h1>.",
        )


def check_order(given: PreflightInput) -> Iterator[Finding]:
    above = 1
    for place, block in numbered(given.article):
        if not isinstance(block, Heading):
            continue
        if not plain(block.text):
            yield Finding(
                "heading_empty", Severity.REASON, place, "The heading is empty.", "Write it, or remove the block."
            )
        if block.level > above + 1:
            yield Finding(
                "heading_order",
                Severity.ADVICE,
                place,
                f"A level-{block.level} heading follows level {above}; a level is left out.",
                f"Make it level {above + 1}.",
            )
        above = block.level
