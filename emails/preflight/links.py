"""Every link of the letter opens what its words promise, on the reader's machine."""

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace

from emails.preflight.addresses import AddressTrouble, host_of, is_insecure, trouble_with
from emails.preflight.evidence import PreflightInput
from emails.preflight.page import Anchor
from emails.preflight.places import find_place
from emails.preflight.report import Finding, Severity

TROUBLES = {
    AddressTrouble.EMPTY: ("A link has no address.", "Give the link an address, or take the link away."),
    AddressTrouble.FRAGMENT: (
        "A link leads to a place inside the letter, which most mail programs cannot follow.",
        "Link to a web page, or take the link away.",
    ),
    AddressTrouble.RELATIVE: ("A link's address is not complete.", "Begin the address with https:// and the host."),
    AddressTrouble.SCHEME: ("A link is of a kind that mail programs do not open.", "Link to a web page instead."),
    AddressTrouble.BROKEN: ("A link's address cannot be read as a web address.", "Correct the address."),
    AddressTrouble.PRIVATE: (
        "A link leads to a private or local machine that readers cannot reach.",
        "Use the page's public address.",
    ),
    AddressTrouble.BRACES: (
        "A link's address still holds an unreplaced tag.",
        "Write the address without braces, or with a merge tag of the list.",
    ),
}
LOCATED = 50
LOOKS_LIKE_HOST = re.compile(r"(?:https?://)?((?:[a-z0-9-]+\.)+[a-z]{2,})(?:[/:?#]\S*)?", re.IGNORECASE)


def check_links(given: PreflightInput) -> Iterator[Finding]:
    if not given.page:
        return
    counted = Counter(anchor for anchor in given.page.anchors if not given.is_own(anchor.href))
    troubles = (found for anchor, count in counted.items() for found in check_link(anchor, count, given))
    for number, (finding, address) in enumerate(troubles):
        written = find_place(address, given.article, given.plan) if number < LOCATED else ""
        yield replace(finding, place=written or finding.place)
    yield from check_own_address(given)


def check_link(anchor: Anchor, count: int, given: PreflightInput) -> Iterator[tuple[Finding, str]]:
    """Findings with the address they are about, so that the block that holds it can be named."""
    address = given.true_address(anchor.href)
    place = f"Link “{anchor.text[:60]}”" if anchor.text else "A link without words"
    trouble = trouble_with(address)
    if address in given.button_addresses:
        return
    if trouble in TROUBLES:
        message, cure = TROUBLES[trouble]
        message = f"{message} ({address})" if address else message
        yield Finding("link_address", Severity.BLOCK, place, message, cure, count), address
    elif promised := other_host(anchor.text, address):
        message = f"The link shows {promised} but opens {host_of(address)}; filters take that for fraud."
        cure = "Show the address it opens, or use words instead of an address."
        yield Finding("link_mismatch", Severity.REASON, place, message, cure, count), address
    elif is_insecure(address):
        message = f"A link begins with http://, which browsers warn about ({address})."
        yield (
            Finding("link_insecure", Severity.ADVICE, place, message, "Use https:// if the site offers it.", count),
            address,
        )


def other_host(text: str, address: str) -> str:
    """The host that the link's words name, where the link opens another one; "" where they agree or name none."""
    named = LOOKS_LIKE_HOST.fullmatch(text.strip())
    opened = host_of(address)
    if not named or not opened:
        return ""
    shown = named.group(1).lower().removeprefix("www.")
    same = shown == opened or shown.endswith(f".{opened}") or opened.endswith(f".{shown}")
    return "" if same else shown


def check_own_address(given: PreflightInput) -> Iterator[Finding]:
    """Our own links are as public as the service's address."""
    own = given.service_root
    if own and trouble_with(own) is AddressTrouble.PRIVATE:
        yield Finding(
            "own_address",
            Severity.ADVICE,
            "Service address",
            f"The letter's own links, unsubscribe among them, lead to {host_of(own)}, which others cannot open.",
            "Set LETTERWRIGHT_URL to the public address of this service before you write to real people.",
        )
