"""Pasted or saved HTML as blocks: from web pages, Google Docs, Word and Office online.

nh3 takes away what can act; the tags that remain are walked once, without recursion, into frames.
"""

import re
from dataclasses import replace

from emails.articles.blocks import Article, Block, Heading, Image, Paragraph, Remark, Sponsor
from emails.articles.html_framing import MAX_HEADING
from emails.articles.html_head import read_head
from emails.articles.html_pastes import tidy_paste
from emails.articles.html_pictures import WRITTEN_IN
from emails.articles.html_reader import HtmlReader
from emails.articles.inline import text_of
from emails.articles.markup import clean_characters, clean_html
from emails.articles.remarks import closing_remarks, refuse_length
from emails.articles.sponsor import find_sponsor, spelling_remark
from emails.articles.surroundings import NOWHERE, Surroundings

_INLINE = {"a", "abbr", "b", "cite", "code", "del", "em", "font", "i", "ins", "kbd", "mark", "q", "s", "samp", "small"}
_INLINE_TOO = {"span", "strike", "strong", "sub", "sup", "time", "tt", "u", "br", "wbr"}
_BLOCKS = {"address", "article", "aside", "blockquote", "center", "dd", "details", "div", "dl", "dt", "fieldset"}
_BLOCKS_TOO = {"figcaption", "figure", "footer", "form", "h1", "h2", "h3", "h4", "h5", "h6", "header", "hr", "li"}
_REST = {"main", "menu", "nav", "ol", "p", "pre", "section", "summary", "ul"}
_TABLES = {"table", "caption", "thead", "tbody", "tfoot", "tr", "td", "th"}
_MEDIA = {"img", "iframe", "video", "audio", "embed", "source"}
_ANYWHERE = {"style", "class", "role", "aria-level", "hidden"}
_ATTRIBUTES = {
    "*": _ANYWHERE,
    "a": {"href", "title"},
    "img": {*WRITTEN_IN, "srcset", "alt", "width", "height"},
    "iframe": {"src", "data-src", "title"},
    "video": {"src", "title"},
    "audio": {"src", "title"},
    "embed": {"src", "title"},
    "source": {"src"},
    "li": {"data-aria-level"},
    "td": {"colspan"},
    "th": {"colspan"},
}
_TAGS = frozenset(_INLINE | _INLINE_TOO | _BLOCKS | _BLOCKS_TOO | _REST | _TABLES | _MEDIA)
MAX_CAPTION = 160
_ONLY_ITALIC = re.compile(r"<(em|i)>((?:(?!</\1>).)+)</\1>")
_HAS_HEAD = re.compile(r"<(?:html|head|title|meta)\b", re.IGNORECASE)


def read_html(html: str, around: Surroundings = NOWHERE, *, title: str = "") -> Article:
    """The article that HTML holds; its scripts, handlers and styles are gone, its braces are only shown.

    Relative addresses mean what `around` says, else what the page's head says. Where the source tells the `title`
    beside the HTML, a first heading with other words stays a heading in its place.

    Raises: ArticleBroken when nested too deep or made of too many tags.
    """
    text = clean_characters(html)
    head = read_head(text) if _HAS_HEAD.search(text[:5000]) else {}
    base = around.base or head.get("base", "") or head.get("canonical_url", "")
    text = tidy_paste(text)
    reader = HtmlReader(replace(around, base=base), title)
    for tag in clean_html(text, tags=_TAGS, attributes=_ATTRIBUTES):
        reader.read(tag)
    blocks = reader.finish()
    refuse_length(len(blocks))
    blocks = _captioned(_levelled(blocks))
    title, blocks = (title, blocks) if title else _title(reader.title, head.pop("title", ""), blocks)
    blocks, remarks = _name_sponsors(blocks)
    warnings = (*reader.remarks(), *closing_remarks(title, blocks), *remarks)
    return Article(
        title=title,
        blocks=tuple(blocks),
        subtitle=reader.subtitle,
        description=head.get("description", ""),
        language=head.get("language", ""),
        author=head.get("author", ""),
        date=head.get("date", ""),
        canonical_url=head.get("canonical_url", ""),
        warnings=warnings,
    )


def _levelled(blocks: list[Block]) -> list[Block]:
    """Level 1 is the title's: where more headings have it, all of them go one level down."""
    taken = any(isinstance(block, Heading) and block.level == 1 for block in blocks)
    return lowered(blocks) if taken else blocks


def _captioned(blocks: list[Block]) -> list[Block]:
    """A short paragraph all in italics right below a picture is its caption: Markdown has no other way to say it."""
    captioned: list[Block] = []
    for block in blocks:
        before = captioned[-1] if captioned else None
        words = _ONLY_ITALIC.fullmatch(block.text) if isinstance(block, Paragraph) else None
        if words and isinstance(before, Image) and not before.caption and len(words[2]) <= MAX_CAPTION:
            captioned[-1] = replace(before, caption=words[2])
        else:
            captioned.append(block)
    return captioned


def lowered(blocks: list[Block]) -> list[Block]:
    """The blocks with every heading one level down."""
    return [
        Heading(min(block.level + 1, MAX_HEADING), block.text) if isinstance(block, Heading) else block
        for block in blocks
    ]


def _title(found: str, page_title: str, blocks: list[Block]) -> tuple[str, list[Block]]:
    """The first h1; else the heading that the page's title repeats, the page's title, or a heading that opens."""
    if found:
        return found, blocks
    for position, block in enumerate(blocks):
        if not isinstance(block, Heading):
            continue
        words = " ".join(text_of(block.text).split())
        if words in page_title or (position == 0 and not page_title):
            return words, [*blocks[:position], *blocks[position + 1 :]]
        break
    return page_title, blocks


def _name_sponsors(blocks: list[Block]) -> tuple[list[Block], list[Remark]]:
    """A first or last paragraph that says who paid becomes a sponsor's line, its words unchanged."""
    named = list(blocks)
    remarks: list[Remark] = []
    for position in sorted({0, len(blocks) - 1}):
        block = blocks[position] if blocks else None
        sponsor = find_sponsor(text_of(block.text)) if isinstance(block, Paragraph) else None
        if not sponsor or not isinstance(block, Paragraph):
            continue
        named[position] = Sponsor(sponsor.name, block.text)
        others = " ".join(text_of(getattr(other, "text", "")) for other in blocks if other is not block)
        remark = spelling_remark(sponsor, others)
        remarks += [remark] if remark else []
    return named, remarks
