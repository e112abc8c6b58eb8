"""Columns guessed from the exports of other tools, and rows understood by them."""

from pathlib import Path

import pytest

from app.config import load_settings
from app.errors import InvalidInput
from app.services.import_mapping import Incoming, Left, Reader, checked_mapping, field_name, guess_mapping, split_name
from app.services.import_reading import Row, find_shape, read_rows, readable, transcode
from app.tokens import init_tokens
from tests.conftest import SECRET

SAMPLES = Path(__file__).parents[2] / "data" / "imports"


@pytest.fixture(autouse=True)
def keys(tmp_path):
    init_tokens(load_settings(data=tmp_path, given_secret=SECRET), suppression_key="key")


def understood(name: str, tmp_path: Path) -> tuple[dict[str, str], list[Incoming | Left]]:
    with (SAMPLES / name).open("rb") as source, (tmp_path / "kept").open("w+b") as file:
        shape = find_shape(file, encoding=transcode(source, file))
        sample = readable(file, shape.delimiter, offset=shape.start, number=shape.first_number)
        mapping = guess_mapping(shape.headings, sample)
        reader = Reader(mapping, len(shape.headings))
        rows = read_rows(file, shape.delimiter, offset=shape.start, number=shape.first_number)
        return mapping, [reader.read(row) for row in rows if isinstance(row, Row)]


@pytest.mark.parametrize(
    ("name", "first", "last", "agreed", "left"),
    [
        ("mailchimp.csv", "Ada", "Lovelace", "2021-05-06", []),
        ("substack.csv", "", "", "2022-03-04", ["left_there"]),
        ("ghost.csv", "Ada", "Lovelace", "2022-03-04", ["left_there"]),
        ("beehiiv.csv", "Ada", "Lovelace", "2022-03-04", ["unconfirmed_there", "left_there"]),
        ("listmonk.csv", "Ada", "Lovelace", "2022-03-04", ["left_there"]),
        ("phplist.csv", "Ada", "Lovelace", "2019-01-02", ["left_there", "left_there"]),
        ("excel-semicolons.csv", "Zoë", "Müller-Größe", "2022-03-04", []),
        ("french-utf16.csv", "Zoé", "Lefèvre", None, []),
        ("addresses-only.txt", "", "", None, []),
    ],
)
def test_the_exports_of_other_tools_are_understood(tmp_path, name, first, last, agreed, left):
    _mapping, rows = understood(name, tmp_path)
    ada = rows[0]
    assert (ada.email, ada.first_name, ada.last_name) == ("ada@example.test", first, last)
    assert (ada.agreed_at.date().isoformat() if ada.agreed_at else None) == agreed
    assert [row.reason for row in rows if isinstance(row, Left)] == left


def test_whoever_unsubscribed_at_mailchimp_is_left_alone(tmp_path):
    assert [row.reason for row in understood("mailchimp-unsubscribed.csv", tmp_path)[1]] == ["left_there"]


def test_languages_are_read_by_their_names(tmp_path):
    assert understood("excel-semicolons.csv", tmp_path)[1][0].language == "de"
    assert understood("french-utf16.csv", tmp_path)[1][0].language == "fr"


def test_a_paid_subscription_is_no_reason_to_leave_the_others_out(tmp_path):
    rows = understood("substack.csv", tmp_path)[1]
    assert [row.email for row in rows if isinstance(row, Incoming)] == ["ada@example.test", "paid@example.test"]


@pytest.mark.parametrize(
    ("title", "name"),
    [
        ("Company size", "company_size"),
        ("2nd name", "field_2nd_name"),
        ("Größe", "größe"),
        ("!!", ""),
        ("class", "class"),
    ],
)
def test_headings_become_names_of_fields(title, name):
    assert field_name(title) == name


@pytest.mark.parametrize(
    ("chosen", "place"),
    [({"0": "email", "1": "email"}, "column-1"), ({"0": "nonsense"}, "column-0"), ({"0": "field.!"}, "column-0"),
     ({"0": "name"}, "")],
)  # fmt: skip
def test_a_mapping_that_cannot_be_is_refused_at_its_column(chosen, place):
    with pytest.raises(InvalidInput) as refused:
        checked_mapping(chosen)
    assert list(refused.value.fields) == [place]


@pytest.mark.parametrize(
    ("name", "parts"),
    [("Ada Lovelace", ("Ada", "Lovelace")), ("Lovelace, Ada", ("Ada", "Lovelace")), ("Ada", ("Ada", "")),
     ("Jean van der Berg", ("Jean", "van der Berg"))],
)  # fmt: skip
def test_whole_names_are_parted(name, parts):
    assert split_name(name) == parts


@pytest.mark.parametrize("moment", ["yesterday", "9999-01-01", "0001-01-01T00:00:00+14:00", "31.02.2020"])
def test_a_time_that_cannot_have_been_is_left_out(moment):
    reader = Reader({"0": "email", "1": "agreed_at"}, 2)
    row = reader.read(Row(1, ["a@x.test", moment], 0))
    assert (row.agreed_at, row.dropped) == (None, ("agreed_at",))
