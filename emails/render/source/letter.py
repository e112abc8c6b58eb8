"""A whole letter of a marketer's own, in MJML or HTML: checked, compiled, its links and tags made ready for anybody."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from html import unescape

from css_inline import CSSInliner

from emails.content import LetterPlan
from emails.errors import TemplateBroken
from emails.render.marks import Link, Marks, Meaning, Shown
from emails.render.merge_tags import Statement
from emails.render.mjml import written_to_html
from emails.render.source.html_check import check_html, escaped
from emails.render.source.mjml_check import Understood, check_mjml, written
from emails.render.source.problems import Problem, Problems
from emails.render.source.tags import with_marks
from emails.themes.escape import attribute, printable
from emails.themes.masthead import hidden_line
from emails.themes.words import direction, words_for


class Kind(StrEnum):
    """What a source is written in."""

    MJML = "mjml"
    HTML = "html"


@dataclass(frozen=True, slots=True)
class Source:
    """A letter as its writer wrote it."""

    kind: Kind
    text: str


_HREF = re.compile(r'(<(?:a|area|v:[a-z]+)\b(?:[^>"]|"[^"]*")*?\shref=")([^"]*)(")', re.IGNORECASE)
_HTML_TAG = re.compile(r"<html\b([^>]*)>", re.IGNORECASE)
_BODY_TAG = re.compile(r'<body\b(?:[^>"]|"[^"]*")*>', re.IGNORECASE)
_DOCTYPE = "<!doctype html>"


def check_source(source: Source, marks: Marks, language: str = "en") -> tuple[str, str, Problems]:
    """The HTML with marks for merge tags, the source's own preview line, and what is wrong or left out.

    Where something is refused the HTML is "".
    """
    problems = Problems()
    marked = with_marks(source.text, marks, problems)
    if not source.text.strip():
        problems.refuse(0, "There is nothing here yet.")
    if problems.refusals:
        return "", "", problems
    if source.kind is Kind.HTML:
        html = check_html(marked, marks, problems)
        return ("" if problems.refusals else html), "", problems
    understood = check_mjml(marked, marks, problems)
    if understood is None or problems.refusals:
        return "", "", problems
    understood.root.attributes = {"lang": language, "dir": direction(language), **understood.root.attributes}
    try:
        return compiled_mjml(understood, written(understood), marks), understood.preview, problems
    except TemplateBroken as error:
        problems.refuse(0, str(error))
        return "", "", problems


def kind_of(text: str) -> Kind:
    """MJML says so at its beginning."""
    return Kind.MJML if "<mjml" in text[:5000].lower() else Kind.HTML


def troubles(source: Source) -> tuple[tuple[Problem, ...], tuple[Problem, ...]]:
    """What keeps the source from being a letter, and what the letter is made without, each by its line."""
    marks = Marks(source.text, constants={"brand.url": ""}, tracked=False)
    problems = check_source(source, marks)[2]
    return problems.refusals, problems.remarks


@dataclass(frozen=True, slots=True)
class Readable:
    """A letter's HTML for whoever reads blocks of it: `tags` tells what each opaque word in it stands for."""

    html: str
    tags: Mapping[str, str]


def readable(source: Source) -> Readable:
    """The letter without its own links, its merge tags as opaque words; no HTML where it cannot be read."""
    marks = Marks(source.text, constants={"brand.url": ""}, tracked=False)
    html = check_source(source, marks)[0]
    own = re.compile(rf'<a\b[^>]*\shref="({marks.pattern.pattern})"[^>]*>.*?</a>', re.DOTALL)
    bare = own.sub("", html)
    return Readable(bare, {one[0]: as_tag(marks.meaning(one[1])) for one in marks.pattern.finditer(bare)})


def as_tag(meaning: Meaning) -> str:
    """The merge tag as its writer could have written it."""
    if isinstance(meaning, Shown):
        return "" if meaning.expression.startswith("links.") else f"{{{{ {meaning.expression} }}}}"
    if isinstance(meaning, Statement):
        condition = f" {meaning.condition.source}" if meaning.condition else ""
        return f"{{% {meaning.word}{condition} %}}"
    return meaning.url


def compiled_mjml(understood: Understood, mjml: str, marks: Marks) -> str:
    """The engine's HTML, with the rules that are to be set on elements set there."""
    html = written_to_html(mjml)
    return inlined(html, understood.inline_style, marks) if understood.inline_style.strip() else html


def inlined(html: str, rules: str, marks: Marks) -> str:
    """Choices between table rows go through as comments: HTML's own parser would move words out of the table."""
    inliner = CSSInliner(inline_style_tags=False, keep_style_tags=True, load_remote_stylesheets=False, extra_css=rules)
    hidden = marks.pattern.sub(lambda found: _hidden(found, html, marks), html)
    return re.sub(rf"<!--({marks.pattern.pattern})-->", r"\1", inliner.inline(hidden))


def _hidden(found: re.Match[str], html: str, marks: Marks) -> str:
    before = found.start()
    is_in_tag = html.rfind("<", 0, before) > html.rfind(">", 0, before)
    is_in_comment = html.rfind("<!--", 0, before) > html.rfind("-->", 0, before)
    if is_in_tag or is_in_comment or not isinstance(marks.meaning(found[1]), Statement):
        return found[0]
    return f"<!--{found[0]}-->"


def completed(html: str, plan: LetterPlan, marks: Marks, *, preview: str, title: str) -> str:
    """The page with its language, title, preview line and tracked links; `title` and `preview` are content."""
    line = escaped(marks.plain(" ".join(printable(plan.preheader).split()), "Preheader")) or preview
    note = words_for(plan.language).test_note if plan.marked_as_test else ""
    top = f'{hidden_line(line)}<div style="{_TEST_NOTE}">{escaped(note)}</div>' if note else hidden_line(line)
    html = _BODY_TAG.sub(lambda found: f"{found[0]}{top}", _as_page(html, plan, title), count=1)
    return with_settled_links(html, marks)


def with_settled_links(html: str, marks: Marks) -> str:
    """Every link tracked or left as written; links of the letter's own and those settled before stay."""
    return _HREF.sub(lambda found: f"{found[1]}{_settled(found[2], marks)}{found[3]}", html)


_TEST_NOTE = "padding:10px 20px;background-color:#1B1F23;color:#FFFFFF;font:bold 14px/22px Arial,sans-serif"


def _as_page(html: str, plan: LetterPlan, title: str) -> str:
    """A fragment becomes a page; a page gets the language and title that it lacks."""
    language = plan.language.replace("_", "-") or "en"
    if not _HTML_TAG.search(html):
        body = html if _BODY_TAG.search(html) else f"<body>{html}</body>"
        html = f"<html>{body}</html>"
    if "<body" not in html.lower():
        html = html.replace("</html>", "<body></body></html>")
    opening = _HTML_TAG.search(html)
    given = opening[1] if opening else ""
    lang = "" if re.search(r"\slang=", given) else f' lang="{attribute(language)}"'
    side = "" if re.search(r"\sdir=", given) else f' dir="{direction(language)}"'
    html = _HTML_TAG.sub(lambda found: f"<html{lang}{side}{found[1]}>", html, count=1)
    if "</head>" not in html:
        html = _HTML_TAG.sub(lambda found: f'{found[0]}<head><meta charset="utf-8" /></head>', html, count=1)
    if not re.search(r"<title>\s*[^<\s]", html):
        html = html.replace("<title></title>", "").replace("</head>", f"<title>{title}</title></head>", 1)
    return html if html.lstrip().lower().startswith("<!doctype") else f"{_DOCTYPE}{html}"


def _settled(href: str, marks: Marks) -> str:
    """A link as it stands in the letter; what cannot be followed stays as written, for pre-flight to tell."""
    address = unescape(href).strip()
    found = marks.pattern.fullmatch(address)
    if found:
        meaning = marks.meaning(found[1])
        if isinstance(meaning, Link) or (isinstance(meaning, Shown) and meaning.expression.startswith("links.")):
            return address
    return attribute(marks.settled(address, "A link") or address)
