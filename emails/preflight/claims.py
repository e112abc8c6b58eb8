"""Advice on health copy: promises that only evidence may make, and conditions named where others can read them."""

import re
from collections.abc import Iterator
from urllib.parse import unquote_plus

from emails.articles.blocks import CallToAction
from emails.preflight.addresses import host_of, split
from emails.preflight.evidence import PreflightInput
from emails.preflight.health_words import conditions, is_about_health, strong, weak
from emails.preflight.places import find_place, numbered, plain, words_of
from emails.preflight.report import Finding, Severity

ADDRESS_WORDS = re.compile(r"[\W_]+")
EVIDENCE = "Promises of health need competent and reliable scientific evidence"


def check_claims(given: PreflightInput) -> Iterator[Finding]:
    texts = [("Subject", given.plan.subject), ("Title", plain(given.article.title)), *blocks_of(given)]
    whole = " ".join(text for _place, text in texts)
    about_health = bool(strong().search(whole)) or is_about_health(whole)
    for place, text in texts:
        claimed = found((strong(), weak()) if about_health else (strong(),), text)
        if claimed:
            yield Finding(
                "claim",
                Severity.ADVICE,
                place,
                f"{EVIDENCE}: {', '.join(claimed)}.",
                "Keep the words only if you can show the evidence; “results not typical” does not replace it.",
                count=len(claimed),
            )
    named = found((conditions(),), given.plan.subject)
    if named:
        yield Finding(
            "condition_in_subject",
            Severity.ADVICE,
            "Subject",
            f"The subject names a health condition ({', '.join(named)}); whoever sees the inbox learns of it.",
            "Leave the condition for the letter itself.",
            count=len(named),
        )
    yield from in_addresses(given)


def in_addresses(given: PreflightInput) -> Iterator[Finding]:
    """An address is told to whoever counts visits; one that names a condition tells what its reader looks for."""
    anchors = given.page.anchors if given.page else ()
    written = {given.true_address(anchor.href) for anchor in anchors if not given.is_own(anchor.href)}
    written |= {block.url for block in given.article.blocks if isinstance(block, CallToAction)}
    for address in sorted(written):
        parts = split(address)
        text = unquote_plus(f"{parts.path} {parts.query} {parts.fragment}") if parts else ""
        named = found((conditions(),), ADDRESS_WORDS.sub(" ", text))
        if named:
            yield Finding(
                "condition_in_address",
                Severity.ADVICE,
                find_place(address, given.article, given.plan) or f"Link to {host_of(address)}",
                f"The address of a link names a health condition ({', '.join(named)}); whoever logs it learns of it.",
                "Use an address that does not tell, above all in parameters such as utm_campaign.",
            )


def blocks_of(given: PreflightInput) -> Iterator[tuple[str, str]]:
    return ((place, words_of(block)) for place, block in numbered(given.article))


def found(patterns: tuple[re.Pattern[str], ...], text: str) -> list[str]:
    """The different words found, in the order they stand, as they were first written."""
    there = sorted((match.start(), match.group()) for pattern in patterns for match in pattern.finditer(text))
    words: dict[str, str] = {}
    for _place, word in there:
        words.setdefault(word.casefold(), word)
    return list(words.values())
