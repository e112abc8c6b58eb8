"""What a theme is given: article, brand and plan with merge tags and links as marks, words chosen by language."""

import math
import re
from collections.abc import Callable
from dataclasses import replace
from html import unescape
from urllib.parse import urlsplit

from emails.articles.blocks import (
    NAMES,
    Article,
    Block,
    CallToAction,
    Code,
    Columns,
    Divider,
    Embed,
    Heading,
    Image,
    List,
    ListItem,
    Paragraph,
    Quote,
    Sponsor,
    Table,
)
from emails.content import Brand, LetterPlan
from emails.errors import TemplateBroken
from emails.render.filters import long_date
from emails.render.inline import inline
from emails.render.marks import Marks
from emails.themes.escape import content, printable
from emails.themes.theme import Page
from emails.themes.words import direction, words_for

WORDS_A_MINUTE = 200
PREHEADER_FALLBACK = 120
MAX_LIST_DEPTH = 10
_TAGS = re.compile(r"<[^<>]*>")
_BLANKS = re.compile(r"[ \t\n\r\f\v\x85\u2028\u2029]+")
_CJK = re.compile(r"[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]")
_PICTURE = re.compile(r"https?://|/(?!/)|[a-z0-9][^:]*$", re.IGNORECASE)
_LANGUAGE = re.compile(r"[A-Za-z]{2,8}([-_][A-Za-z0-9]{1,8})*")


def make_page(article: Article, brand: Brand, plan: LetterPlan, marks: Marks) -> Page:
    """The page of a letter. Raises: TemplateBroken, naming the place of a broken merge tag."""
    language = plan.language if _LANGUAGE.fullmatch(plan.language) else "en"
    brand_url = marks.address(brand.url, "Brand")
    marked = replace(
        article,
        title=marks.plain(_line(article.title), "Title"),
        subtitle=marks.plain(_line(article.subtitle), "Subtitle"),
        blocks=tuple(
            _marked(block, marks, f"Block {number}, {NAMES[type(block)]}")
            for number, block in enumerate(article.blocks, start=1)
        ),
    )
    return Page(
        article=marked,
        brand=brand,
        brand_url=brand_url,
        words=words_for(language),
        language=language.replace("_", "-"),
        direction=direction(language),
        greeting=content(marks.plain(_line(plan.greeting), "Greeting")),
        preheader=content(marks.plain(_line(plan.preheader), "Preheader") or _first_words(article)),
        date=_date(plan),
        read_minutes=read_minutes(article),
        list_name=plan.list_name,
        reader_email=marks.show("subscriber.email"),
        unsubscribe=marks.show("links.unsubscribe"),
        preferences=marks.show("links.preferences"),
        browser_view=marks.show("links.browser_view"),
        marked_as_test=plan.marked_as_test,
    )


_INSIDE = {List: "items", Columns: "columns", Table: "rows"}


def _marked(block: Block, marks: Marks, place: str) -> Block:
    with marks.only_for(block.only, place) as only:
        made: Block = _READERS[type(block)](block, marks, place)
    return replace(made, only=only)


def read_minutes(article: Article) -> int:
    """Whole minutes at 200 words a minute, at least one; two characters of Chinese, Japanese or Korean are a word."""
    text = " ".join(_words_of(article.blocks))
    characters = len(_CJK.findall(text))
    return max(1, math.ceil((len(_CJK.sub(" ", text).split()) + characters / 2) / WORDS_A_MINUTE))


def _words_of(value: object) -> list[str]:
    """Every written text of blocks, list items and cells, without markup."""
    if isinstance(value, str):
        return [_TAGS.sub("", value)]
    if isinstance(value, tuple):
        return [text for item in value for text in _words_of(item)]
    if isinstance(value, ListItem):
        return [value.label, *_words_of(value.text), *_words_of(value.items)]
    if isinstance(value, Paragraph | Heading | Quote | CallToAction | Code):
        return _words_of(value.text)
    inside = _INSIDE.get(type(value))
    return _words_of(getattr(value, inside)) if inside else []


def _first_words(article: Article) -> str:
    """What an inbox shows where nobody wrote a preheader; merge tags are left to those who wrote them."""
    paragraph = next((block.text for block in article.blocks if isinstance(block, Paragraph) and not block.only), "")
    for text in (article.description, unescape(_TAGS.sub("", paragraph))):
        words = " ".join(text.split())
        if words and "{" not in words:
            short = words[:PREHEADER_FALLBACK].rpartition(" ")[0] if len(words) > PREHEADER_FALLBACK else words
            return short if short == words else f"{short} …"
    return ""


def _date(plan: LetterPlan) -> str:
    return long_date(plan.date, plan.language) if plan.date else ""


def _line(text: str) -> str:
    """One line; a no-break space stays what it is."""
    return _BLANKS.sub(" ", printable(text)).strip(" ")


def _image(block: Image, marks: Marks, place: str) -> Block:
    src = marks.plain(block.src.strip(), place)
    alt = None if block.alt is None else marks.plain(_line(block.alt), place)
    return Image(src if _PICTURE.match(src) else "", alt, inline(block.caption, marks, place))


def _heading(block: Heading, marks: Marks, place: str) -> Block:
    return Heading(min(max(block.level, 2), 6), inline(block.text, marks, place))


def _paragraph(block: Paragraph, marks: Marks, place: str) -> Block:
    return Paragraph(inline(block.text, marks, place))


def _list(block: List, marks: Marks, place: str) -> Block:
    return List(_items(block.items, marks, place, depth=1), ordered=block.ordered)


def _items(items: tuple[ListItem, ...], marks: Marks, place: str, *, depth: int) -> tuple[ListItem, ...]:
    if depth > MAX_LIST_DEPTH and items:
        raise TemplateBroken(f"{place} is nested deeper than {MAX_LIST_DEPTH}; no screen has room for that.")
    return tuple(
        ListItem(
            inline(item.text, marks, place),
            marks.plain(_line(item.label), place),
            _items(item.items, marks, place, depth=depth + 1),
        )
        for item in items
    )


def _quote(block: Quote, marks: Marks, place: str) -> Block:
    return Quote(inline(block.text, marks, place), marks.plain(_line(block.by), place))


def _call(block: CallToAction, marks: Marks, place: str) -> Block:
    return CallToAction(
        text=inline(block.text, marks, place),
        button=marks.plain(_line(block.button), place),
        url=marks.address(block.url, place),
        heading=marks.plain(_line(block.heading), place),
    )


def _sponsor(block: Sponsor, marks: Marks, place: str) -> Block:
    return Sponsor(marks.plain(_line(block.name), place), inline(block.text, marks, place))


def _table(block: Table, marks: Marks, place: str) -> Block:
    return Table(
        tuple(inline(cell, marks, place) for cell in block.header),
        tuple(tuple(inline(cell, marks, place) for cell in row) for row in block.rows),
    )


def _embed(block: Embed, marks: Marks, place: str) -> Block:
    title = marks.plain(_line(block.title), place) or urlsplit(block.url).hostname or block.url
    return Embed(marks.address(block.url, place), title)


def _columns(block: Columns, marks: Marks, place: str) -> Block:
    return Columns(
        tuple(
            tuple(_marked(inner, marks, f"{place}: {NAMES[type(inner)]}") for inner in column)
            for column in block.columns
        )
    )


def _as_it_is(block: Block, _: Marks, __: str) -> Block:
    return block


_READERS: dict[type[Block], Callable[..., Block]] = {
    Image: _image,
    Heading: _heading,
    Paragraph: _paragraph,
    List: _list,
    Quote: _quote,
    CallToAction: _call,
    Sponsor: _sponsor,
    Divider: _as_it_is,
    Code: _as_it_is,
    Table: _table,
    Embed: _embed,
    Columns: _columns,
}
