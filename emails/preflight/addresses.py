"""What can be wrong with a web address in a letter, decided without asking the network."""

import ipaddress
import re
from enum import StrEnum
from urllib.parse import SplitResult, unquote, urlsplit

LEFTOVER = re.compile(r"\{\{|\}\}|\{%|%\}|\*\||\|\*|%%\w+%%")
LOCAL_NAMES = frozenset({"localhost", "local", "localdomain", "internal", "intranet", "lan", "home.arpa", "invalid"})
MERGE_TAG = re.compile(r"\{\{[^{}]*\}\}|\{%[^{}]*%\}")
BRAND_ADDRESS = re.compile(r"\{\{\s*brand\.url\s*\}\}")
WITHOUT_HOST = frozenset({"mailto", "tel", "sms"})


class AddressTrouble(StrEnum):
    NONE = "none"
    EMPTY = "empty"
    FRAGMENT = "fragment"
    RELATIVE = "relative"
    SCHEME = "scheme"
    BROKEN = "broken"
    PRIVATE = "private"
    BRACES = "braces"


def sample_of(written: str, brand_url: str) -> str:
    """An address as it is written, with its merge tags filled; whether the tags are good is another check's matter."""
    return MERGE_TAG.sub("x", BRAND_ADDRESS.sub(lambda _: brand_url, written)).strip()


def trouble_with(address: str) -> AddressTrouble:
    """The worst trouble of an address; http and https with a public host, mailto, tel and sms have none."""
    if not address.strip():
        return AddressTrouble.EMPTY
    if LEFTOVER.search(address) or LEFTOVER.search(unquote(address)):
        return AddressTrouble.BRACES
    if address.startswith("#"):
        return AddressTrouble.FRAGMENT
    parts = split(address)
    if parts is None:
        return AddressTrouble.BROKEN
    return trouble_with_parts(parts)


def trouble_with_parts(parts: SplitResult) -> AddressTrouble:
    if parts.scheme in WITHOUT_HOST:
        return AddressTrouble.NONE if parts.path else AddressTrouble.EMPTY
    if not parts.scheme:
        return AddressTrouble.RELATIVE
    if parts.scheme not in {"http", "https"}:
        return AddressTrouble.SCHEME
    if not parts.hostname or " " in parts.netloc:
        return AddressTrouble.BROKEN
    return AddressTrouble.PRIVATE if is_private(parts.hostname) else AddressTrouble.NONE


def split(address: str) -> SplitResult | None:
    """The parts of an address, None where it has none (a bad port or a bad bracket)."""
    try:
        parts = urlsplit(address.strip())
        _ = parts.port
    except ValueError:
        return None
    return parts


def is_insecure(address: str) -> bool:
    parts = split(address)
    return parts is not None and parts.scheme == "http"


def is_private(host: str) -> bool:
    """Whether only some readers, or none, can reach this host: local names, single words, private addresses."""
    name = host.rstrip(".").lower()
    try:
        return not ipaddress.ip_address(name.split("%", 1)[0]).is_global
    except ValueError:
        return "." not in name or any(name.endswith(f".{local}") for local in LOCAL_NAMES)


def host_of(address: str) -> str:
    """The host without "www.", "" where there is none."""
    parts = split(address)
    return (parts.hostname or "").rstrip(".").removeprefix("www.") if parts else ""
