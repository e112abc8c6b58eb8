"""Somebody is there to read it."""

from collections.abc import Iterator

from emails.preflight.evidence import PreflightInput
from emails.preflight.report import Finding, Severity


def check_audience(given: PreflightInput) -> Iterator[Finding]:
    """None means that the audience is not known yet; then there is nothing to say."""
    if given.audience_size is not None and given.audience_size <= 0:
        yield Finding(
            "audience_empty",
            Severity.BLOCK,
            "Audience",
            "Nobody would get this letter: the list has no confirmed subscribers who may be written to.",
            "Choose another list, or add subscribers and have them confirm.",
        )
