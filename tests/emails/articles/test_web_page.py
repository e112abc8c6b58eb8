"""Whole web pages: the article is found, its structure kept, what stands around it left away."""

import pytest

from emails.articles.blocks import (
    CallToAction,
    Code,
    Divider,
    Embed,
    Heading,
    Image,
    List,
    ListItem,
    Paragraph,
    Quote,
    Table,
)
from emails.articles.fetched import parse_fetched
from emails.articles.imported import LeftOut
from emails.articles.parse import parse_one
from emails.articles.sniff import kind_of
from emails.articles.web_page import read_web_page
from emails.errors import ArticleBroken
from tests.emails.articles.samples import only, png, rss, web_page, zipped

ADDRESS = "https://a.example/posts/tides?utm_source=x"


def words(number):
    return (
        f"Paragraph {number} of the article tells something about tides and the moon, long enough to be taken for an "
        "article by anybody, and by any program, that looks at it."
    )


def paragraph(number):
    return f"<p>{words(number)}</p>"


TEXT = paragraph(1) + paragraph(2) + paragraph(3)


def test_an_article_is_read_in_its_own_structure_and_without_its_surroundings():
    html = (
        f"{paragraph(1)}<h2>The moon</h2>{paragraph(2)}<figure><img src='i.jpg' data-src='moon.jpg' alt='Moon'>"
        f"<figcaption>Seen {{{{x}}}}</figcaption></figure><ol><li>first thing</li><li>second<ul><li>deep</li>"
        "</ul></li></ol>"
        f"<h3>The sun</h3>{paragraph(3)}<blockquote><p>Said so well by somebody wise</p></blockquote>"
        "<table><tr><th>A</th><th>B</th></tr><tr><td>1</td><td>2</td></tr></table><pre><code>x = 1</code></pre>"
        f'<iframe src="https://www.youtube.com/embed/abc"></iframe><hr>{paragraph(4)}<script>alert(1)</script>'
    )
    article = read_web_page(web_page(html, "Tides"), ADDRESS)
    assert article.title == "Tides"
    assert article.blocks == (
        Paragraph(words(1)),
        Heading(2, "The moon"),
        Paragraph(words(2)),
        Image("https://a.example/posts/moon.jpg", "Moon", "Seen &#123;&#123;x&#125;&#125;"),
        List((ListItem("first thing"), ListItem("second", items=(ListItem("deep"),))), ordered=True),
        Heading(3, "The sun"),
        Paragraph(words(3)),
        Quote("Said so well by somebody wise"),
        Table(("A", "B"), (("1", "2"),)),
        Code("x = 1"),
        Embed("https://www.youtube.com/embed/abc"),
        Divider(),
        Paragraph(words(4)),
    )
    assert article.warnings == ()


def test_what_the_page_says_of_itself_is_kept():
    head = (
        '<meta property="og:title" content="Tides"><meta property="og:image" content="/lead.jpg"><meta name="author" '
        'content="Ann Lee"><meta property="article:published_time" content="2026-03-01T10:00Z"><meta name="description"'
        ' content="About tides."><link rel="canonical" href="https://a.example/tides">'
    )
    article = read_web_page(web_page(TEXT, "Tides", head=head), ADDRESS)
    assert (article.author, article.date, article.description) == ("Ann Lee", "2026-03-01", "About tides.")
    assert (article.language, article.canonical_url) == ("en-GB", "https://a.example/tides")
    assert article.blocks[0] == Image("https://a.example/lead.jpg", "")


def test_a_page_that_says_less_gets_its_address_and_its_sites_name():
    head = '<meta property="og:site_name" content="The Site">'
    article = read_web_page(web_page(TEXT, "Tides", head=head), ADDRESS)
    assert (article.author, article.canonical_url) == ("The Site", ADDRESS)


@pytest.mark.parametrize("lead", ["moon-1200x630.jpg", "moon.jpg?w=1200", "moon-scaled.jpg"])
def test_a_lead_picture_that_the_article_shows_in_another_size_is_not_shown_twice(lead):
    head = f'<meta property="og:image" content="https://a.example/img/{lead}">'
    html = f"{paragraph(1)}<p><img src='/img/moon-300x200.jpg' alt='Moon'></p>{paragraph(2)}{paragraph(3)}"
    article = read_web_page(web_page(html, head=head), ADDRESS)
    assert [block for block in article.blocks if isinstance(block, Image)] == [
        Image("https://a.example/img/moon-300x200.jpg", "Moon")
    ]


@pytest.mark.parametrize("address", ["javascript:alert(1)", "data:image/png;base64,AA", "https://a.example/{{x}}.png"])
def test_a_lead_picture_at_an_odd_address_is_left_away(address):
    article = read_web_page(web_page(TEXT, head=f'<meta property="og:image" content="{address}">'), ADDRESS)
    assert not any(isinstance(block, Image) for block in article.blocks)


def test_a_button_inside_the_article_stays_one():
    html = f"{TEXT}<p><a class='btn' href='/book'>Book a walk along the shore</a></p>{paragraph(4)}"
    assert (
        CallToAction("", "Book a walk along the shore", "https://a.example/book")
        in read_web_page(web_page(html), ADDRESS).blocks
    )


def test_a_short_article_is_found_too():
    article = read_web_page(web_page("<p>Closed on Monday for the fair.</p>", "Closed"), ADDRESS)
    assert Paragraph("Closed on Monday for the fair.") in article.blocks


@pytest.mark.parametrize(
    "page",
    [
        "",
        "<html><body><div id=root></div><script>render()</script></body></html>",
        "<html><head><title>Only a title</title></head></html>",
        "\x00",
        "<",
    ],
)
def test_a_page_without_an_article_is_refused_with_its_cure(page):
    with pytest.raises(ArticleBroken, match="no article on this page"):
        read_web_page(page, ADDRESS)


@pytest.mark.parametrize(
    ("page", "reason"),
    [
        ("<div>" * 100_000, "nested more than 200 deep"),
        (TEXT * 8_000, "MB|40,000 tags"),
        ("&" * 200_000, "150,000 signs"),
        (TEXT + "< " * 200_000, "150,000 signs"),
        ("<p>" + "x" * 5_300_000, "larger than 5.2 MB"),
    ],
)
def test_a_page_that_is_too_much_is_refused(page, reason):
    with pytest.raises(ArticleBroken, match=reason):
        read_web_page(page, ADDRESS)


def fetched(data, **options):
    return list(parse_fetched(data, address=ADDRESS, **options))


def test_what_was_fetched_is_read_as_the_server_says_and_as_it_looks():
    page = web_page(TEXT, "Tides & moons").encode()
    (found,) = fetched(page, content_type="text/html", charset="utf-8")
    assert found.article.title == "Tides & moons"
    (found,) = fetched(page)
    assert found.article.title == "Tides & moons"
    (found,) = fetched(rss("One"), content_type="text/xml")
    assert (found.part, found.article.title) == ("One", "One")
    (found,) = fetched(b"# Tides\n\nWords.", content_type="text/markdown")
    assert found.article.blocks == (Paragraph("Words."),)
    (found,) = fetched(b"Tides\n\nWords about them.", content_type="text/plain")
    assert (found.article.title, found.article.blocks) == ("Tides", (Paragraph("Words about them."),))


def test_the_charset_that_the_server_says_counts():
    page = web_page(TEXT.replace("moon", "Mond über Köln"), "Gezeiten").replace('<meta charset="utf-8">', "")
    (found,) = fetched(page.encode("latin-1"), content_type="text/html", charset="iso-8859-1")
    assert "Mond über Köln" in found.article.blocks[0].text


def test_a_refusal_names_the_address():
    with pytest.raises(ArticleBroken, match=r"^https://a\.example/posts/tides"):
        fetched(b"<html></html>", content_type="text/html")
    (found,) = fetched(
        b'<rss version="2.0"><channel><item><title>x</title></item></channel></rss>', content_type="text/xml"
    )
    assert isinstance(found, LeftOut)


def test_a_page_that_was_saved_with_its_surroundings_is_told_by_them():
    saved = web_page(TEXT, "Tides")
    assert kind_of(saved, name="saved.html") == "page"
    assert kind_of("<html><body><p>a</p><p>b</p></body></html>") == "html"
    article = parse_one(saved, name="saved.html").article
    assert [type(block) for block in article.blocks] == [Paragraph] * 3


def test_links_to_other_articles_around_the_text_are_left_away():
    others = "".join(f"<li><a href='/{n}'>Another story with number {n}</a></li>" for n in range(4))
    html = f"<ul>{others}</ul>{TEXT}<ul>{others}</ul><img src='/a.jpg' alt='A'><img src='/b.jpg' alt='B'>"
    article = read_web_page(web_page(html), ADDRESS)
    assert [type(block) for block in article.blocks] == [Paragraph] * 3


def test_a_page_that_was_saved_with_its_pictures_brings_those_of_its_article():
    page = web_page(f"{paragraph(1)}<img src='tides_files/moon.png' alt='Moon'>{paragraph(2)}{paragraph(3)}", "Tides")
    other = page.replace("<footer>", "<footer><img src='tides_files/logo.png' alt='Logo'>")
    files = {"tides.html": other, "tides_files/moon.png": png(), "tides_files/logo.png": png(9)}
    found = only(zipped(files))
    assert Image("asset:moon.png", "Moon") in found.article.blocks
    assert [picture.name for picture in found.pictures] == ["moon.png"]
