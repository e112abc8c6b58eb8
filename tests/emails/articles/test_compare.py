"""Two articles beside each other, block by block and word by word."""

from hypothesis import given, settings
from hypothesis import strategies as st

from emails.articles.blocks import Article, CallToAction, Columns, Heading, Paragraph
from emails.articles.compare import compare, is_same
from tests.emails.any_article import articles_of

OLD = Article("Water", (Heading(2, "Why"), Paragraph("Drink <b>enough</b> of it."), Paragraph("Bye.")))


def told(old: Article, new: Article) -> list[tuple[str, str, str]]:
    marks = {"same": "{}", "added": "+{}+", "removed": "-{}-"}
    return [
        (one.name, one.change, "".join(marks[piece.change].format(piece.text) for piece in one.pieces))
        for one in compare(old, new)
    ]


def test_a_changed_word_is_told_as_a_word():
    new = Article("Water", (Heading(2, "Why"), Paragraph("Drink plenty of it."), Paragraph("Bye.")))
    assert told(OLD, new)[2] == ("paragraph", "changed", "Drink -enough-+plenty+ of it.")
    assert [change for _, change, _ in told(OLD, new)] == ["same", "same", "changed", "same"]


def test_blocks_that_came_and_went_are_told_whole():
    new = Article("Water!", (Paragraph("Drink <b>enough</b> of it."), CallToAction("Go", "Now", "https://a.example/")))
    assert told(OLD, new) == [
        ("title", "changed", "-Water-+Water!+"),
        ("heading", "removed", "-2 Why-"),
        ("paragraph", "same", "Drink enough of it."),
        ("call to action", "added", "+Go · Now · https://a.example/+"),
        ("paragraph", "removed", "-Bye.-"),
    ]


def test_what_stands_in_columns_is_compared_too():
    def two(text: str) -> Article:
        return Article("", (Columns(((Paragraph(text),), ())),))

    assert told(two("a b"), two("a c")) == [("paragraph", "changed", "a -b-+c+")]


@settings(max_examples=40)
@given(articles_of(st.text(max_size=12)), articles_of(st.text(max_size=12)))
def test_nothing_of_either_article_is_left_out(old, new):
    changes = compare(old, new)
    for article, gone in ((old, "added"), (new, "removed")):
        kept = "".join(piece.text for one in changes for piece in one.pieces if piece.change != gone)
        whole = "".join(piece.text for one in compare(article, article) for piece in one.pieces)
        assert sorted(kept) == sorted(whole)
    assert is_same(compare(old, old))
