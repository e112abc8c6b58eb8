"""A mail that asks to be taken off: the tokens it was written to, and whether a machine answered by itself.

A token alone says for whom; who claims to write says nothing. Read for the built-in catcher and for mailboxes.
"""

import re
from collections.abc import Iterable
from email.message import Message
from email.parser import BytesHeaderParser
from email.policy import compat32

LARGEST_HEAD_BYTES = 64 * 1024
MOST_TOKENS = 20
GOODBYE = re.compile(r"(?:\+u\.|(?<![\w.+-])u\+)([A-Za-z0-9_-]{32})@", re.IGNORECASE)
"""`u+<token>@…` of a domain that is caught whole, `name+u.<token>@…` of a mailbox with plus addresses."""
PROBE = re.compile(r"(?:\+p\.|(?<![\w.+-])p\+)([0-9a-f]{12})@", re.IGNORECASE)
WRITTEN_TO = ("To", "Cc", "Resent-To", "Delivered-To", "X-Original-To", "Envelope-To", "X-Envelope-To")
AUTOMATIC = {"auto-reply", "auto_reply", "junk", "bulk", "list"}


def tokens_of(addresses: Iterable[str]) -> tuple[str, ...]:
    """The tokens in these addresses, each once, twenty at most."""
    found = dict.fromkeys(match[1] for one in addresses for match in GOODBYE.finditer(one))
    return tuple(found)[:MOST_TOKENS]


def goodbyes_in(mail: bytes) -> tuple[str, ...]:
    """The tokens that a mail was written to, as its head tells; none where a machine answered."""
    head = head_of(mail)
    if answers_by_itself(head):
        return ()
    return tokens_of(str(value) for name in WRITTEN_TO for value in head.get_all(name, ()))


def probe_in(mail: bytes) -> int:
    """The number of the letter to ourselves that this is a delivered copy of; 0 for all other mail."""
    head = head_of(mail)
    written_to = (str(value) for name in WRITTEN_TO for value in head.get_all(name, ()))
    found = next(filter(None, map(PROBE.search, written_to)), None)
    return int(found[1], 16) if found else 0


def is_automatic(mail: bytes) -> bool:
    """Whether a machine wrote it by itself, as one does while its owner is away (RFC 3834), or to tell of a failure."""
    return answers_by_itself(head_of(mail))


def head_of(mail: bytes) -> Message:
    return BytesHeaderParser(policy=compat32).parsebytes(mail[:LARGEST_HEAD_BYTES])


def answers_by_itself(head: Message) -> bool:
    submitted = str(head.get("Auto-Submitted", "no")).partition(";")[0].strip().lower()
    precedence = str(head.get("Precedence", "")).strip().lower()
    return submitted != "no" or precedence in AUTOMATIC or str(head.get("Return-Path", "")).strip() == "<>"
