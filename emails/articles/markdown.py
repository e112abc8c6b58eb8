"""Markdown as blocks: front matter first, then CommonMark with tables and strikethrough, through the HTML reader.

Nothing is turned into other signs; raw HTML inside goes through nh3 like any other; Liquid tags are only shown.
"""

import re
from dataclasses import replace
from functools import partial

from markdown_it import MarkdownIt
from markdown_it.rules_core import StateCore

from emails.articles.blocks import Article, Block, Heading, Image, Remark
from emails.articles.front_matter import FrontMatter, read_front_matter
from emails.articles.html import read_html
from emails.articles.inline import inline_of, is_web_address, text_of
from emails.articles.markup import clean_characters
from emails.articles.remarks import closing_remarks, refuse_lines
from emails.errors import ArticleBroken

MAX_DEPTH = 50
MAX_PARAGRAPH = 200_000
MAX_BRACKETS = 20_000_000
MAX_MARKS = 1_000_000_000
"""Squares of their number in a paragraph, summed: marks that open and never close cost a parser that much time."""

MAX_QUOTE_MARKS = 100_000

_QUOTE_MARKS = re.compile(r"^[ \t]*>[ \t>]*", re.MULTILINE)
_LIQUID = re.compile(r"\{%[^{}]{0,500}%\}")


def read_markdown(text: str) -> Article:
    """The article that Markdown holds.

    Raises: ArticleBroken when nested deeper than MAX_DEPTH or when a paragraph is longer than any is.
    """
    clean = clean_characters(text).replace("\r\n", "\n").replace("\r", "\n")
    front = read_front_matter(clean)
    body = clean[front.end :]
    refuse_lines(body)
    _refuse_quoting(body)
    article = read_html(_parser(front.lines).render(body))
    return _with_front_matter(article, front, liquid=bool(_LIQUID.search(body)))


def _parser(skipped: int) -> MarkdownIt:
    options = {"html": True, "linkify": True, "typographer": False, "maxNesting": 2 * MAX_DEPTH + 10}
    parser = MarkdownIt("commonmark", options).enable(["table", "strikethrough", "linkify"])
    if parser.linkify:
        parser.linkify.set({"fuzzy_link": False, "fuzzy_email": False, "fuzzy_ip": False})
    parser.core.ruler.after("block", "weigh", partial(_weigh, skipped=skipped))
    return parser


def _refuse_quoting(body: str) -> None:
    if sum(match[0].count(">") for match in _QUOTE_MARKS.finditer(body)) > MAX_QUOTE_MARKS:
        raise ArticleBroken("These are quotations within quotations. Remove the marks > at the beginning of lines.")


def _weigh(state: StateCore, *, skipped: int) -> None:
    """Between blocks and words: refuses what is nested too deep or would keep the parser busy for minutes."""
    brackets = marks = 0
    for token in state.tokens:
        line = (token.map[0] if token.map else 0) + skipped + 1
        if token.level > 2 * MAX_DEPTH:
            reason = f"Lists or quotations in line {line} are nested more than {MAX_DEPTH} deep"
            raise ArticleBroken(f"{reason}. Remove the marks at its beginning.", place=f"line {line}")
        if token.type != "inline":
            continue
        brackets += token.content.count("[") ** 2
        marks += sum(token.content.count(mark) for mark in "*_~`<&") ** 2
        if brackets > MAX_BRACKETS or marks > MAX_MARKS or len(token.content) > MAX_PARAGRAPH:
            raise ArticleBroken(
                f"The paragraph in line {line} is too long or holds too many marks. Break it up.",
                place=f"line {line}",
            )


def _with_front_matter(article: Article, front: FrontMatter, *, liquid: bool) -> Article:
    fields = dict(front.fields)
    image, alt = fields.pop("image", ""), fields.pop("image_alt", "")
    blocks = list(article.blocks)
    title = fields.get("title") or article.title
    if article.title and article.title != title:
        blocks.insert(0, Heading(2, inline_of(article.title)))
    elif _repeats(title, blocks):
        del blocks[0]
    if image:
        blocks.insert(0, Image(image if is_web_address(image) and "{" not in image else "", alt))
    found = {remark.code for remark in closing_remarks("", [])} | {"image_missing", "button_address_missing"}
    kept = [remark for remark in article.warnings if remark.code not in found]
    shown = Remark("liquid_shown", "Tags such as {% … %} are shown as they are written. Remove them.", "text")
    return replace(
        article,
        title=title,
        blocks=tuple(blocks),
        subtitle=fields.get("subtitle", ""),
        description=fields.get("description") or article.description,
        language=fields.get("language") or article.language,
        author=fields.get("author") or article.author,
        date=fields.get("date") or article.date,
        canonical_url=fields.get("canonical_url") or article.canonical_url,
        warnings=(*([shown] if liquid else []), *kept, *closing_remarks(title, blocks)),
    )


def _repeats(title: str, blocks: list[Block]) -> bool:
    first = blocks[0] if blocks else None
    return isinstance(first, Heading) and text_of(first.text) == title
