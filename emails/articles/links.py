"""Addresses that stand bare in a text: made into links, the words unchanged."""

import re
from html import escape
from itertools import islice

from emails.articles.inline import inert, inline_of, is_link, sanitise
from emails.articles.markup import clean_characters

_BARE = re.compile(
    r"https?://[^\s<>\"“”«»（）「」]{1,2000}|(?<![\w.+-])[\w.+-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63}){1,8}", re.IGNORECASE
)
MAX_LINKS = 1_000
"""In one paragraph; what stands after them stays words."""

_TRAILING = ".,;:!?)]}’'*_"


def linked(text: str) -> str:
    """Plain text as inert inline HTML in which bare addresses are links."""
    pieces: list[str] = []
    end = 0
    tidy = " ".join(re.split(r"[ \t\n\r\x85\u2028\u2029]+", clean_characters(text))).strip(" ")
    for match in islice(_BARE.finditer(tidy), MAX_LINKS):
        shown = match[0].rstrip(_TRAILING)
        address = _address(shown)
        if match.start() < end or not is_link(address) or not _stays(address):
            continue
        pieces += [_keep(tidy[end : match.start()]), f'<a href="{inert(escape(address))}">{_keep(shown)}</a>']
        end = match.start() + len(shown)
    return "".join([*pieces, _keep(tidy[end:])])


def _stays(address: str) -> bool:
    """Whether the sanitiser lets the link stand when the article is stored: what is no address to it is none here."""
    return sanitise(f'<a href="{inert(escape(address))}">x</a>').startswith("<a ")


def first_link(text: str) -> str:
    """The first address a text names, as a link, or ""."""
    for match in _BARE.finditer(text):
        address = _address(match[0].rstrip(_TRAILING))
        if is_link(address) and "{" not in address:
            return address
    return ""


def _address(shown: str) -> str:
    return shown if shown[:4].lower() == "http" else f"mailto:{shown}"


def _keep(text: str) -> str:
    """Like `inline_of`, with the blanks at both ends."""
    if not text.strip(" "):
        return text
    lead = " " * (text[:1] == " ")
    return lead + inline_of(text) + " " * (text[-1:] == " ")
