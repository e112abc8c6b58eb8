"""Reading CSV: whatever a csv.writer writes is read back; nothing crashes it, and every row has its number."""

import csv
import io

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from app.errors import InvalidInput
from app.services import import_reading
from app.services.import_reading import Row, Unreadable, find_shape, read_rows, transcode

TEXT = st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"]), max_size=12)
TABLES = st.lists(st.lists(TEXT, min_size=2, max_size=5), min_size=1, max_size=8)
ENCODINGS = ("utf-8", "utf-8-sig", "utf-16")


def written(rows, *, delimiter=",", encoding="utf-8", **dialect) -> io.BytesIO:
    text = io.StringIO(newline="")
    csv.writer(text, delimiter=delimiter, **dialect).writerows(rows)
    return io.BytesIO(text.getvalue().encode(encoding))


def kept(source: io.BytesIO) -> tuple[io.BytesIO, str]:
    target = io.BytesIO()
    encoding = transcode(source, target)
    target.seek(0)
    return target, encoding


def plain_ends(cell: str) -> str:
    return cell.replace("\r\n", "\n").replace("\r", "\n")


@given(
    table=TABLES,
    delimiter=st.sampled_from(import_reading.DELIMITERS),
    quoting=st.sampled_from([csv.QUOTE_MINIMAL, csv.QUOTE_ALL, csv.QUOTE_NONNUMERIC]),
    end=st.sampled_from(["\r\n", "\n", "\r"]),
    encoding=st.sampled_from(ENCODINGS),
)
def test_what_a_writer_wrote_is_read_back(table, delimiter, quoting, end, encoding):
    # A writer leaves the other line end bare in a cell: then nobody can tell it from the end of a row.
    bare = {"\r", "\n"} - set(end) if quoting == csv.QUOTE_MINIMAL else set()
    assume(not any(bare & set(cell) for row in table for cell in row))
    table = [["first", "row"], *table]
    source = written(table, delimiter=delimiter, quoting=quoting, lineterminator=end, encoding=encoding)
    file, _encoding = kept(source)
    assert [row.cells for row in read_rows(file, delimiter)] == [[plain_ends(cell) for cell in row] for row in table]


@given(table=TABLES, at=st.integers(0, 7))
def test_reading_goes_on_from_the_byte_after_any_row(table, at):
    file, _encoding = kept(written([["first", "row"], *table]))
    rows = list(read_rows(file, ","))
    place = min(at, len(rows) - 1)
    rest = list(read_rows(file, ",", offset=rows[place].after, number=rows[place].number + 1))
    assert rest == rows[place + 1 :]


@given(st.binary(min_size=1, max_size=400))
def test_garbage_crashes_nothing_and_every_row_has_its_number(data):
    try:
        file, encoding = kept(io.BytesIO(data))
        shape = find_shape(file, encoding=encoding)
    except InvalidInput:
        return
    rows = list(read_rows(file, shape.delimiter))
    assert [row.number for row in rows] == sorted({row.number for row in rows})
    assert all(isinstance(row, Row | Unreadable) and row.after <= len(file.getvalue()) for row in rows)


def test_an_unbalanced_quote_costs_its_own_row_only():
    file = io.BytesIO(b'a,b\n1,"two\n3,4\n5,6\n')
    rows = list(read_rows(file, ","))
    assert [(row.number, isinstance(row, Row)) for row in rows] == [(1, True), (2, False), (3, True), (4, True)]
    assert rows[1].value == '1,"two'


@pytest.mark.parametrize(
    ("line", "words"),
    [
        (b"a\0b,c", "NUL"),
        (b'"' + b"x" * 200_000 + b'",y', "longer than 131,072 characters"),
        (b"x" * (10 * 1024 * 1024), "longer than 1,048,576 bytes"),
        (b'"' + b"\n" * 600 + b'",y', "does not close within 500 lines"),
        (b",".join([b"x"] * 300), "300 cells"),
        (b'"a"b,c', "quotes of this row do not match"),
    ],
)
def test_what_cannot_be_a_row_is_refused_by_its_number_and_the_next_is_read(line, words):
    rows = list(read_rows(io.BytesIO(b"a,b\n" + line + b"\n1,last\n"), ","))
    assert (rows[1].number, words in rows[1].reason) == (2, True)
    assert rows[-1].cells == ["1", "last"]


def test_empty_lines_count_as_rows_of_a_spreadsheet():
    assert [row.number for row in read_rows(io.BytesIO(b"a\n\n\nb\n"), ",")] == [1, 4]


@pytest.mark.parametrize(
    ("encoding", "said"),
    [("utf-8", "utf-8"), ("utf-8-sig", "utf-8"), ("utf-16", "utf-16-le"), ("utf-16-le", "utf-16-le"),
     ("utf-16-be", "utf-16-be"), ("cp1252", "cp1252")],
)  # fmt: skip
def test_encodings_are_told_apart(encoding, said):
    file, found = kept(io.BytesIO("email;name\nzoë@x.test;Zoë\n".encode(encoding)))
    assert (found, file.read().decode()) == (said, "email;name\nzoë@x.test;Zoë\n")


@pytest.mark.parametrize(
    ("data", "words"),
    [(b"", "empty"), (b" \n ", "empty"), (b"PK\x03\x04rest", "spreadsheet"), (b"%PDF-1.7", "PDF")],
)
def test_what_is_no_table_is_named(data, words):
    with pytest.raises(InvalidInput, match=words):
        kept(io.BytesIO(data))


def test_a_file_beyond_the_limit_is_refused(monkeypatch):
    monkeypatch.setattr(import_reading, "LARGEST_FILE_BYTES", 10)
    with pytest.raises(InvalidInput, match="larger than"):
        kept(io.BytesIO(b"a@example.test\n"))


@pytest.mark.parametrize("delimiter", import_reading.DELIMITERS)
def test_the_separator_is_found(delimiter):
    rows = [["email", "name", "note"], ["a@x.test", "A", "one, two; three"], ["b@x.test", "B", "four | five"]]
    assert find_shape(written(rows, delimiter=delimiter), encoding="utf-8").delimiter == delimiter


def test_a_separator_named_in_the_first_line_is_taken():
    shape = find_shape(io.BytesIO(b"sep=;\nemail;a,b\nx@x.test;1,2\n"), encoding="utf-8")
    assert (shape.delimiter, shape.headings, shape.first_number) == (";", ("email", "a,b"), 3)


def test_a_first_row_with_an_address_is_a_person():
    shape = find_shape(io.BytesIO(b"a@x.test,A\nb@x.test,B\n"), encoding="utf-8")
    assert (shape.has_headings, shape.first_number, shape.headings) == (False, 1, ("", ""))
