"""`letterwright import`: what it brings in, prints and refuses."""

import json

import pytest
from click.testing import CliRunner, Result

from app.cli import main
from app.database.session import reading, transaction
from app.models import ImportBatch, Subscriber
from app.queries.person_timeline import timeline
from tests.factories.mailing_lists import make_list

BASIS = "Signed up on the old site and confirmed by mail"


@pytest.fixture
def house(database, monkeypatch):
    monkeypatch.setenv("LETTERWRIGHT_DATA", str(database.data))
    monkeypatch.setenv("DATABASE_URL", database.database_url)
    monkeypatch.setenv("LETTERWRIGHT_SECRET", database.secret)
    with transaction() as session:
        make_list(session, name="Readers")
    return database


@pytest.fixture
def people(tmp_path):
    path = tmp_path / "people.csv"
    path.write_text("E-Mail;Vorname;Ort\nada@example.test;Ada;Lyon\nbad;Bo;\n", encoding="cp1252")
    return str(path)


def run(*arguments: str) -> Result:
    return CliRunner().invoke(main, ["import", *arguments])


def count(model) -> int:
    with reading() as session:
        return session.query(model).count()


@pytest.mark.parametrize("spelled", [("readers", "FILE"), ("FILE", "--list", "READERS")])
def test_people_are_brought_in_and_the_document_is_printed(house, people, spelled):
    words = [people if word == "FILE" else word for word in spelled]
    result = run(*words, "--basis", BASIS, "--map", "Ort=field.town", "--json")
    assert result.exit_code == 0, result.output
    told = json.loads(result.stdout)
    assert (told["rows"], told["created"], told["skipped"]) == (2, 1, {})
    assert told["mapping"] == {"E-Mail": "email", "Vorname": "first_name", "Ort": "field.town"}
    assert [one["row"] for one in told["rejected"]] == [3]
    with reading() as session:
        ada = session.query(Subscriber).one()
        assert ada.fields == {"town": "Lyon"}
        assert {one.basis for one in timeline(session, ada.id)} == {BASIS}


def test_a_look_writes_nothing_and_needs_no_basis(house, people):
    result = run("Readers", people, "--dry-run")
    assert result.exit_code == 0, result.output
    assert "2 rows, 1 would be created" in result.stdout
    assert "row 3" in result.stderr
    assert (count(Subscriber), list(house.imports.iterdir())) == (0, [])


@pytest.mark.parametrize(
    ("arguments", "status", "words"),
    [
        (("Readers",), 2, "then the files"),
        (("Readers", "FILE"), 2, "--basis"),
        (("Nobody", "FILE", "--basis", BASIS), 1, "There are: Readers"),
        (("Readers", "missing.csv", "--basis", BASIS), 1, "cannot be read"),
        (("Readers", "FILE", "--basis", "yes"), 1, "how these people agreed"),
        (("Readers", "FILE", "--basis", BASIS, "--map", "Stadt=field.town"), 1, "There are: E-Mail, Vorname, Ort"),
        (("Readers", "FILE", "--basis", BASIS, "--map", "Ort=town"), 2, "there is no field town"),
        (("Readers", "FILE", "--basis", BASIS, "--map", "E-Mail="), 1, "column that holds the email"),
    ],
)
def test_what_cannot_be_done_is_said_and_nothing_stays(house, people, arguments, status, words):
    result = run(*(people if word == "FILE" else word for word in arguments))
    assert (result.exit_code, result.stdout) == (status, "")
    assert words in result.stderr
    assert count(Subscriber) == 0
    assert not house.imports.exists() or list(house.imports.iterdir()) == []


def test_of_several_files_each_is_told_and_one_that_is_refused_stops_no_other(house, people, tmp_path):
    empty = tmp_path / "empty.csv"
    empty.write_text("")
    result = run("Readers", str(empty), people, "--basis", BASIS, "--json")
    assert result.exit_code == 1
    first, second = map(json.loads, result.stdout.splitlines())
    assert "empty" in first["error"]
    assert (second["file"], second["created"]) == (people, 1)
    assert count(ImportBatch) == 1
