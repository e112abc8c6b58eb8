"""A letter as a page on the web: every block has its element, nothing runs, the disclosure stays, tags are nobody's."""

from dataclasses import replace
from html.parser import HTMLParser
from itertools import pairwise
from urllib.parse import urlsplit

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from emails.articles.blocks import (
    Article,
    CallToAction,
    Code,
    Heading,
    Image,
    List,
    ListItem,
    Paragraph,
    Quote,
    Sponsor,
    Table,
)
from emails.articles.inline import text_of
from emails.errors import TemplateBroken
from emails.render.web_page import make_web_page
from tests.emails.any_article import articles_of
from tests.emails.render.samples import BRAND, DATA, HERO, PLAN, client_article, everything, words

VOID = {"img", "br", "hr"}
ADDRESSES = {"href", "src"}
SAFE_SCHEMES = {"http", "https", "mailto", "tel"}
KNOWN = {
    "header", "footer", "h1", "h2", "h3", "h4", "h5", "h6", "p", "strong", "em", "b", "i", "s", "u", "sub", "sup",
    "code", "a", "br", "time", "figure", "img", "figcaption", "blockquote", "ul", "ol", "li", "hr", "pre", "div",
    "table", "thead", "tbody", "tr", "th", "td",
}  # fmt: skip
PIECES = [
    "<a href='https://x.test/?a=1&b'>", "</a>", "<script>alert(1)</script>", "<img src=x onerror=alert(1)>", "<b>",
    "</b>",
    '" onmouseover="x', "javascript:alert(1)", "data:text/html,x", "https://x.test/p.png", "http://", "<style>", "<!--",
    "<svg/onload=x>", "&#123;&#123;", "} }", "]]>", "\x00",
    "\ud800", "\n", " ", "é", "مرحبا", "</article>", "<iframe>",
]  # fmt: skip
text = st.lists(st.one_of(st.sampled_from(PIECES), st.text(max_size=8)), max_size=6).map("".join)
tame = text.map(lambda written: written.replace("{", "("))
calm = settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.too_slow])


class Reader(HTMLParser):
    """What a browser finds; remembers what does not balance."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.open, self.wrong, self.tags, self.said, self.headings = [], [], [], [], []
        self.feed(html)
        self.close()
        self.wrong += self.open

    def handle_starttag(self, tag, attrs):
        self.tags.append((tag, dict(attrs)))
        if tag[0] == "h" and tag[1:].isdigit():
            self.headings.append((int(tag[1:]), ""))
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag, attrs):
        self.tags.append((tag, dict(attrs)))

    def handle_endtag(self, tag):
        if not self.open or self.open.pop() != tag:
            self.wrong.append(tag)

    def handle_data(self, data):
        self.said.append(data)
        if self.headings and any(tag[0] == "h" and tag[1:].isdigit() for tag in self.open):
            level, so_far = self.headings[-1]
            self.headings[-1] = (level, so_far + data)

    @property
    def text(self) -> str:
        return " ".join("".join(self.said).split())


def page_of(article: Article, **changes: object):
    return make_web_page(article, BRAND, replace(PLAN, **changes))


def read(article: Article) -> Reader:
    page = page_of(article)
    return Reader(page.head + page.body)


def body(*blocks: object) -> str:
    return page_of(Article("T", tuple(blocks))).body


@calm
@given(article=articles_of(tame), subject=tame)
def test_any_article_is_well_formed_and_nothing_in_it_runs(article, subject):
    page = page_of(article, subject=subject)
    reader = Reader(page.head + page.body)
    assert reader.wrong == []
    for tag, attributes in reader.tags:
        assert tag in KNOWN
        assert not any(name.startswith("on") or name == "style" for name in attributes)
        for name in ADDRESSES & set(attributes):
            assert urlsplit(attributes[name]).scheme.lower() in SAFE_SCHEMES
    assert "{" not in page.head + page.body


@calm
@given(article=articles_of(text))
def test_any_article_is_set_or_refused_in_words(article):
    try:
        page = page_of(article)
    except TemplateBroken:
        return
    assert Reader(page.head + page.body).wrong == []


@calm
@given(article=articles_of(tame), name=st.text(st.characters(categories=["L", "N"]), min_size=1, max_size=20))
def test_who_paid_is_always_said_above_and_below(article, name):
    page = page_of(replace(article, blocks=(*article.blocks, Sponsor(name, ""))))
    for part in (Reader(page.head).text, Reader(page.body).text, Reader(page.for_feed).text, page.disclosure):
        assert "Sponsored" in part
        assert name in part


@calm
@given(levels=st.lists(st.integers(2, 6), max_size=12))
def test_headings_keep_their_order_and_leave_no_level_out(levels):
    article = Article("Title", tuple(Heading(level, f"Number {place}") for place, level in enumerate(levels)))
    found = read(article).headings
    assert [words for _, words in found] == ["Title", *(f"Number {place}" for place in range(len(levels)))]
    shown = [level for level, _ in found]
    assert all(after - before <= 1 for before, after in pairwise(shown))
    assert shown.count(1) == 1


def test_every_word_of_the_clients_article_is_on_its_page():
    reader = read(client_article())
    alt = next(attributes["alt"] for tag, attributes in reader.tags if tag == "img")
    for word in (DATA / "article.txt").read_text().replace("•", "").split():
        assert word in reader.text or word in alt
    assert [level for level, _ in reader.headings] == [1, 2, 2, 2, 2, 2]
    assert reader.text.startswith("Sponsored · IVDrips")


def test_every_kind_of_block_has_its_element():
    page = page_of(everything())
    for element in (
        "<p>A lead", "<h2>A heading with <em>stress</em></h2>", "<h3>A smaller",
        "<ul><li><strong>Label:</strong> First",
        "<li>No label<ul><li>Inner</li>", "<ol><li>One</li>", "<blockquote><p>Nothing is <em>ever</em> simple.</p>",
        "<figcaption>— A. Person</figcaption>", "<hr>", '<pre dir="ltr"><code>if a &lt; b:\n    print(',
        '<th scope="col">Name</th>', "<td><b>1</b></td>", "A film</a>", "<h2>Ready?</h2>",
        'class="button">Do it now</a>',
    ):  # fmt: skip
        assert element in page.body


def test_a_picture_keeps_its_alt_and_size_and_only_the_first_is_not_lazy():
    html = make_web_page(everything(), BRAND, PLAN, {HERO: (1200, 800)}).body
    first, second = (part.partition(">")[0] for part in html.split("<img ")[1:])
    assert 'alt="A &#8220;quiet&#8221; room &#38; a &#34;chair&#34;" width="1200" height="800"' in first
    assert "lazy" not in first
    assert 'alt="" loading="lazy"' in second
    assert "width" not in second


@pytest.mark.parametrize("src", ["", "data:image/png;base64,xx", "javascript:alert(1)", "/media/x.png", "picture.png"])
def test_a_picture_without_a_public_address_is_left_out(src):
    assert "<img" not in body(Image(src, "Words"), Paragraph("x"))


def test_merge_tags_show_what_they_show_to_nobody_in_particular():
    html = body(
        Paragraph("Dear {{ subscriber.first_name | default('reader') }}, {{ subscriber.email }}{{ field.town }}."),
        Paragraph("{% if subscriber.first_name %}You{% else %}Everybody{% endif %} at {{ brand.name }}"),
        Paragraph("{{ campaign.subject }}"),
        Paragraph('<a href="https://x.test/?who={{ subscriber.email }}">here</a>'),
    )  # fmt: skip
    assert "<p>Dear reader, .</p>" in html
    assert "<p>Everybody at Clearer Days</p>\n<p>New beginnings, dear reader</p>" in html
    assert '<a href="https://x.test/?who=">here</a>' in html


def test_nothing_of_any_reader_and_no_tracking_is_on_a_page():
    page = page_of(everything())
    html = page.head + page.body
    for word in ("Hi there", "/c/", "/u/", "/v/", "unsubscribe", "Unsubscribe", "@example.com"):
        assert word not in html


def test_links_of_a_paid_article_are_marked_as_paid_and_others_are_not():
    link = Paragraph('<a href="https://x.test">x</a>')
    assert '<a rel="sponsored" href="https://x.test">' in body(link, Sponsor("Acme", ""))
    assert '<a href="https://x.test">' in body(link)


def test_a_sponsor_without_name_and_words_is_disclosed_all_the_same():
    page = page_of(Article("T", (Paragraph("x"), Sponsor("", ""))))
    assert page.disclosure == "Sponsored"
    assert page.head.index("Sponsored") < page.head.index("<h1>")
    assert page.body.endswith('<p class="disclosure"><strong>Sponsored</strong></p></footer>')


def test_the_feeds_article_begins_with_who_paid():
    assert page_of(client_article()).for_feed.startswith(
        '<p class="disclosure"><strong>Sponsored · IVDrips</strong></p>'
    )


def test_an_arabic_letter_reads_from_the_right_and_says_so_in_arabic():
    page = page_of(Article("الماء", (Paragraph("ماء"), Sponsor("ينابيع", ""))), language="ar")
    assert (page.language, page.direction) == ("ar", "rtl")
    assert page.disclosure == "إعلان مموّل · ينابيع"
    assert "يناير" in page.head


def test_the_subject_stands_in_for_a_title_that_nobody_wrote():
    page = page_of(words("x", title=""))
    assert page.title == "New beginnings, dear reader"
    assert "<h1>New beginnings, dear reader</h1>" in page.head


def test_the_first_words_are_plain_and_end_at_a_word():
    assert page_of(words('Read <a href="https://x.test">this</a> &amp; more.')).first_words == "Read this & more."
    long = page_of(words("word " * 100)).first_words
    assert len(long) <= 202
    assert long.endswith("word …")
    assert page_of(Article("T", (), subtitle="Below")).first_words == "Below"


def test_text_that_looks_like_a_merge_tag_is_shown_and_inert():
    html = body(
        Code("{{ secret }}"), Quote("&#123;&#123; x &#125;&#125;"), List((ListItem("{% raw %}{{ y }}{% endraw %}"),))
    )
    assert "{" not in html
    assert "{{ secret }}" in text_of(html)
    assert "{{ y }}" in text_of(html)


def test_a_table_without_words_in_its_head_has_none():
    assert "<thead>" not in body(Table(("", ""), (("1", "2"),)))
    assert body(Table((), ())) == ""


def test_a_call_without_an_address_is_words():
    assert (
        body(CallToAction("Come.", "Find one"))
        == '<div class="call"><p>Come.</p><p><strong>Find one</strong></p></div>'
    )


def test_a_broken_merge_tag_is_refused_with_its_place():
    with pytest.raises(TemplateBroken, match="Block 1, paragraph"):
        page_of(words("{{ nothing_known }}"))
