"""Saved sections: blocks under a name for a brand."""

import pytest

from app.database.session import reading, transaction
from app.errors import InvalidInput, NotFound
from app.services.sections import blocks_of_section, remove_section, save_section, sections_of
from emails.articles.blocks import Columns, Heading, Paragraph
from tests.factories.brands import make_brand

BLOCKS = (Heading(2, "About us"), Columns(((Paragraph("a"),), (Paragraph("b", only="field.x"),))))


@pytest.fixture
def brands(database) -> tuple[int, int]:
    with transaction() as session:
        return make_brand(session, name="One").id, make_brand(session, name="Two").id


def test_a_section_is_kept_under_its_name_and_given_back_as_it_was(brands):
    with transaction() as session:
        number = save_section(session, brands[0], "  About us ", BLOCKS).id
    with reading() as session:
        assert [one.name for one in sections_of(session, brands[0])] == ["About us"]
        assert blocks_of_section(session, brands[0], number) == BLOCKS
        assert sections_of(session, brands[1]) == ()


def test_the_same_name_replaces_what_had_it(brands):
    with transaction() as session:
        first = save_section(session, brands[0], "About", BLOCKS).id
        assert save_section(session, brands[0], "ABOUT", BLOCKS[:1]).id == first
    with reading() as session:
        assert blocks_of_section(session, brands[0], first) == BLOCKS[:1]


def test_a_section_of_another_brand_is_not_there(brands):
    with transaction() as session:
        number = save_section(session, brands[0], "About", BLOCKS).id
    with pytest.raises(NotFound), reading() as session:
        blocks_of_section(session, brands[1], number)


@pytest.mark.parametrize(("name", "blocks"), [("", BLOCKS), ("x" * 201, BLOCKS), ("A", ()), ("A", BLOCKS * 51)])
def test_what_cannot_be_kept_is_refused(brands, name, blocks):
    with pytest.raises(InvalidInput), transaction() as session:
        save_section(session, brands[0], name, blocks)


def test_a_removed_section_is_gone(brands):
    with transaction() as session:
        number = save_section(session, brands[0], "About", BLOCKS).id
        assert remove_section(session, brands[0], number) == "About"
        assert sections_of(session, brands[0]) == ()
