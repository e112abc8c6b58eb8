"""Every reader can leave: the unsubscribe link stands in the HTML and in the text."""

import re
from collections.abc import Iterator

from emails.preflight.evidence import PreflightInput
from emails.preflight.page import Page
from emails.preflight.report import Finding, Severity

LEAVING_PATH = re.compile(r"/u/[^/\s]+")


def check_unsubscribe(given: PreflightInput) -> Iterator[Finding]:
    if not given.rendered or not given.page:
        return
    if not in_html(given.page, given):
        yield missing("HTML part", given)
    if not in_text(given.rendered.text, given):
        yield missing("Text part", given)


def in_html(page: Page, given: PreflightInput) -> bool:
    wanted = given.links.unsubscribe if given.links else ""
    return any(
        anchor.text and (anchor.href == wanted if wanted else bool(LEAVING_PATH.search(anchor.href)))
        for anchor in page.anchors
    )


def in_text(text: str, given: PreflightInput) -> bool:
    wanted = given.links.unsubscribe if given.links else ""
    return wanted in text if wanted else bool(LEAVING_PATH.search(text))


def missing(part: str, given: PreflightInput) -> Finding:
    return Finding(
        "unsubscribe",
        Severity.BLOCK,
        f"{part}, footer",
        f"The letter's {part} has no unsubscribe link.",
        "Write {{ links.unsubscribe }} as the address of a link."
        if given.is_source
        else "Choose a design that shows the unsubscribe link in its footer.",
    )
