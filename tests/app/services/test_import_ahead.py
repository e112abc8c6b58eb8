"""Reading ahead gives the same pages as reading each when it is wanted, and never one that was not asked for."""

from dataclasses import replace

import pytest

from app.config import load_settings
from app.services.import_ahead import ReadAhead, Span, read_page
from app.services.import_files import Kept
from app.services.import_reading import Shape
from app.tokens import init_tokens

LINES = "".join(f"reader{number % 40}@example.test,N{number}\n" for number in range(50)) + "bad,x\n"


@pytest.fixture
def first(tmp_path) -> Span:
    init_tokens(load_settings(data=tmp_path, given_secret="long enough to be a secret of tests"), suppression_key="key")
    kept = Kept(tmp_path, "people")
    kept.copy.write_text("email,name\n" + LINES)
    shape = Shape(",", ("email", "name"), has_headings=True, start=11, first_number=2)
    return Span(kept, shape, {"0": "email", "1": "name"}, cursor=11, number=2, most=7)


def test_pages_are_those_that_are_read_when_wanted(first):
    span, pages = first, []
    with ReadAhead() as ahead:
        while not pages or not pages[-1].is_last:
            pages.append(ahead.take(span))
            assert pages[-1] == read_page(span)
            span = replace(span, cursor=pages[-1].after, number=pages[-1].number)
    assert [page.rows for page in pages] == [7] * 7 + [2]
    assert sum(len(page.people) for page in pages) == 50
    assert [one.number for one in pages[-1].rejected] == [52]


def test_a_page_that_is_wanted_again_is_read_again(first):
    with ReadAhead() as ahead:
        assert ahead.take(first) == ahead.take(first) == read_page(first)
        smaller = replace(first, most=3)
        assert [one.n for one in ahead.take(smaller).people] == [2, 3, 4]


def test_a_file_that_went_meanwhile_is_told_where_its_page_is_wanted(first):
    with ReadAhead() as ahead:
        page = ahead.take(first)
        assert ahead.reading.result().rows == 7
        first.kept.copy.unlink()
        after = replace(first, cursor=page.after, number=page.number)
        third = ahead.take(after)
        with pytest.raises(FileNotFoundError):
            ahead.take(replace(after, cursor=third.after, number=third.number))
