"""What holds for every importer: no word can act, nothing but a refusal is raised, nesting is bounded."""

import json
import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from emails.articles.article_json import article_from_json, article_to_json
from emails.articles.blocks import Article, CallToAction, Embed, Image
from emails.articles.imported import Imported, LeftOut, place_pictures
from emails.articles.inline import is_link, is_web_address
from emails.articles.parse import KINDS, parse_source
from emails.content import Brand, LetterLinks, LetterPlan, Recipient
from emails.errors import ArticleBroken
from emails.render.compile import compile_letter
from emails.render.personalise import render_letter
from tests.emails.articles.samples import ghost, lexical, only, source_of

ADA = Recipient("ada@a.example", first_name="Ada")
LINKS = LetterLinks("https://l.example/u", "https://l.example/v", "https://l.example/p")
EVIL = [
    "{{ 31337 + 1 }}",
    "{% for x in y %}",
    "{{ subscriber.email }}",
    "{{brand.name}}",
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    '<a href="javascript:alert(1)">j</a>',
    '<a href="jAvA\tscript:alert(1)" onclick="x()">k</a>',
    '<a href="data:text/html,x">d</a>',
    '<a href="https://a.example/{{ subscriber.email }}">t</a>',
    '<a href="vbscript:x">v</a>',
    '<img src="data:image/svg+xml,x" alt="{{ x }}">',
    "<svg onload=alert(1)><text>s</text></svg>",
    '<iframe src="javascript:alert(1)"></iframe>',
    "<style>@import 'x'</style>",
    "<mj-raw>raw</mj-raw>",
    "<mj-include path='/etc/passwd'/>",
    "[l](javascript:alert(1))",
    "![i](data:text/html;base64,AA)",
    "&#123;&#123; 7*7 &#125;&#125;",
    "&lt;script&gt;",
    "</p></div></table>",
    "]]>",
    "<!-- wp:html -->",
    "[caption]{{ x }}[/caption]",
    "a\x85b\u2028",
    "“quoted”",
    "word",
]
WORDS = st.lists(st.sampled_from(EVIL), min_size=1, max_size=8).map(" ".join)
ACTING = re.compile(r"<script|<[^<>]*\son\w+\s*=|<iframe|<svg|<style|<mj-|<img|<[^<>]*href=\"(?!https?:|mailto:|tel:)")
LIVE = re.compile(r"<script|<[^<>]*\son\w+\s*=|<iframe|<svg|<[^<>]*href=\"(?:javascript|data|vbscript):", re.IGNORECASE)


def letter_of(article):
    brand = Brand("Brand of ours", "1 Street", "https://b.example")
    return render_letter(compile_letter(article, brand, LetterPlan("Subject")), ADA, LINKS).html


def inline_texts(value):
    """Every inline HTML of an article's JSON."""
    if isinstance(value, list):
        return [text for item in value for text in inline_texts(item)]
    if not isinstance(value, dict):
        return []
    kept = [] if value.get("type") == "code" else [value[name] for name in ("text", "caption") if name in value]
    cells = [cell for row in (value.get("header", []), *value.get("rows", [])) for cell in row]
    return [*kept, *cells, *inline_texts(value.get("items", [])), *inline_texts(value.get("blocks", []))]


def articles_of(data, kind):
    return [place_pictures(one, {}) for one in parse_source(data, kind=kind) if isinstance(one, Imported)]


def assert_inert(article):
    document = article_to_json(article)
    for text in inline_texts(document):
        assert "{" not in text
        assert "}" not in text
        assert not ACTING.search(text), text
    for block in article.blocks:
        address = (
            block.src if isinstance(block, Image) else block.url if isinstance(block, CallToAction | Embed) else ""
        )
        assert not address or (is_link(address) and is_web_address(address) and "{" not in address)
    assert article_to_json(article_from_json(json.loads(json.dumps(document)))) == document


@settings(max_examples=10, deadline=None)
@given(WORDS, WORDS)
@pytest.mark.parametrize("kind", sorted(KINDS))
def test_no_words_of_a_source_can_act(kind, words, title):
    for article in articles_of(source_of(kind, words, title), kind):
        assert_inert(article)


@settings(max_examples=12, deadline=None)
@given(WORDS)
@pytest.mark.parametrize("kind", ["html", "feed", "ghost", "wordpress", "medium", "beehiiv", "substack"])
def test_no_html_of_a_source_can_act(kind, words):
    for article in articles_of(source_of(kind, words, html=words), kind):
        assert_inert(article)


@pytest.mark.parametrize("kind", sorted(KINDS))
def test_in_the_letter_itself_nothing_acts_and_no_tag_is_filled_in(kind):
    (article,) = articles_of(source_of(kind, " ".join(EVIL), "Title {{ 31337 + 1 }} {{ subscriber.email }}"), kind)
    shown, plain = letter_of(article), letter_of(Article("Title", ()))
    assert shown.count("31337") > 1
    assert "31338" not in shown
    assert shown.count(ADA.email) == plain.count(ADA.email)
    assert not LIVE.search(shown)


@settings(max_examples=15, deadline=None)
@given(st.data())
@pytest.mark.parametrize("kind", sorted(KINDS))
def test_a_source_that_was_cut_or_scratched_is_read_or_refused(kind, data):
    made = source_of(kind, "Words and more words.", "Title")
    raw = bytearray(made if isinstance(made, bytes) else made.encode())
    for _ in range(data.draw(st.integers(0, 4))):
        raw[data.draw(st.integers(0, len(raw) - 1))] = data.draw(st.integers(0, 255))
    cut = bytes(raw[: data.draw(st.integers(0, len(raw)))])
    try:
        found = list(parse_source(cut, kind=data.draw(st.sampled_from([kind, None])), name="x"))
    except ArticleBroken as refusal:
        found = [LeftOut("", str(refusal).removeprefix("x: "))]
    for one in found:
        assert isinstance(one, Imported) or one.reason
        if isinstance(one, Imported):
            assert_inert(place_pictures(one, {}))


SCRAPS = st.none() | st.booleans() | st.integers() | st.text(max_size=5)
FIELDS = st.sampled_from(["type", "children", "text", "format", "url", "src", "tag", "caption", "images"])
JSON = st.recursive(
    SCRAPS | st.sampled_from(["list", "listitem", "image", "html", "gallery", "link"]),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(FIELDS, inner, max_size=5),
    max_leaves=12,
)


@settings(max_examples=60, deadline=None)
@given(JSON, st.sampled_from(["lexical", "mobiledoc", "html", "title"]))
def test_whatever_json_stands_in_ghosts_fields_is_read_or_left_out(value, field):
    written = {
        "lexical": lexical(value),
        "mobiledoc": json.dumps({"sections": value, "cards": value, "markups": value}),
    }
    for one in parse_source(ghost({"plaintext": "x", field: written.get(field, value)}), kind="ghost"):
        if isinstance(one, Imported):
            assert_inert(one.article)


def list_depth(items):
    return 1 + max((list_depth(item.items) for item in items), default=0) if items else 0


@pytest.mark.parametrize("kind", ["html", "feed", "ghost", "wordpress", "medium", "beehiiv", "substack"])
def test_lists_are_bounded_in_depth(kind):
    article = only(source_of(kind, "", html="<ul><li>x" * 90), kind=kind).article
    assert 0 < list_depth(article.blocks[0].items) <= 7
