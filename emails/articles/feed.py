"""RSS and Atom feeds: each entry an article, from its whole text where the feed gives it, else from its summary."""

import io
from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import date
from typing import Any, cast

import feedparser

from emails.articles.blocks import Article, Embed, Remark
from emails.articles.details import details_of, plain_of_html, with_details
from emails.articles.feed_media import hero_of, players_of
from emails.articles.html import read_html
from emails.articles.imported import Found, Imported, LeftOut
from emails.articles.inline import is_web_address
from emails.articles.links import linked
from emails.articles.surroundings import Surroundings
from emails.articles.texts import MAX_BYTES, refuse_large
from emails.articles.xml_safety import refuse_entities
from emails.errors import ArticleBroken

MAX_FEED = 4 * 1024 * 1024
MAX_ENTRIES = 1_000
MAX_TAGS = 60_000

_FAULTS = (ValueError, TypeError, KeyError, AttributeError, IndexError, AssertionError, RecursionError)

Entry = Mapping[str, Any]


def read_feed(data: bytes, base: str = "") -> Iterator[Found]:
    """Each entry, in the feed's order; a faulty feed is read as far as it goes, with a remark.

    Raises: ArticleBroken for what is no feed, has no entries, or passes a limit.
    """
    feed = _parsed(data)
    entries = feed.get("entries", [])
    if not feed.get("version") and not entries:
        raise ArticleBroken("It is no RSS or Atom feed. Give the feed's file, not the page that names it.")
    if not entries:
        raise ArticleBroken("The feed has no entries. Give a feed that holds articles.")
    faulty = bool(feed.get("bozo")) and type(feed.get("bozo_exception")).__name__ != "CharacterEncodingOverride"
    for number, entry in enumerate(entries[:MAX_ENTRIES], start=1):
        part = plain_of_html(str(entry.get("title", "")))[:200] or f"entry {number}"
        try:
            yield Imported(_read(entry, feed.get("feed", {}), base, faulty=faulty), part)
        except ArticleBroken as broken:
            yield LeftOut(part, str(broken))
    if len(entries) > MAX_ENTRIES:
        reason = f"The feed has {len(entries):,} entries, the first {MAX_ENTRIES:,} were read. Take older ones out."
        yield LeftOut(f"entry {MAX_ENTRIES + 1}", reason)


def _parsed(data: bytes) -> Any:
    """What feedparser makes of it; addresses and HTML are left as written, for our own reader judges them."""
    refuse_large(len(data), MAX_FEED)
    refuse_entities(data, prologue_only=True)
    if data.count(b"<") > MAX_TAGS:
        raise ArticleBroken(f"The feed has more than {MAX_TAGS:,} tags. Take older entries out.")
    try:
        return feedparser.parse(io.BytesIO(data), resolve_relative_uris=False, sanitize_html=False)
    except _FAULTS as wrong:
        raise ArticleBroken("The feed is broken. Give it as the site publishes it.") from wrong


def _read(entry: Entry, feed: Mapping[str, Any], base: str, *, faulty: bool) -> Article:
    whole, summary = _content(entry), str(entry.get("summary", ""))
    html, kind, written_at = whole or (summary, str(_detail(entry, "summary").get("type", "")), "")
    if not html.strip():
        raise ArticleBroken("The entry has no text. Give a feed with whole articles, or save the page.")
    refuse_large(len(html), MAX_BYTES)
    link = str(entry.get("link", ""))
    around = Surroundings(next((one for one in (written_at, base, link) if is_web_address(one)), ""))
    title = plain_of_html(str(entry.get("title", "")))
    article = read_html(f"<p>{linked(html)}</p>" if kind == "text/plain" else html, around, title=title)
    fields = {
        "title": title,
        "description": plain_of_html(summary)[:500] if whole and summary not in html else "",
        "language": str(_detail(entry, "title").get("language") or feed.get("language") or ""),
        "author": plain_of_html(str(entry.get("author", ""))),
        "canonical_url": link,
        "date": _date(entry),
    }
    remarks = _remarks(faulty=faulty, summary_only=not whole)
    detailed = with_details(article, details_of(fields, hero=hero_of(entry, article, around), remarks=remarks))
    shown = {block.url for block in article.blocks if isinstance(block, Embed)}
    players = tuple(player for player in players_of(entry) if player.url not in shown)
    return replace(detailed, blocks=(*detailed.blocks, *players)) if players else detailed


def _remarks(*, faulty: bool, summary_only: bool) -> list[Remark]:
    remarks = []
    if faulty:
        message = "The feed is not well-formed; what could be read was read. Compare the article with the site."
        remarks.append(Remark("feed_faulty", message))
    if summary_only:
        remarks.append(Remark("summary_only", "The feed gives only a summary of this article. Add the rest."))
    return remarks


def _content(entry: Entry) -> tuple[str, str, str] | None:
    """The longest of the entry's texts with its type and the address it was written at, if there is one."""
    texts = [one for one in entry.get("content", []) if str(one.get("value", "")).strip()]
    best = max(texts, key=lambda one: len(str(one["value"])), default=None)
    return (str(best["value"]), str(best.get("type", "")), str(best.get("base", ""))) if best else None


def _detail(entry: Entry, name: str) -> Mapping[str, Any]:
    return cast("Mapping[str, Any]", entry.get(f"{name}_detail") or {})


def _date(entry: Entry) -> str:
    """The day it was published, else last changed, as an ISO date or ""."""
    parsed = entry.get("published_parsed") or entry.get("updated_parsed")
    try:
        return date(*parsed[:3]).isoformat() if parsed else ""
    except (ValueError, TypeError, OverflowError):
        return ""
