"""A letter to a list must carry the sender's postal address (CAN-SPAM 15 USC 7704(a)(5), CASL)."""

from collections.abc import Iterator

from emails.preflight.evidence import PreflightInput
from emails.preflight.page import squeeze
from emails.preflight.report import Finding, Severity


def check_postal_address(given: PreflightInput) -> Iterator[Finding]:
    address = squeeze(given.brand.address)
    if not address:
        yield Finding(
            "postal_address",
            Severity.BLOCK,
            "Brand, postal address",
            "The letter has no postal address. The law asks for one in every letter to a list.",
            "Write your organisation's postal address into the brand's settings.",
        )
        return
    if given.page and given.rendered:
        yield from missing_parts(given, given.page.visible, given.rendered.text)


def missing_parts(given: PreflightInput, visible: str, text: str) -> Iterator[Finding]:
    """The address may be broken into lines, so it is compared without spaces and punctuation."""
    address = squeeze(given.brand.address)
    for part, shown in (("HTML part", visible), ("Text part", text)):
        if letters_of(address) not in letters_of(shown):
            yield Finding(
                "postal_address",
                Severity.BLOCK,
                f"{part}, footer",
                f"The postal address is missing from the letter's {part}.",
                "Write {{ brand.address }} into the letter."
                if given.is_source
                else "Choose a design that shows the brand's postal address.",
            )


def letters_of(text: str) -> str:
    return "".join(character for character in text.casefold() if character.isalnum())
