"""The plain-text part: watches, screen readers and spam filters read it."""

from collections.abc import Iterator

from emails.preflight.evidence import PreflightInput
from emails.preflight.report import Finding, Severity

SHORTEST = 100


def check_text_part(given: PreflightInput) -> Iterator[Finding]:
    if not given.rendered:
        return
    length = len(given.rendered.text.strip())
    if not length:
        yield Finding(
            "text_part",
            Severity.BLOCK,
            "Text part",
            "The letter has no plain-text part.",
            "Add words to the article; the text part is made from its blocks.",
        )
    elif length < SHORTEST:
        yield Finding(
            "text_part",
            Severity.ADVICE,
            "Text part",
            f"The plain-text part has only {length} characters; filters distrust letters that are all image.",
            "Say the important things in words as well.",
        )
