"""The list of checks, in the order a person reads them; `check_letter` runs all and never raises on any content."""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace

from emails.preflight.audience import check_audience
from emails.preflight.buttons import check_buttons
from emails.preflight.claims import check_claims
from emails.preflight.compatibility import check_compatibility
from emails.preflight.contrast import check_contrast
from emails.preflight.disclosure import check_disclosure
from emails.preflight.evidence import PreflightInput
from emails.preflight.headings import check_headings
from emails.preflight.image_bytes import check_image_bytes
from emails.preflight.images import check_images
from emails.preflight.language import check_language
from emails.preflight.links import check_links
from emails.preflight.merge_tags import check_merge_tags
from emails.preflight.people import check_people
from emails.preflight.postal_address import check_postal_address
from emails.preflight.preheader import check_preheader
from emails.preflight.report import Finding, PreflightReport
from emails.preflight.same_words import check_same_words
from emails.preflight.sender import check_sender
from emails.preflight.size import check_size
from emails.preflight.subject import check_subject
from emails.preflight.text_part import check_text_part
from emails.preflight.unsubscribe import check_unsubscribe

__all__ = ["CHECKS", "PreflightInput", "check_letter", "placed"]

CHECKS: tuple[Callable[[PreflightInput], Iterable[Finding]], ...] = (
    check_merge_tags,
    check_people,
    check_subject,
    check_preheader,
    check_sender,
    check_audience,
    check_headings,
    check_images,
    check_image_bytes,
    check_buttons,
    check_links,
    check_disclosure,
    check_claims,
    check_postal_address,
    check_unsubscribe,
    check_text_part,
    check_same_words,
    check_contrast,
    check_compatibility,
    check_language,
    check_size,
)
SHOWN_OF_A_KIND = 20


def check_letter(given: PreflightInput) -> PreflightReport:
    """Every finding of every check, in the order of CHECKS; a kind found very often is shown in short."""
    found = (placed(finding, given) for check in CHECKS for finding in check(given))
    return PreflightReport(tuple(shorten(found)))


def placed(finding: Finding, given: PreflightInput) -> Finding:
    """A letter that was written whole has no blocks to be named."""
    return replace(finding, place="Letter") if given.is_source and finding.place.startswith("Block ") else finding


def shorten(findings: Iterable[Finding]) -> Iterator[Finding]:
    """Keeps the first findings of a kind and sums up the rest, so that a report stays readable."""
    seen: Counter[tuple[str, str]] = Counter()
    rest: dict[tuple[str, str], Finding] = {}
    for finding in findings:
        kind = (finding.id, finding.severity.value)
        seen[kind] += 1
        if seen[kind] <= SHOWN_OF_A_KIND:
            yield finding
        elif kind in rest:
            rest[kind] = replace(rest[kind], count=rest[kind].count + finding.count)
        else:
            rest[kind] = replace(finding, place="Further places", message="The same was found in further places.")
    yield from rest.values()
