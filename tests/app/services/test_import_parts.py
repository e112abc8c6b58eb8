"""Reading in parts gives what reading row by row gives, wherever a block or a part ends."""

import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.services import import_parts
from app.services.import_parts import PartReader
from app.services.import_reading import Unreadable, read_rows

PIECES = st.sampled_from(
    ['"', '"', ",", "\n", "\n", "\0", "a", "é", "字", '""', ",b\n", '"x\ny"\n', "a@b.test,c\n", " "]
)
TEXTS = st.lists(PIECES, max_size=60).map("".join)


def read_by_parts(data: bytes, most: int) -> list:
    """Each part by a reader of its own, as each page of an import has."""
    found, offset, number = [], 0, 1
    while True:
        parts = PartReader(io.BytesIO(data), ",", offset=offset, number=number)
        before = len(found)
        for _ in range(2):
            part = parts.read(most)
            if part is None:
                return sorted(found)
            assert len(part.rows) + len(part.unreadable) <= most
            found += zip(part.numbers, part.rows, strict=True)
            found += [(one.number, [one.reason, one.value]) for one in part.unreadable]
        assert parts.offset > offset or len(found) > before
        offset, number = parts.offset, parts.number


@pytest.fixture(params=[7, 40, 512 * 1024])
def block(request, monkeypatch):
    monkeypatch.setattr(import_parts, "BLOCK_BYTES", request.param)
    monkeypatch.setattr(import_parts, "CAREFUL_ROWS", 2)


@pytest.mark.usefixtures("block")
def test_parts_hold_what_rows_hold():
    @given(text=TEXTS, most=st.integers(1, 9))
    def holds(text, most):
        data = text.encode()
        rows = read_rows(io.BytesIO(data), ",")
        wanted = [(row.number, [row.reason, row.value] if isinstance(row, Unreadable) else row.cells) for row in rows]
        assert read_by_parts(data, most) == wanted

    holds()


def test_rows_with_too_many_cells_or_lines_are_told_as_ever():
    long = '"' + "x\n" * (import_parts.MOST_LINES_OF_A_ROW + 1) + '"\n'
    data = (",".join("x" * (import_parts.MOST_COLUMNS + 1)) + "\na@b.test,c\n" + long).encode()
    part = PartReader(io.BytesIO(data), ",", offset=0, number=1).read(10)
    assert part.unreadable[0].number == 1
    assert part.numbers[0] == 2
    found = [number for number, _row in read_by_parts(data, 100)]
    assert found == [row.number for row in read_rows(io.BytesIO(data), ",")]
