"""The exports of Substack, Medium, beehiiv and Buttondown, in archives of their own shape."""

import pytest

from app.cli.article_sources import FolderArchive
from emails.articles.blocks import CallToAction, Code, Heading, Image, Paragraph, Quote
from emails.articles.folders import read_archive
from emails.articles.imported import LeftOut
from emails.articles.parse import parse_file, parse_one
from emails.errors import ArticleBroken
from tests.emails.articles.samples import (
    beehiiv,
    buttondown,
    codes,
    found_in,
    medium_post,
    only,
    png,
    substack,
    zipped,
)


def test_substack_tells_title_subtitle_and_date_in_its_table():
    found = only(substack("<p>One {{x}}</p>"))
    assert found.part == "posts/101.first.html"
    assert (found.article.title, found.article.subtitle, found.article.date) == ("T", "Below", "2026-03-01")
    assert found.article.blocks == (Paragraph("One &#123;&#123;x&#125;&#125;"),)
    assert codes(found.article) == []


def test_substacks_pictures_buttons_and_sign_ups():
    html = (
        '<div class="captioned-image-container"><figure><a class="image-link" href="https://s.example/i.png"><picture>'
        '<source srcset="https://s.example/a.webp 1x"><img src="https://s.example/i.png" alt="A"></picture></a>'
        '<figcaption class="image-caption">IC</figcaption></figure></div>'
        '<p class="button-wrapper"><a class="button primary" href="https://s.example/sub"><span>Join</span></a></p>'
        '<div class="subscription-widget-wrap"><form><input></form><p>Thanks</p></div><p>End.</p>'
    )
    article = only(substack(html)).article
    assert article.blocks == (
        Image("https://s.example/i.png", "A", "IC"),
        CallToAction("", "Join", "https://s.example/sub"),
        Paragraph("End."),
    )
    assert codes(article) == ["sign_ups_left_out"]


def test_a_substack_draft_for_payers_is_said_and_one_without_a_text_left_out():
    row = "2026-03-01T10:00:00.000Z,false,,,podcast,only_paid"
    assert codes(only(substack(row=row)).article) == ["not_published", "not_public", "other_type"]
    (found,) = found_in(substack(""))
    assert isinstance(found, LeftOut)


def test_a_text_without_a_line_in_substacks_table_is_read_too():
    files = {"posts.csv": "post_id,title,subtitle\n", "posts/7.lost.html": "<h1>Lost</h1><p>x</p>"}
    found = only(zipped(files))
    assert (found.part, found.article.title) == ("posts/7.lost.html", "Lost")


def test_medium_says_its_title_once_and_finds_author_date_and_address():
    html = (
        '<p class="graf graf--p">Body <a href="https://x.example/">x</a></p><figure class="graf"><img src="https://c.example/1.png">'
        '<figcaption class="imageCaption">cap</figcaption></figure><h3 class="graf graf--h3">Sec</h3>'
        '<blockquote class="graf">bq</blockquote><pre class="graf graf--pre">code</pre>'
    )
    article = only(medium_post(html), name="post.html").article
    assert (article.title, article.subtitle, article.author) == ("T", "Below", "Ann Lee")
    assert (article.date, article.canonical_url) == ("2026-03-01", "https://m.example/p/1")
    assert article.blocks == (
        Paragraph('Body <a href="https://x.example/">x</a>'),
        Image("https://c.example/1.png", "", "cap"),
        Heading(3, "Sec"),
        Quote("bq"),
        Code("code"),
    )


def test_mediums_archive_is_read_post_by_post_and_an_empty_draft_left_out():
    names = {"posts/2026-01-01_a-1.html": medium_post(), "posts/draft_b-2.html": medium_post("<p>d</p>", "D")}
    first, second = found_in(zipped({**names, "profile/profile.html": "<p>me</p>"}))
    assert (first.article.title, second.article.title) == ("T", "D")
    assert codes(second.article) == ["not_published"]
    (found,) = found_in(zipped({"posts/draft_x.html": medium_post("")}))
    assert isinstance(found, LeftOut)


def test_beehiiv_brings_cover_preview_and_date_and_keeps_quotes_commas_and_lines():
    html = '<p>One, "two"\nthree</p><h1>Own</h1>'
    article = only(beehiiv(html, cover="https://b.example/c.png")).article
    assert (article.title, article.subtitle, article.description) == ("T", "Below", "Preview")
    assert (article.date, article.canonical_url) == ("2026-03-01", "https://b.example/p/1")
    assert article.blocks == (
        Image("https://b.example/c.png", ""),
        Paragraph('One, "two" three'),
        Heading(2, "Own"),
    )


@pytest.mark.parametrize("cover", ["javascript:alert(1)", "/c.png", "https://b.example/{{x}}"])
def test_a_cover_without_a_web_address_is_said(cover):
    article = only(beehiiv(cover=cover, status="draft")).article
    assert article.blocks == (Paragraph("Words."),)
    assert codes(article) == ["not_published", "cover_left_out"]


def test_buttondown_reads_markdown_by_the_line_of_its_table():
    found = only(zipped(buttondown("# Own\n\nHi **b** {{ subscriber.email }}\n\n> said")))
    assert (found.part, found.article.title, found.article.date) == ("emails/first.md", "T", "2026-03-01")
    assert found.article.blocks == (
        Heading(2, "Own"),
        Paragraph("Hi <strong>b</strong> &#123;&#123; subscriber.email &#125;&#125;"),
        Quote("said"),
    )
    assert codes(only(zipped(buttondown(date=""))).article) == ["not_published"]


def test_a_buttondown_letter_without_a_text_is_left_out():
    files = buttondown("")
    assert isinstance(found_in(zipped(files))[0], LeftOut)
    del files["emails/first.md"]
    assert isinstance(found_in(zipped(files))[0], LeftOut)


@pytest.mark.parametrize(
    ("data", "kind", "reason"),
    [
        ("a,b\n1,2\n", "beehiiv", "not beehiiv's posts"),
        ('web_title,content_html\nT,"<p>never ends', "beehiiv", "quote in line 2 of the table never ends"),
        ("web_title,content_html\n" + "," * 300, "beehiiv", "more than 200 columns"),
        (zipped({"a.txt": "x"}), "substack", "no export of Substack"),
        (substack(), "medium", "no export of Medium"),
        (zipped({"a.txt": "x"}), "buttondown", "no export of Buttondown"),
        (b"x", "substack", "no zip archive"),
    ],
)
def test_what_is_no_such_export_is_refused(data, kind, reason):
    with pytest.raises(ArticleBroken, match=reason):
        parse_one(data, kind=kind, name="x")


def test_articles_side_by_side_bring_the_pictures_beside_them():
    files = {
        "a/one.md": "# One\n\n![x](../img/p.png)\n\n![y](/q.png)\n\n![z](../../etc/p.png)",
        "img/p.png": png(),
        "static/q.png": png(9),
        "d.html": "<h1>Two</h1><p>x</p>",
        "e.txt": "",
        "inner.zip": zipped({"a.txt": "x"}),
        "p.pdf": "%PDF-1.7",
        "__MACOSX/._a.txt": "x",
        "u.txt": "Café olé.".encode("cp1252"),
    }
    found = {one.part: one for one in found_in(zipped(files))}
    assert set(found) == {"a/one.md", "d.html", "e.txt", "inner.zip", "p.pdf", "u.txt"}
    one = found["a/one.md"]
    assert [block.src for block in one.article.blocks] == ["asset:p.png", "asset:q.png", ""]
    assert [picture.data for picture in one.pictures] == [png(), png(9)]
    assert {part for part, what in found.items() if isinstance(what, LeftOut)} == {"e.txt", "inner.zip", "p.pdf"}
    assert found["u.txt"].article.blocks == (Paragraph("Café olé."),)


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"PK\x03\x04", "zip archive but is broken"),
        (zipped({"a.pdf": "x"})[:-30], "zip archive but is broken"),
        (zipped({"a.bin": "x"}), "There is no article in it"),
        (zipped({"a.txt": b"a" * 30_000_000}), "1,028 times its size, the limit is 100 times"),
        (zipped({f"{n}.txt": "" for n in range(10_001)}), "10,001 files, the limit is 10,000"),
        (zipped({"[Content_Types].xml": "x", "xl/workbook.xml": ""}), "It is a spreadsheet"),
        (zipped({"mimetype": "x", "content.xml": ""}), "OpenDocument"),
    ],
)
def test_archives_that_are_broken_bombs_or_no_articles_are_refused(data, reason):
    with pytest.raises(ArticleBroken, match=reason):
        parse_one(data, name="x.zip")


def test_a_lie_about_an_entrys_size_unpacks_no_more_than_it_said():
    data = bytearray(zipped({"a.txt": b"words and words " * 100_000}))
    for mark, offset in ((b"PK\x03\x04", 22), (b"PK\x01\x02", 24)):
        position = data.find(mark)
        data[position + offset : position + offset + 4] = (100).to_bytes(4, "little")
    (found,) = found_in(bytes(data))
    assert isinstance(found, LeftOut) or len(found.article.blocks[0].text) <= 100


def test_what_lies_in_a_folder_beside_an_unpacked_export_is_read_too(tmp_path):
    for name, data in {
        "beehiiv.csv": beehiiv().encode(),
        "posts.csv": b"post_id,title,subtitle\n7.first,Of Substack,\n",
        "posts/7.first.html": b"<p>x</p>",
        "own.md": b"# Own\n\nWords.",
    }.items():
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_bytes(data)
    folder = FolderArchive(tmp_path)
    assert [one.article.title for one in read_archive(folder, parse_file)] == ["Of Substack", "T", "Own"]
    (tmp_path / "posts.csv").unlink()
    assert {one.article.title for one in read_archive(folder, parse_file)} == {"T", "Own", ""}


def test_a_table_without_rows_is_refused():
    with pytest.raises(ArticleBroken, match="There is no article in it"):
        parse_one("web_title,content_html\n", kind="beehiiv")


def test_a_table_of_more_rows_than_any_export_has_says_where_it_was_cut():
    with pytest.raises(ArticleBroken, match="more than 10,000 rows"):
        found_in(beehiiv() + "2,T\n" * 10_001)


def test_a_row_that_was_cut_is_left_out_and_the_others_are_read():
    first, second, third = found_in(beehiiv() + "2,T\n" + beehiiv().split("\n", 1)[1])
    assert isinstance(second, LeftOut)
    assert (first.article.title, third.article.title) == ("T", "T")
