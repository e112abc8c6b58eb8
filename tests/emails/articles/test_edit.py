"""Editing a column of blocks loses no words and never reaches past its ends."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from emails.articles.blocks import CallToAction, Divider, Heading, List, ListItem, Paragraph, Quote, Sponsor
from emails.articles.edit import EMPTY, Kind, add, insert, join, kind_of, move, remove, retype, split, words_of
from emails.errors import ArticleBroken

COLUMN = (
    Heading(2, "One"),
    Paragraph("first <em>words</em>"),
    Paragraph("second words"),
    List((ListItem("growth", label="More"), ListItem("less", items=(ListItem("inner"),)))),
    Quote("said", by="Ada"),
    CallToAction("text", "Go", heading="Ask?"),
    Divider(),
)


def test_a_block_moved_up_changes_places_with_the_one_above():
    assert move(COLUMN, 1, 0)[:2] == (COLUMN[1], COLUMN[0])


def test_a_block_moved_past_the_end_stays_at_the_end():
    assert move(COLUMN, 0, 99)[-1] == COLUMN[0]


@given(at=st.integers(0, 6), to=st.integers(-3, 12))
def test_moving_loses_and_doubles_no_block(at, to):
    assert sorted(map(repr, move(COLUMN, at, to))) == sorted(map(repr, COLUMN))


def test_a_removed_block_can_be_put_back_where_it_was():
    assert insert(remove(COLUMN, 3), 3, (COLUMN[3],)) == COLUMN


@pytest.mark.parametrize("kind", Kind)
def test_an_added_block_is_empty_and_of_its_kind(kind):
    assert add(COLUMN, 2, kind)[2] == EMPTY[kind]
    assert kind_of(EMPTY[kind]) is kind


@pytest.mark.parametrize("kind", [kind for kind in Kind if kind is not Kind.DIVIDER])
@pytest.mark.parametrize("at", range(6))
def test_retyping_keeps_every_word(kind, at):
    def bare(texts):
        return " ".join(texts).replace("<em>", "").replace("</em>", "").replace("<strong>", "").replace("</strong>", "")

    before = bare(words_of(COLUMN[at])).split()
    after = bare([text for block in retype(COLUMN, at, kind)[at : len(COLUMN) + 9] for text in words_of(block)]).split()
    assert after[: len(before)] == before


def test_a_list_becomes_one_paragraph_for_each_item():
    assert retype(COLUMN, 3, Kind.PARAGRAPH)[3:6] == (
        Paragraph("<strong>More:</strong> growth"),
        Paragraph("less"),
        Paragraph("inner"),
    )


def test_enter_begins_a_new_paragraph_with_the_rest():
    assert split(COLUMN, 1, "rest")[1:3] == (COLUMN[1], Paragraph("rest"))


def test_backspace_at_the_beginning_joins_with_the_block_above():
    assert join(COLUMN, 2)[1] == Paragraph("first <em>words</em> second words")
    assert join(COLUMN, 4) == COLUMN


@pytest.mark.parametrize("act", [remove, lambda blocks, at: move(blocks, at, 0), lambda b, at: split(b, at, "x")])
@pytest.mark.parametrize("at", [-1, 7])
def test_a_stale_position_is_named(act, at):
    with pytest.raises(ArticleBroken, match=f"no block {at + 1}"):
        act(COLUMN, at)


def test_a_sponsor_line_keeps_its_words_as_text():
    assert words_of(Sponsor("A & B", "Posted for A & B")) == ["Posted for A &amp; B"]
