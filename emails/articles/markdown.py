"""Markdown as blocks: front matter first, then CommonMark with tables and strikethrough, through the HTML reader.

Nothing is turned into other signs; raw HTML inside goes through nh3 like any other; Liquid tags are only shown.
"""

import re
from functools import partial

from markdown_it import MarkdownIt
from markdown_it.rules_core import StateCore

from emails.articles.blocks import Article, Remark
from emails.articles.details import details_of, with_details
from emails.articles.front_matter import FrontMatter, read_front_matter
from emails.articles.html import read_html
from emails.articles.html_pictures import picture_of
from emails.articles.markup import clean_characters
from emails.articles.remarks import refuse_lines
from emails.articles.surroundings import NOWHERE, Surroundings
from emails.errors import ArticleBroken

MAX_DEPTH = 50
MAX_PARAGRAPH = 200_000
MAX_BRACKETS = 20_000_000
MAX_MARKS = 1_000_000_000
"""Squares of their number in a paragraph, summed: marks that open and never close cost a parser that much time."""

MAX_QUOTE_MARKS = 100_000
MAX_CELLS = 20_000
"""Of all tables, counted by the marks between them; each becomes two tags."""

_QUOTE_MARKS = re.compile(r"^[ \t]*>[ \t>]*", re.MULTILINE)
_LIQUID = re.compile(r"\{%[^{}]{0,500}%\}")


def read_markdown(text: str, around: Surroundings = NOWHERE, *, title: str = "") -> Article:
    """The article that Markdown holds; relative addresses mean what `around` says, `title` is told beside it.

    Raises: ArticleBroken when nested deeper than MAX_DEPTH or when a paragraph is longer than any is.
    """
    clean = clean_characters(text).replace("\r\n", "\n").replace("\r", "\n")
    front = read_front_matter(clean)
    body = clean[front.end :]
    told = title or front.fields.get("title", "")
    article = read_html(markdown_html(body, skipped=front.lines), around, title=told)
    return _with_front_matter(article, front, around, liquid=bool(_LIQUID.search(body)))


def markdown_html(body: str, *, skipped: int = 0) -> str:
    """The HTML of Markdown without front matter, not yet safe; `skipped` lines stood above it in the file.

    Raises: ArticleBroken as `read_markdown` does.
    """
    refuse_lines(body)
    _refuse_quoting(body)
    _refuse_cells(body)
    return str(_parser(skipped).render(body))


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


def _refuse_cells(body: str) -> None:
    if sum(line.count("|") for line in body.split("\n") if line.lstrip()[:1] == "|") > MAX_CELLS:
        raise ArticleBroken(f"The tables have more than {MAX_CELLS:,} cells. Give them as a file to download.")


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


def _with_front_matter(article: Article, front: FrontMatter, around: Surroundings, *, liquid: bool) -> Article:
    image, alt = front.fields.get("image", ""), front.fields.get("image_alt", "")
    hero = picture_of({"src": image, "alt": alt} if alt else {"src": image}, around) if image else None
    shown = Remark("liquid_shown", "Tags such as {% … %} are shown as they are written. Remove them.", "text")
    return with_details(article, details_of(front.fields, hero=hero, remarks=[shown] if liquid else []))
