"""Paths to blocks inside columns, and blocks carried from one list to another."""

import pytest

from emails.articles.blocks import Columns, Divider, Heading, Paragraph
from emails.articles.edit import duplicate, remove
from emails.articles.edit_path import block_at, carry, change_at, read_path, written
from emails.errors import ArticleBroken

A, B, C, D = Paragraph("a"), Paragraph("b"), Heading(2, "c"), Divider()
BLOCKS = (A, Columns(((B, C), ())), D)


def test_a_path_is_read_and_written():
    assert read_path("12") == (12,)
    assert written(read_path("1.0.2")) == "1.0.2"
    assert block_at(BLOCKS, (1, 0, 1)) == C


@pytest.mark.parametrize("path", ["", "x", "1.0", "1.0.0.0", "-1", "1.²"])
def test_what_is_no_path_is_refused(path):
    with pytest.raises(ArticleBroken):
        read_path(path)


@pytest.mark.parametrize("path", [(5,), (0, 0, 0), (1, 2, 0), (1, 0, 9)])
def test_a_block_that_is_not_there_is_refused(path):
    with pytest.raises(ArticleBroken):
        block_at(BLOCKS, path)


def test_a_change_in_a_column_leaves_all_else():
    assert change_at(BLOCKS, (1, 0, 0), remove) == (A, Columns(((C,), ())), D)
    assert change_at(BLOCKS, (2,), duplicate) == (*BLOCKS, D)


@pytest.mark.parametrize(
    ("path", "to", "blocks", "where"),
    [
        ((0,), (3,), (BLOCKS[1], D, A), (2,)),
        ((2,), (0,), (D, A, BLOCKS[1]), (0,)),
        ((1, 0, 0), (1, 0, 2), (A, Columns(((C, B), ())), D), (1, 0, 1)),
        ((1, 0, 0), (1, 1, 0), (A, Columns(((C,), (B,))), D), (1, 1, 0)),
        ((1, 0, 0), (0,), (B, A, Columns(((C,), ())), D), (0,)),
        ((0,), (1, 1, 0), (Columns(((B, C), (A,))), D), (0, 1, 0)),
        ((2,), (1, 0, 1), (A, Columns(((B, D, C), ()))), (1, 0, 1)),
    ],
)
def test_a_block_is_carried_to_where_it_was_let_go(path, to, blocks, where):
    assert carry(BLOCKS, path, to) == (blocks, where)
