"""What the head of a web page says about its article: title, language, author, date, address."""

import re
from datetime import date
from html import unescape

from emails.articles.inline import is_web_address

_HEAD_LETTERS = 50_000

_TITLE = re.compile(r"<title[^<>]{0,200}>([^<]{0,1000})", re.IGNORECASE)
_LANGUAGE = re.compile(
    r"<html\b[^<>]{0,500}?\slang\s*=\s*[\"']?([A-Za-z]{2,3}(?:-[A-Za-z0-9]{2,8}){0,3})\b", re.IGNORECASE
)
_BASE = re.compile(
    r"<base\b[^<>]{0,500}?\shref\s*=\s*(?:\"([^\"]{0,2000})\"|'([^']{0,2000})'|([^\s\"'>]{1,2000}))", re.IGNORECASE
)
_META = re.compile(r"<(?:meta|link)\b([^<>]{0,2000})>", re.IGNORECASE)
_ATTRIBUTE = re.compile(r"([\w:-]{1,40})\s*=\s*(?:\"([^\"]*)\"|'([^']*)'|([^\s\"'>]+))")
_NAMES = {
    "author": "author",
    "description": "description",
    "og:description": "description",
    "og:title": "title",
    "article:published_time": "date",
    "canonical": "canonical_url",
}


def read_head(html: str) -> dict[str, str]:
    """The fields of the article that a page's head gives, each checked; absent ones are missing."""
    head = html[:_HEAD_LETTERS]
    found: dict[str, str] = {}
    for tag in _META.findall(head):
        attributes = {name.lower(): "".join(values) for name, *values in _ATTRIBUTE.findall(tag)}
        name = _NAMES.get((attributes.get("name") or attributes.get("property") or attributes.get("rel") or "").lower())
        value = _tidy(attributes.get("content") or attributes.get("href") or "")
        if name and value:
            found.setdefault(name, value)
    title = _TITLE.search(head)
    if title and _tidy(title[1]):
        found.setdefault("title", _tidy(title[1]))
    base = _BASE.search(head)
    if base:
        found["base"] = _tidy(base[1] or base[2] or base[3])
    language = _LANGUAGE.search(head)
    if language:
        found["language"] = language[1]
    return _checked(found)


def iso_date(text: str) -> str:
    """The calendar day an ISO date or time begins with, or ""."""
    try:
        return date.fromisoformat(text.strip()[:10]).isoformat()
    except ValueError:
        return ""


def _checked(found: dict[str, str]) -> dict[str, str]:
    found["date"] = iso_date(found.get("date", ""))
    for name in ("canonical_url", "base"):
        if not is_web_address(found.get(name, "")) or "{" in found[name]:
            found[name] = ""
    return {name: value for name, value in found.items() if value}


def _tidy(value: str) -> str:
    return " ".join(unescape(value).split())
