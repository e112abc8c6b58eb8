"""Feeds: whole texts before summaries, what an entry carries beside its text, and feeds that are faulty."""

import pytest

from emails.articles.blocks import Embed, Image, List, ListItem, Paragraph
from emails.articles.imported import Imported, LeftOut
from emails.articles.parse import parse_one
from emails.errors import ArticleBroken
from tests.emails.articles.samples import atom, codes, found_in, only, rss


def test_an_entrys_whole_text_is_read_with_its_addresses_made_whole():
    html = '<p>One {{x}} <a href="/rel">rel</a><img src="b.png" alt="B"></p><ul><li>a<ul><li>b</li></ul></li></ul>'
    more = (
        "<dc:creator>Ann</dc:creator><pubDate>Mon, 02 Mar 2026 10:00:00 GMT</pubDate><description>Short.</description>"
    )
    article = only(rss("A &amp; B", html, more)).article
    assert (article.title, article.author, article.date) == ("A & B", "Ann", "2026-03-02")
    assert (article.canonical_url, article.description) == ("https://a.example/posts/1", "Short.")
    assert article.blocks == (
        Paragraph('One &#123;&#123;x&#125;&#125; <a href="https://a.example/rel">rel</a>'),
        Image("https://a.example/posts/b.png", "B"),
        List((ListItem("a", items=(ListItem("b"),)),)),
    )
    assert codes(article) == []


def test_atom_tells_its_language_author_and_film():
    film = '<author><name>Zoe</name></author><link rel="enclosure" type="video/mp4" href="https://a.example/v.mp4"/>'
    article = only(atom(html="<p>x</p>", more=film)).article
    assert (article.language, article.author, article.date) == ("de", "Zoe", "2026-03-01")
    assert article.blocks == (Paragraph("x"), Embed("https://a.example/v.mp4"))


def test_the_base_of_xhtml_content_counts():
    data = (
        b'<feed xmlns="http://www.w3.org/2005/Atom"><entry><title type="html">T &lt;b&gt;x&lt;/b&gt;</title>'
        b'<content type="xhtml" xml:base="https://q.example/d/"><div xmlns="http://www.w3.org/1999/xhtml">'
        b'<p>Hi <a href="z">z</a></p></div></content></entry></feed>'
    )
    article = only(data).article
    assert article.title == "T x"
    assert article.blocks == (Paragraph('Hi <a href="https://q.example/d/z">z</a>'),)


def test_a_summary_alone_is_said_and_an_entry_without_words_left_out():
    data = (
        b'<rss version="2.0"><channel><item><title>One</title><description>Only summary</description></item>'
        b"<item><title>None</title></item><item><title>B</title><description>&lt;p&gt; &lt;/p&gt;</description></item>"
        b"</channel></rss>"
    )
    first, second, third = found_in(data)
    assert first.article.blocks == (Paragraph("Only summary"),)
    assert codes(first.article) == ["summary_only"]
    assert isinstance(second, LeftOut)
    assert second.part == "None"
    assert isinstance(third, LeftOut)


def test_the_entrys_picture_stands_first_unless_its_text_shows_pictures():
    media = '<media:content url="https://a.example/c.jpg" medium="image"/>'
    assert only(rss(more=media)).article.blocks[0] == Image("https://a.example/c.jpg", "")
    shown = only(rss(html='<img src="https://a.example/own.png" alt="">', more=media)).article
    assert shown.blocks == (Image("https://a.example/own.png", None),)


@pytest.mark.parametrize(
    "address", ["javascript:alert(1)", "data:image/png;base64,AA", "file:///etc/passwd", "https://a.example/{{x}}.png"]
)
def test_an_odd_address_of_a_picture_or_a_film_never_comes_through(address):
    more = f'<media:content url="{address}" medium="image"/><enclosure url="{address}" type="audio/mpeg" length="1"/>'
    assert only(rss(more=more)).article.blocks == (Paragraph("Words."),)


@pytest.mark.parametrize("encoding", ["windows-1251", "utf-8", "utf-16", "koi8-r"])
def test_a_feed_is_read_in_the_encoding_it_declares(encoding):
    text = f'<?xml version="1.0" encoding="{encoding}"?><rss version="2.0"><channel><item><title>Мир</title>'
    data = f"{text}<description>Привет</description></item></channel></rss>".encode(encoding)
    assert only(data).article.title == "Мир"


def test_a_faulty_feed_is_read_as_far_as_it_goes():
    whole = rss(html="<p>Hello there</p>")
    data = whole.replace(b"</item>", b"</item><item><title>Cut</title><description>wor")[: -len("</channel></rss>")]
    first = found_in(data)[0]
    assert isinstance(first, Imported)
    assert "feed_faulty" in codes(first.article)


def test_a_doctype_before_the_feed_changes_nothing():
    data = b'<!DOCTYPE rss PUBLIC "-//N//DTD RSS 0.91//EN" "http://n.example/rss.dtd">' + rss().split(b"?>", 1)[1]
    assert only(data).article.blocks == (Paragraph("Words."),)


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b'<rss version="2.0"><channel><title>S</title></channel></rss>', "has no entries"),
        (b"<html><body>page</body></html>", "It is no RSS or Atom feed"),
        (b'<!DOCTYPE rss [<!ENTITY a "aa"><!ENTITY b "&a;&a;">]><rss version="2.0"></rss>', "declares entities"),
        (rss(more="<x/>" * 70_000), "60,000 tags"),
        (rss(html="x" * 4_300_000), "limit is 4.2 MB"),
        (b"", "empty|no RSS"),
    ],
)
def test_what_is_no_feed_or_too_much_is_refused(data, reason):
    with pytest.raises(ArticleBroken, match=reason):
        parse_one(data, kind="feed", name="a.xml")


def test_a_long_feed_says_where_it_was_cut():
    items = "<item><title>n</title><description>d</description></item>" * 1_005
    found = found_in(f'<rss version="2.0"><channel>{items}</channel></rss>'.encode())
    assert len(found) == 1_001
    assert "the first 1,000 were read" in found[-1].reason
