"""Addresses that mail can be sent to: checked, normalised, compared, and made for bounces (VERP).

RFC 5321 lengths, RFC 6531 for local parts beyond ASCII, IDNA 2008 (UTS 46) for domains.
"""

import re
from collections.abc import Sequence
from unicodedata import category, normalize

import idna

from emails.errors import AddressInvalid

MAX_LOCAL_OCTETS = 64
MAX_DOMAIN_OCTETS = 253
MAX_ADDRESS_OCTETS = 254
_PLAIN = re.compile(
    r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+(?:\.[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+)*"
    r"@(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z](?:[a-z0-9-]{0,61}[a-z0-9])"
)
_ATOM = re.compile(r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~\u0080-\U0010ffff-]+")
_LABEL = re.compile(r"[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?")
_VERP_TOKEN = re.compile(r"[A-Za-z0-9_-]{1,62}")
_UNSEEN = frozenset({"Cc", "Cf", "Cs", "Cn", "Zs", "Zl", "Zp"})


def check_address(text: str) -> str:
    """The address as it is stored and written: domain in lower-case A-labels, local part as given, NFC.

    A local part beyond ASCII is accepted; ask `needs_smtputf8` before handing such a letter over.

    Raises:
        AddressInvalid: with a sentence that names what is wrong.
    """
    address = normalize("NFC", text.strip())
    if is_plain(address):
        return address
    local, at, domain = address.rpartition("@")
    if not at:
        raise AddressInvalid(f"{_shown(text)} has no @.")
    _check_local(local, text)
    checked = f"{local}@{_a_labels(domain, text)}"
    if len(checked.encode()) > MAX_ADDRESS_OCTETS:
        raise AddressInvalid(f"{_shown(text)} is longer than {MAX_ADDRESS_OCTETS} characters.")
    return checked


def is_plain(text: str) -> bool:
    """Whether this is an address that `check_address` returns as it is, as can be told at a glance."""
    return len(text) <= MAX_LOCAL_OCTETS and _PLAIN.fullmatch(text) is not None and "xn--" not in text


def are_plain(texts: Sequence[str]) -> bool:
    """Whether all of many are plain."""
    return (
        max(map(len, texts), default=0) <= MAX_LOCAL_OCTETS
        and all(map(_PLAIN.fullmatch, texts))
        and "xn--" not in "\n".join(texts)
    )


def address_key(address: str) -> str:
    """What two spellings of one mailbox share, for comparing and hashing: the checked address, case-folded."""
    try:
        address = check_address(address)
    except AddressInvalid:
        address = address.strip()
    return normalize("NFC", normalize("NFC", address).casefold())


def needs_smtputf8(address: str) -> bool:
    """Whether a checked address can only be handed to a server that offers SMTPUTF8 (RFC 6531)."""
    return not address.isascii()


def verp_address(token: str, domain: str) -> str:
    """The envelope sender that brings a bounce back with the message's token.

    Raises:
        AddressInvalid: the token is no plain token, or the domain is none.
    """
    if not _VERP_TOKEN.fullmatch(token):
        raise AddressInvalid("A bounce address takes a token of 1 to 62 letters, digits, - and _.")
    return f"b+{token}@{_a_labels(domain, domain)}"


def _check_local(local: str, text: str) -> None:
    if not local:
        raise AddressInvalid(f"{_shown(text)} has nothing before the @.")
    if len(local.encode("utf-8", "replace")) > MAX_LOCAL_OCTETS:
        raise AddressInvalid(f"{_shown(text)} has more than {MAX_LOCAL_OCTETS} characters before the @.")
    for part in local.split("."):
        if not part:
            raise AddressInvalid(f"{_shown(text)} has a dot too many before the @.")
        if not _ATOM.fullmatch(part) or any(category(character) in _UNSEEN for character in part):
            raise AddressInvalid(f"{_shown(text)} has a character before the @ that mail servers refuse.")


def ascii_domain(domain: str) -> str:
    """The domain as the DNS knows it. Raises AddressInvalid."""
    return _a_labels(domain, domain)


def _a_labels(domain: str, text: str) -> str:
    if not domain:
        raise AddressInvalid(f"{_shown(text)} has nothing after the @.")
    if len(domain) > MAX_DOMAIN_OCTETS:
        raise AddressInvalid(f"{_shown(text)} has a domain of more than {MAX_DOMAIN_OCTETS} characters.")
    encoded = _encoded_domain(domain)
    labels = encoded.split(".")
    if encoded and len(labels) < 2:  # noqa: PLR2004 - a mail domain is a name and a top level
        raise AddressInvalid(f"{_shown(text)} has no dot in its domain.")
    if len(encoded) > MAX_DOMAIN_OCTETS or not all(_LABEL.fullmatch(label) for label in labels):
        raise AddressInvalid(f"{_shown(text)} has a domain that cannot exist.")
    if labels[-1].isdigit():
        raise AddressInvalid(f"{_shown(text)} names a number instead of a domain.")
    return encoded


def _encoded_domain(domain: str) -> str:
    """The domain in A-labels, "" where it has none."""
    try:
        encoded = domain.lower() if domain.isascii() else idna.encode(domain, uts46=True).decode("ascii").lower()
        for label in encoded.split("."):
            if label.startswith("xn--"):
                idna.ulabel(label)
    except (idna.IDNAError, UnicodeError):
        return ""
    return encoded


def _shown(text: str) -> str:
    """The text as an error may show it: on one line, printable, not endless."""
    shown = "".join(character if character.isprintable() else "·" for character in text.strip()[:80])
    return f"“{shown}”" if shown else "The address"
