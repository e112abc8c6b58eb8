"""What Word documents become, built here part by part, and which are refused before anything unpacks them."""

import pytest

from emails.articles.blocks import Code, Divider, Heading, Image, List, ListItem, Paragraph, Quote, Table
from emails.articles.docx_parts import MAX_ELEMENTS
from emails.articles.imported import LeftOut
from emails.articles.parse import parse_one
from emails.errors import ArticleBroken
from tests.emails.articles.samples import (
    NAMESPACES,
    codes,
    drawing,
    found_in,
    only,
    para,
    png,
    relation,
    word,
    zipped,
)

LEVELS = '<w:lvl w:ilvl="0"><w:numFmt w:val="bullet"/></w:lvl><w:lvl w:ilvl="1"><w:numFmt w:val="bullet"/></w:lvl>'
NUMBERING = {
    "word/numbering.xml": f'<w:numbering {NAMESPACES}><w:abstractNum w:abstractNumId="0">{LEVELS}</w:abstractNum>'
    '<w:num w:numId="1"><w:abstractNumId w:val="0"/></w:num></w:numbering>'
}
NUMBERED = relation("n", "numbering", "numbering.xml")


def item(text, level=0):
    return para(text, "ListParagraph", f'<w:numPr><w:ilvl w:val="{level}"/><w:numId w:val="1"/></w:numPr>')


def cells(*inner, header=False):
    mark = "<w:trPr><w:tblHeader/></w:trPr>" if header else ""
    return f"<w:tr>{mark}{''.join(f'<w:tc>{one}</w:tc>' for one in inner)}</w:tr>"


def test_styles_become_title_subtitle_headings_quotes_and_code():
    body = para("The Title", "Title") + para("Below", "Subtitle") + para("Part", "Heading1") + para("Words {{ x }}.")
    body += para("Said so", "Quote") + para("a = 1", "HtmlPreformatted") + para("b = 2", "HtmlPreformatted")
    article = only(word(body)).article
    assert (article.title, article.subtitle) == ("The Title", "Below")
    assert article.blocks == (
        Heading(2, "Part"),
        Paragraph("Words &#123;&#123; x &#125;&#125;."),
        Quote("Said so"),
        Code("a = 1\nb = 2"),
    )
    assert codes(article) == []


def test_a_first_heading_is_the_title_where_no_style_says_it():
    article = only(word(para("Tides", "Heading1") + para("Words.") + para("More", "Heading2") + para("End."))).article
    assert article.title == "Tides"
    assert article.blocks == (Paragraph("Words."), Heading(2, "More"), Paragraph("End."))


def test_lists_nest_and_tables_keep_lists_as_lines():
    table = f"<w:tbl>{cells(para('Name'), para('Has'), header=True)}{cells(para('Ada'), item('one') + item('two', 1))}"
    body = item("a") + item("b", 1) + item("c") + f"{table}</w:tbl>"
    assert only(word(body, relations=NUMBERED, parts=NUMBERING)).article.blocks == (
        List((ListItem("a", items=(ListItem("b"),)), ListItem("c"))),
        Table(("Name", "Has"), (("Ada", "one<br>two"),)),
    )


def test_a_picture_comes_along_with_its_description_and_caption():
    found = only(
        word(
            drawing() + para("A caption", "Caption") + para("Words."),
            relations=relation("i1", "image", "media/a.png"),
            parts={"word/media/a.png": png()},
        )
    )
    assert found.article.blocks[0] == Image("asset:picture-1.png", "A hill", "A caption")
    assert [(one.name, one.media_type, one.data) for one in found.pictures] == [("picture-1.png", "image/png", png())]
    assert codes(found.article)[0] == "pictures_brought"


def test_pictures_on_the_web_stay_there_and_no_file_outside_is_read(tmp_path):
    secret = tmp_path / "secret.png"
    secret.write_bytes(png())
    outside = relation("o", "image", "https://a.example/p.png", "External")
    outside += relation("f", "image", secret.as_uri(), "External")
    found = only(word(drawing("o", how="link") + drawing("f", how="link") + para("Words."), relations=outside))
    assert found.article.blocks == (
        Image("https://a.example/p.png", "A hill"),
        Image("", "A hill"),
        Paragraph("Words."),
    )
    assert found.pictures == ()
    assert "image_missing" in codes(found.article)


def test_a_picture_no_letter_can_show_is_said():
    parts = {"word/media/a.png": b"<svg onload=alert(1)>"}
    pictured = relation("i1", "image", "media/a.png")
    article = only(word(drawing() + para("Words."), relations=pictured, parts=parts)).article
    assert article.blocks[0] == Image("", "A hill")
    assert codes(article)[0] == "pictures_unusable"


def test_footnotes_keep_their_number_and_stand_at_the_end():
    note = f'<w:footnotes {NAMESPACES}><w:footnote w:id="2">{para("The source.")}</w:footnote></w:footnotes>'
    body = '<w:p><w:r><w:t>Said</w:t></w:r><w:r><w:footnoteReference w:id="2"/></w:r></w:p>' + para("Later.")
    parts = {"word/footnotes.xml": note}
    article = only(word(body, relations=relation("f", "footnotes", "footnotes.xml"), parts=parts)).article
    assert article.blocks == (
        Paragraph("Said<sup>[1]</sup>"),
        Paragraph("Later."),
        List((ListItem("The source."),), ordered=True),
    )


def test_links_lead_to_the_web_only_and_never_hold_a_tag():
    relations = relation("h", "hyperlink", "https://a.example/{{c}}", "External")
    relations += relation("j", "hyperlink", "javascript:alert(1)", "External")
    run = "<w:r><w:t>{}</w:t></w:r>"
    links = "".join(f'<w:hyperlink r:id="{one}">{run.format(one)}</w:hyperlink>' for one in ("h", "j"))
    (block,) = only(word(f"<w:p>{links}</w:p>", relations=relations)).article.blocks
    assert block == Paragraph('<a href="https://a.example/%7B%7Bc%7D%7D">h</a>j')


def test_what_was_struck_out_is_gone_and_what_was_added_stays():
    body = "<w:p><w:ins><w:r><w:t>new</w:t></w:r></w:ins><w:del><w:r><w:delText>old</w:delText></w:r></w:del></w:p>"
    assert only(word(body)).article.blocks == (Paragraph("new"),)


def test_words_in_a_box_stay_and_a_page_break_divides():
    box = f'<v:shape xmlns:v="urn:schemas-microsoft-com:vml"><v:textbox><w:txbxContent>{para("Boxed")}</w:txbxContent>'
    body = f"<w:p><w:r><w:pict>{box}</v:textbox></v:shape></w:pict></w:r></w:p>"
    body += '<w:p><w:r><w:br w:type="page"/></w:r></w:p>' + para("After.")
    assert only(word(body)).article.blocks == (Paragraph("Boxed"), Divider(), Paragraph("After."))


def test_a_formula_is_said_to_be_left_out():
    formula = '<m:oMath xmlns:m="http://schemas.openxmlformats.org/officeDocument/2006/math"><m:r><m:t>E</m:t></m:r>'
    article = only(word(para("Words.") + f"<w:p>{formula}</m:oMath></w:p>")).article
    (remark,) = [one for one in article.warnings if one.code == "parts_left_out"]
    assert "oMath" in remark.message


def test_the_documents_properties_fill_what_its_text_does_not_say():
    core = "<dc:title>Kept title</dc:title><dc:creator>Ann</dc:creator><dc:language>de-DE</dc:language>"
    article = only(word(para("Words."), core=core)).article
    assert (article.title, article.author, article.language) == ("Kept title", "Ann", "de-DE")
    assert "title_missing" not in codes(article)
    assert only(word(para("Own", "Title") + para("x"), core=core)).article.title == "Own"


@pytest.mark.parametrize("who", ["python-docx", "User", "Microsoft Office User"])
def test_a_program_is_no_author(who):
    assert only(word(para("Words."), core=f"<dc:creator>{who}</dc:creator>")).article.author == ""


def test_a_document_without_words_is_no_article_whatever_it_is_called():
    for body in ("", para(""), para("  \t")):
        (found,) = found_in(word(body, core="<dc:title>Kept title</dc:title>"), name="a.docx")
        assert isinstance(found, LeftOut)
        assert "no words" in found.reason


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"plain text", "It is no Word document"),
        (word(para("x" * 4000))[:-200], "zip archive but is broken"),
        (zipped({"word/x.xml": "<a/>", "[Content_Types].xml": "<Types/>"}), "The Word document is broken"),
        (zipped({"a.txt": "x"}), "It is no Word document"),
        (zipped({"word/document.xml": "<w:document"}), "The Word document is broken"),
        (word(para("x"), prologue='<!DOCTYPE x [<!ENTITY a "b">]>'), "It declares entities"),
        (word("".join(para(f"{n * 7919 % 1_000_003}") for n in range(MAX_ELEMENTS // 3))), "80,000 elements"),
        (word(para(" ".join(str(n * 7919) for n in range(800_000)))), "limit is 6.3 MB"),
        (zipped({"word/document.xml": b" " * 30_000_000}), "times its size"),
    ],
)
def test_what_is_no_document_or_too_much_is_refused_with_its_cure(data, reason):
    with pytest.raises(ArticleBroken, match=reason):
        parse_one(data, kind="docx", name="a.docx")


def test_a_document_with_a_password_is_refused():
    data = bytearray(word(para("x")))
    for mark, offset in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        position = -1
        while (position := data.find(mark, position + 1)) >= 0:
            data[position + offset] |= 1
    with pytest.raises(ArticleBroken, match="locked with a password"):
        parse_one(bytes(data), kind="docx")


def test_deeply_nested_tables_are_refused_or_laid_flat():
    deep = para("core")
    for _ in range(150):
        deep = f"<w:tbl>{cells(deep)}</w:tbl>{para('')}"
    with pytest.raises(ArticleBroken, match="nested"):
        parse_one(word(deep), kind="docx")
