"""Addresses in sources: which schemes a link, a picture or a ground may have. Merge tags are marks by now."""

import re

LINKS = ("http", "https", "mailto", "tel", "sms")
PICTURES = ("http", "https", "cid")

_SCHEME = re.compile(r"([a-z][a-z0-9+.-]*):")
_UNSEEN = re.compile(r"[\x00-\x20\x7f-\xa0\u200b-\u200f\u2028-\u202e\ufeff]")
_DATA_PICTURE = re.compile(r"data:image/(?:png|gif|jpe?g);base64,[a-z0-9+/=]*\Z")


def link_trouble(address: str) -> str:
    """Why a link may not lead there, "" where it may; what cannot be followed is pre-flight's to tell."""
    scheme = _scheme(address)
    if scheme and scheme not in LINKS:
        return f"a link may not begin with {scheme[:20]}:"
    return ""


def picture_trouble(address: str) -> str:
    plain = _UNSEEN.sub("", address).lower()
    scheme = _scheme(address)
    if scheme and scheme not in PICTURES and not _DATA_PICTURE.match(plain):
        return f"a picture may not begin with {scheme[:20]}:"
    return ""


def _scheme(address: str) -> str:
    """As programs read it, which skip what cannot be seen; "" for addresses without one."""
    found = _SCHEME.match(_UNSEEN.sub("", address).lower())
    return found[1] if found else ""
