"""WordPress's export: classic texts and blocks, shortcodes, captions, lead pictures, faulty XML."""

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
from emails.articles.imported import LeftOut
from emails.articles.parse import parse_one
from emails.errors import ArticleBroken
from tests.emails.articles.samples import codes, found_in, only, wp_item, wxr

ANN = (
    "<wp:author><wp:author_login>ann</wp:author_login>"
    "<wp:author_display_name>Ann Lee</wp:author_display_name></wp:author>"
)
ATTACHMENT = (
    "<item><title>pic</title><excerpt:encoded>Cap &lt;b&gt;x&lt;/b&gt;</excerpt:encoded><wp:post_id>9</wp:post_id>"
    "<wp:post_type>attachment</wp:post_type><wp:attachment_url>https://a.example/9.jpg</wp:attachment_url>"
    "<wp:postmeta><wp:meta_key>_wp_attachment_image_alt</wp:meta_key><wp:meta_value>Nine</wp:meta_value></wp:postmeta>"
    "</item>"
)


def led_by(number):
    meta = f"<wp:meta_key>_thumbnail_id</wp:meta_key><wp:meta_value>{number}</wp:meta_value>"
    return f"<wp:postmeta>{meta}</wp:postmeta>"


def blocks(content):
    return only(wxr(wp_item(content))).article.blocks


def test_a_post_brings_its_details_and_its_lead_picture():
    article = only(wxr(ATTACHMENT, wp_item("Words.", title="A &amp; B", more=led_by(9)), head=ANN)).article
    assert (article.title, article.author, article.date, article.language) == (
        "A & B",
        "Ann Lee",
        "2026-03-01",
        "en-GB",
    )
    assert article.canonical_url == "https://a.example/posts/1/"
    assert article.blocks == (Image("https://a.example/9.jpg", "Nine", "Cap x"), Paragraph("Words."))


def test_a_lead_picture_that_is_not_in_the_file_is_said():
    article = only(wxr(wp_item("Words.", more=led_by(77)))).article
    assert (article.blocks, codes(article)) == ((Paragraph("Words."),), ["lead_picture_missing"])


def test_blank_lines_are_paragraphs_and_line_ends_breaks():
    assert blocks("One\ntwo\n\nThree {{x}}\r\n\r\n<h2>H</h2>\n\nFour") == (
        Paragraph("One<br>two"),
        Paragraph("Three &#123;&#123;x&#125;&#125;"),
        Heading(2, "H"),
        Paragraph("Four"),
    )


def test_a_caption_goes_to_its_picture_and_a_gallery_becomes_pictures():
    picture = '<a href="/full.jpg"><img src="https://a.example/i.jpg" alt="I" width="300" /></a>'
    caption = f'Before [caption id="a" width="3"]{picture} The <em>cap</em>[/caption] after'
    assert blocks(caption) == (
        Paragraph("Before"),
        Image("https://a.example/i.jpg", "I", "The <em>cap</em>"),
        Paragraph("after"),
    )
    article = only(wxr(ATTACHMENT, wp_item('x\n\n[gallery ids="9,10"]'))).article
    assert article.blocks == (Paragraph("x"), Image("https://a.example/9.jpg", ""), Image("", ""))
    assert "image_missing" in codes(article)


def test_shortcodes_are_said_their_inner_words_stay_and_brackets_are_no_shortcodes():
    article = only(wxr(wp_item('[contact-form-7 id="1"] x [mytag]inner[/mytag] [sic] array[0] [1]'))).article
    assert article.blocks == (Paragraph("x inner [sic] array[0] [1]"),)
    (remark,) = article.warnings
    assert "contact-form-7, mytag" in remark.message


def test_an_address_alone_in_its_line_plays_and_code_is_left_alone():
    assert blocks('https://www.youtube.com/watch?v=1\n\n<pre>x\n\ny [gallery ids="9"]</pre>') == (
        Embed("https://www.youtube.com/watch?v=1"),
        Code('x\n\ny [gallery ids="9"]'),
    )


BLOCKS = [
    ("paragraph", "<p>Words</p>", Paragraph("Words")),
    ('heading {"level":3}', '<h3 class="wp-block-heading">H</h3>', Heading(3, "H")),
    (
        'image {"id":9}',
        '<figure class="wp-block-image"><img src="https://a.example/9.jpg" alt=""/><figcaption>C</figcaption></figure>',
        Image("https://a.example/9.jpg", None, "C"),
    ),
    (
        "list",
        "<ul><!-- wp:list-item --><li>one<!-- wp:list --><ul><li>in</li></ul><!-- /wp:list --></li></ul>",
        List((ListItem("one", items=(ListItem("in"),)),)),
    ),
    (
        "embed",
        '<figure><div class="wp-block-embed__wrapper">\nhttps://youtu.be/x\n</div></figure>',
        Embed("https://youtu.be/x"),
    ),
    (
        "button",
        '<div class="wp-block-button"><a class="wp-block-button__link" href="https://a.example/b">Buy</a></div>',
        CallToAction("", "Buy", "https://a.example/b"),
    ),
    ("quote", "<blockquote><p>Q</p><cite>Who</cite></blockquote>", Quote("Q", "Who")),
    ("separator", "<hr/>", Divider()),
    ("table", "<figure><table><tbody><tr><td>a</td><td>b</td></tr></tbody></table></figure>", Table((), (("a", "b"),))),
    ("code", "<pre><code>x &lt; y</code></pre>", Code("x < y")),
    ("html", '<iframe src="//player.example/x"></iframe><script>alert(1)</script>', Embed("https://player.example/x")),
]


@pytest.mark.parametrize(("name", "html", "block"), BLOCKS, ids=[name.split()[0] for name, _, _ in BLOCKS])
def test_a_block_becomes_a_block(name, html, block):
    content = f"<!-- wp:{name} -->\n{html}\n<!-- /wp:{name.split()[0]} -->"
    assert blocks(f"<!-- wp:paragraph --><p>x</p><!-- /wp:paragraph -->{content}") == (Paragraph("x"), block)


def test_a_block_that_wordpress_fills_itself_is_said():
    article = only(wxr(wp_item('<!-- wp:paragraph --><p>x</p><!-- /wp:paragraph --><!-- wp:latest-posts {"a":1} /-->')))
    (remark,) = article.article.warnings
    assert "latest-posts" in remark.message


def test_drafts_and_pages_are_said_and_revisions_menus_and_the_bin_are_no_articles():
    items = [wp_item("x", status="draft", kind="page"), wp_item("r", kind="revision"), wp_item("t", status="trash")]
    article = only(wxr(*items, wp_item("n", kind="nav_menu_item"))).article
    assert codes(article) == ["not_published", "other_type"]
    assert article.canonical_url == ""


def test_a_post_without_words_is_left_out_and_the_next_is_read():
    for empty in ("", "  ", "<!-- wp:spacer /-->", "<p>&nbsp;</p>"):
        first, second = found_in(wxr(wp_item(empty), wp_item("fine")))
        assert isinstance(first, LeftOut)
        assert second.article.blocks == (Paragraph("fine"),)


def test_faulty_xml_is_read_as_far_as_it_goes_and_said():
    found = found_in(wxr(wp_item("one two"), wp_item("three " * 100))[:-300])
    assert found[0].article.blocks == (Paragraph("one two"),)
    assert all("xml_faulty" in codes(one.article) for one in found)
    bare = wxr(wp_item("salt &amp; bread \x0b")).replace(b"&amp;amp;", b"&")
    assert only(bare).article.blocks == (Paragraph("salt bread"),)


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (wxr(ATTACHMENT), "There are no posts"),
        (b"<rss", "There are no posts|XML is broken"),
        (b"", "There are no posts|XML is broken|empty"),
        (b'<!DOCTYPE rss [<!ENTITY a "aa">]>' + wxr(wp_item("&a;")), "declares entities"),
    ],
)
def test_what_is_no_export_is_refused(data, reason):
    with pytest.raises(ArticleBroken, match=reason):
        parse_one(data, kind="wordpress", name="a.xml")
