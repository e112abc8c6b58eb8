"""Whatever an importer is given, what comes out of it runs nothing, leads nowhere strange and fills in nothing."""

from html.parser import HTMLParser

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from emails.articles.blocks import Article
from emails.articles.parse import KINDS, parse_article
from emails.content import Brand, LetterLinks, LetterPlan, Recipient
from emails.errors import ArticleBroken
from emails.render.compile import compile_letter
from emails.render.personalise import render_letter
from emails.render.web_page import make_web_page

NEWS = "https://news.example.test"
BRAND = Brand("The Spring", "1 Quay Street\nGalway")
PLAN = LetterPlan(subject="Water", click_base=f"{NEWS}/c")
READER = Recipient("amara@example.test", "FIRSTNAME", "LASTNAME", "en", {"town": "TOWNNAME"})
LINKS = LetterLinks(unsubscribe=f"{NEWS}/u/x", browser_view=f"{NEWS}/v/x", preferences=f"{NEWS}/p/x")
FRAGMENTS = (
    "<script>alert(1)</script>", "<ScRiPt src=//evil.test/x.js>", "</script>", "<img src=x onerror=alert(1)>",
    "<svg onload=alert(1)>", "<svg><script>alert(1)</script></svg>",
    "<math><mtext><style><img src=x onerror=alert(1)>", "<iframe srcdoc='<script>alert(1)</script>'></iframe>",
    "<object data=javascript:alert(1)>", "<embed src=data:x>", '<a href="javascript:alert(1)">go</a>',
    '<a href=" &#106;ava\tscript:alert(1)">go</a>', '<a href="data:text/html,<script>alert(1)</script>">go</a>',
    '<a href="vbscript:x">go</a>', '<a href="https://x.test/" onclick="alert(1)" style="x:expression(1)">go</a>',
    "<form action=//evil.test><input>", "<base href=//evil.test/>",
    "<meta http-equiv=refresh content='0;url=//evil.test'>", "<link rel=stylesheet href=//e>",
    "<style>@import '//evil.test'</style>", "<style>", "<title>", "<textarea>",
    "<noscript><p title='</noscript><img src=x>", "<mj-raw>", "</mj-text></mj-section>",
    "<mj-include path=/etc/passwd>", "<mjml>", "<!--", "-->", "<![CDATA[", "]]>", "[go](javascript:alert(1))",
    "[go](JaVaScRiPt:alert(1))", "[go](data:text/html;base64,x)", "![x](javascript:alert(1))",
    "![x](data:image/svg+xml,<svg/onload=alert(1)>)", "<javascript:alert(1)>", "[x]: javascript:alert(1)", "[x]",
    'https://x.test/"onmouseover="alert(1)', "https://x.test/<script>", "{{ subscriber.first_name }}",
    "{% if subscriber.first_name %}", "{% endif %}", "{% raw %}", "{#", "#}", "{{", "}}", "{{ field.town }}",
    "&#123;&#123; subscriber.last_name }}", "{&#123; subscriber.last_name }}", "{<b></b>{ subscriber.first_name }}",
    "&lt;script&gt;alert(1)&lt;/script&gt;", "&lt;img src=x onerror=alert(1)&gt;", "\x00", "\u202e", "\u2028",
    "Posted on behalf of {{ subscriber.first_name }} <script>", "Contact {{ subscriber.first_name }} today", "\n\n",
    "\n", "# ", "## ", "> ", "- ", "1. ", "    ", "```\n", "`", "| a | b |\n|---|---|\n", "**", "_", "---\n", '"',
    "'", ">", "<", "&", "words of a letter ", "Label: ",
)  # fmt: skip
SOURCES = st.lists(st.sampled_from(FRAGMENTS) | st.text(max_size=8), min_size=1, max_size=14).map("".join)
RUNS = {"script", "iframe", "object", "embed", "form", "input", "textarea", "button", "svg", "math", "base", "link",
        "frame", "frameset", "applet", "audio", "video", "noscript", "template", "mj-raw", "mj-include"}  # fmt: skip
LEADING = {"href", "src", "action", "formaction", "data", "poster", "background", "srcdoc", "srcset", "xlink:href"}
SCHEMES = ("http://", "https://", "mailto:", "tel:")


class Reading(HTMLParser):
    """Every tag with its attributes, as a browser would have them."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, list[tuple[str, str | None]]]] = []
        self.feed(html)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, attrs))


def wrongs(html: str) -> list[str]:
    """What could run or lead somewhere strange."""
    found = []
    for tag, attributes in Reading(html).tags:
        if tag in RUNS:
            found.append(f"<{tag}>")
        for name, value in attributes:
            if name.startswith("on"):
                found.append(f"<{tag} {name}>")
            if name in LEADING and not (value or "").lower().startswith(SCHEMES):
                found.append(f"<{tag} {name}={value!r}>")
            if name == "style" and any(
                word in (value or "").lower() for word in ("expression(", "javascript", "@import")
            ):
                found.append(f"<{tag} style={value!r}>")
            if name == "http-equiv" and (value or "").lower() == "refresh":
                found.append("refresh")
    return found


def fills_in(html: str) -> bool:
    return any(name in html for name in ("FIRSTNAME", "LASTNAME", "TOWNNAME"))


def reads(kind: str, source: str) -> Article | None:
    """What the importer makes of it; None where it refuses in words."""
    try:
        return parse_article(source, kind=kind)
    except ArticleBroken:
        return None


@pytest.mark.parametrize("kind", sorted(KINDS))
@settings(max_examples=25, deadline=None)
@given(source=SOURCES)
def test_what_an_importer_reads_is_inert_on_the_web_and_in_letters(kind, source):
    article = reads(kind, source)
    if article is None:
        return
    page = make_web_page(article, BRAND, PLAN)
    for html in (page.head, page.body, page.for_feed):
        assert wrongs(html) == []
    letter = render_letter(compile_letter(article, BRAND, PLAN), READER, LINKS)
    assert wrongs(letter.html) == []
    assert not fills_in(letter.html + letter.text + letter.subject + page.head + page.body + page.title)


@pytest.mark.parametrize("kind", sorted(KINDS))
def test_each_trick_alone_is_inert(kind):
    for trick in FRAGMENTS:
        article = reads(kind, f"Words before.\n\n{trick} words after.\n\nAnd more words.")
        if article is not None:
            page = make_web_page(article, BRAND, PLAN)
            assert wrongs(page.head + page.body) == [], trick
            assert not fills_in(page.head + page.body + page.title), trick


@pytest.mark.parametrize("kind", ["text", "markdown", "html"])
def test_all_tricks_together_are_inert_in_a_letter(kind):
    article = reads(kind, "Words before.\n\n" + "\n\nand then\n\n".join(FRAGMENTS).replace("\x00", ""))
    assert article is not None
    letter = render_letter(compile_letter(article, BRAND, PLAN), READER, LINKS)
    assert wrongs(letter.html) == []
    assert not fills_in(letter.html + letter.text)


def test_the_reading_sees_what_it_must():
    for html in ("<script>", "<a href='javascript:x'>", "<p onclick=x>", "<img src='data:image/svg+xml,x'>"):
        assert wrongs(html), html
    assert wrongs("<a href='https://x.test'><img src='https://x.test/x.png'></a>") == []
