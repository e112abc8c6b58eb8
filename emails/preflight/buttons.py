"""Calls to action: each button leads somewhere."""

from collections.abc import Iterator

from emails.articles.blocks import CallToAction
from emails.preflight.addresses import AddressTrouble, is_insecure, sample_of, trouble_with
from emails.preflight.evidence import PreflightInput
from emails.preflight.places import numbered, plain
from emails.preflight.report import Finding, Severity

TROUBLES = {
    AddressTrouble.FRAGMENT: "The button's address leads only to a place inside the letter.",
    AddressTrouble.RELATIVE: "The button's address does not begin with https://.",
    AddressTrouble.SCHEME: "The button's address is of a kind that mail programs do not open.",
    AddressTrouble.BROKEN: "The button's address cannot be read as a web address.",
    AddressTrouble.PRIVATE: "The button leads to a private or local machine that readers cannot reach.",
    AddressTrouble.BRACES: "The button's address still holds an unreplaced tag.",
}


def check_buttons(given: PreflightInput) -> Iterator[Finding]:
    for place, block in numbered(given.article):
        if isinstance(block, CallToAction):
            yield from check_button(place, block, sample_of(block.url, given.brand.url))


def check_button(place: str, block: CallToAction, address: str) -> Iterator[Finding]:
    """Judges the button by its words and by `address`, where it leads for one reader."""
    label = plain(block.button)
    if not label:
        yield blocked(place, "The button has no words.", "Write what happens on a click, for example “Book a visit”.")
    trouble = trouble_with(address)
    if trouble is AddressTrouble.EMPTY:
        named = f"“{label}” " if label else ""
        yield blocked(place, f"The button {named}has no address.", "Give the address it opens, or remove the block.")
    elif trouble in TROUBLES:
        yield blocked(place, TROUBLES[trouble], "Give the full public address, beginning with https://.")
    elif is_insecure(address):
        yield Finding(
            "button_insecure",
            Severity.ADVICE,
            place,
            "The button's address begins with http://, which browsers warn about.",
            "Use https:// if the site offers it.",
        )


def blocked(place: str, message: str, cure: str) -> Finding:
    return Finding("button_address", Severity.BLOCK, place, message, cure)
