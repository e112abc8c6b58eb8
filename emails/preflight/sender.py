"""The From address: there is one, it is an address, and its owner lets us write in its name."""

import re
from collections.abc import Iterator

from emails.preflight.evidence import PreflightInput
from emails.preflight.report import Finding, Severity

LOOKS_RIGHT = re.compile(r"[^\s@<>,;\"]+@[^\s@<>,;\"]+\.[^\s@<>,;\".]+")
FREE_MAIL = frozenset(
    {"gmail.com", "googlemail.com", "yahoo.com", "outlook.com", "hotmail.com", "live.com", "icloud.com", "aol.com"}
    | {"gmx.de", "gmx.net", "web.de", "proton.me", "protonmail.com", "mail.ru", "yandex.ru", "qq.com"}
)
NO_REPLY = re.compile(r"(no|do-?not)[-_.]?reply", re.IGNORECASE)
PLACE = "Sender, address"


def check_sender(given: PreflightInput) -> Iterator[Finding]:
    address = given.sender_email.strip()
    if not LOOKS_RIGHT.fullmatch(address):
        message = f"“{address}” is not an address." if address else "The letter has no sender address."
        cure = "Choose a sender with an address at your own domain."
        yield Finding("sender_address", Severity.BLOCK, PLACE, message, cure)
        return
    local, _, domain = address.rpartition("@")
    if domain.lower() in FREE_MAIL:
        yield Finding(
            "sender_free_mail",
            Severity.REASON,
            PLACE,
            f"{domain} does not let other servers send in its name; mailboxes refuse such letters (DMARC).",
            "Send from an address at a domain that you own.",
        )
    if NO_REPLY.search(local):
        yield Finding(
            "sender_no_reply",
            Severity.ADVICE,
            PLACE,
            "The sender's address tells readers that nobody reads their answers.",
            "Use an address that a person reads.",
        )
