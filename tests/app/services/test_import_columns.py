"""Understanding rows by columns gives what the reader gives row by row."""

from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.config import load_settings
from app.services.import_columns import ColumnReader, as_page_row
from app.services.import_mapping import Left, Reader
from app.services.import_reading import Row
from app.tokens import init_tokens

COLUMNS = (
    "email", "first_name", "last_name", "name", "language", "agreed_at", "status", "left_at", "stopped", "wanted",
    "field.town", "field.größe",
)  # fmt: skip
ADDRESSES = st.sampled_from([
    "a@example.test", "A@example.test", "b@example.test", "b@EXAMPLE.test", "Ada <a@example.test>", " c@x.test ",
    "zoë@example.test", "d@bücher.test", "e@xn--bcher-kva.test", "o'neil@x.test", "mailto:f@x.test", "no address", "",
    "   ", "g@x", f"{'h' * 60}@example.test", "a..b@x.test",
])  # fmt: skip
WORDS = st.sampled_from([
    "", "", "Ada", "Łódź", "Zoe\u0308", " loose ", "two  blanks", "a\u00a0b", "line\nend", "x\x07y", "Lovelace, Ada",
    "Ada Lovelace", "y" * 201, "z" * 501, "\u202ereversed", "Ada\\", '"quoted"',
])  # fmt: skip
SIGNS = st.sampled_from(["", "", "", "subscribed", "Unsubscribed", "pending", "1", "0", "no", "true", "2020-01-01"])
TIMES = st.sampled_from(["", "2021-03-04 05:06:07", "04.03.2021", "2999-01-01", "never", " 2021-03-04T05:06:07Z "])
TONGUES = st.sampled_from(["", "de", "pt_BR", "Deutsch", "de_DE.utf8", "no tongue", " fr ", ".utf8"])
OF = {"email": ADDRESSES, "language": TONGUES, "agreed_at": TIMES} | dict.fromkeys(
    ("status", "left_at", "stopped", "wanted"), SIGNS
)


@pytest.fixture(autouse=True, scope="module")
def keys(tmp_path_factory):
    settings = load_settings(data=tmp_path_factory.mktemp("keys"), given_secret="long enough to be a secret of tests")
    init_tokens(settings, suppression_key="key")


@st.composite
def tables(draw):
    others = draw(st.lists(st.sampled_from(COLUMNS[1:]), unique=True, max_size=5))
    columns = draw(st.permutations(["email", *others]))
    rows = draw(st.lists(st.tuples(*(OF.get(one, WORDS) for one in columns)).map(list), min_size=1, max_size=12))
    if draw(st.booleans()):
        place = draw(st.integers(0, len(rows) - 1))
        rows[place] = draw(st.sampled_from([rows[place][:-1], [*rows[place], ""], [*rows[place], "more"]]))
    return {str(place): one for place, one in enumerate(columns)}, len(columns), rows


def row_by_row(reader: Reader, rows: list[list[str]]) -> tuple:
    people, left, duplicates, dropped, met = [], [], 0, Counter(), set()
    for number, cells in enumerate(rows, 2):
        one = reader.read(Row(number, list(cells), 0))
        if isinstance(one, Left):
            left.append(one)
        elif one.email_key in met:
            duplicates += 1
        else:
            met.add(one.email_key)
            people.append(as_page_row(one))
            dropped.update(one.dropped)
    return people, left, duplicates, dropped


@given(table=tables(), cut=st.integers(0, 12))
def test_columns_tell_what_rows_tell(table, cut):
    mapping, width, rows = table
    wanted = row_by_row(Reader(mapping, width), rows)
    by_columns = ColumnReader(Reader(mapping, width))
    numbers = range(2, 2 + len(rows))
    parts = [by_columns.read(rows[:cut], numbers[:cut]), by_columns.read(rows[cut:], numbers[cut:])]
    people = sorted((one for part in parts for one in part.people), key=lambda one: one.n)
    assert people == wanted[0]
    assert [one for part in parts for one in part.left] == wanted[1]
    assert sum(part.duplicates for part in parts) == wanted[2]
    assert sum((part.dropped for part in parts), Counter()) == wanted[3]
