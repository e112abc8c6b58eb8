"""`letterwright user`, `list` and `export`: what they make, print and refuse."""

import csv
import json
from io import StringIO

import pytest
from click.testing import CliRunner, Result

from app.cli import main
from app.database.session import reading, transaction
from app.demo.seed import seed_demo
from app.models import ConsentWay, LinkPurpose, Role
from app.services import sign_in
from app.services.brands import BrandDetails, create_brand
from app.services.csv_cells import harmless
from app.services.lists import list_named
from app.services.subscribers import Person, add_person
from app.services.subscriptions import Proof


@pytest.fixture
def house(database, monkeypatch):
    monkeypatch.setenv("LETTERWRIGHT_DATA", str(database.data))
    monkeypatch.setenv("DATABASE_URL", database.database_url)
    monkeypatch.setenv("LETTERWRIGHT_SECRET", database.secret)
    return database


@pytest.fixture
def demo(house):
    with transaction() as session:
        seed_demo(session, house)
    return house


def run(*arguments: str) -> Result:
    return CliRunner().invoke(main, list(arguments))


def token_in(result: Result) -> str:
    return result.stdout.strip().rpartition("/sign-in/")[2]


def test_a_new_account_is_given_a_one_time_address(house):
    result = run("user", "create", "ada@example.test", "--role", "editor", "--name", "Ada")
    assert result.exit_code == 0
    with reading() as session:
        user, purpose = sign_in.look_at_link(session, token_in(result))
    assert (user.email, user.role, user.name, purpose) == (
        "ada@example.test",
        Role.EDITOR,
        "Ada",
        LinkPurpose.INVITATION,
    )


def test_somebody_of_the_team_is_let_in_and_nobody_else(house):
    run("user", "create", "ada@example.test", "--role", "owner")
    result = run("user", "signin", "ADA@example.test")
    with reading() as session:
        assert sign_in.look_at_link(session, token_in(result))[1] is LinkPurpose.SIGN_IN
    refused = run("user", "signin", "bo@example.test")
    assert refused.exit_code == 1
    assert refused.stdout == ""
    assert "Nobody in the team" in refused.stderr


@pytest.mark.parametrize(
    ("arguments", "status"),
    [
        (("user", "create", "no address", "--role", "owner"), 1),
        (("user", "create", "ada@example.test", "--role", "king"), 2),
        (("user", "create", "ada@example.test"), 2),
        (("list", "show", "nope"), 1),
        (("export", "nope"), 1),
        (("list", "create", "New", "--brand", "nope"), 1),
        (("list", "create", "Demo"), 1),
        (("export", "demo", "--format", "xml"), 2),
    ],
)
def test_what_cannot_be_done_is_said_on_stderr(demo, arguments, status):
    result = run(*arguments)
    assert result.exit_code == status
    assert result.stdout == ""
    assert result.stderr


def test_lists_are_made_and_shown_with_their_counts(demo):
    made = run("list", "create", "Spring", "--json")
    assert json.loads(made.stdout)["brand"] == "Clearer Days"
    shown = json.loads(run("list", "show", "DEMO", "--json").stdout)
    assert (shown["confirmed"], shown["unconfirmed"], shown["unsubscribed"]) == (27, 3, 2)
    assert [one["list"] for one in json.loads(run("list", "ls", "--json").stdout)] == ["demo", "Spring"]
    assert "27 confirmed" in run("list", "ls").stdout


def test_a_list_needs_to_know_its_brand_where_there_are_several(demo):
    with transaction() as session:
        create_brand(session, BrandDetails(name="Second"))
    assert "Clearer Days, Second" in run("list", "create", "New").stderr
    assert run("list", "create", "New", "--brand", "second").exit_code == 0


def test_an_export_tells_every_person_once(demo):
    rows = list(csv.DictReader(StringIO(run("export", "demo").stdout)))
    assert len(rows) == 32
    amara = next(row for row in rows if row["email"] == "amara@example.test")
    assert (amara["first_name"], amara["status"], amara["field.city"]) == ("Amara", "confirmed", "Portland")
    people = json.loads(run("export", "demo", "--format", "json").stdout)
    assert sorted(one["email"] for one in people) == sorted(row["email"] for row in rows)


def test_an_empty_list_is_exported_as_nothing(demo):
    run("list", "create", "Empty")
    assert json.loads(run("export", "Empty", "--format", "json").stdout) == []
    assert len(run("export", "Empty").stdout.splitlines()) == 1


@pytest.mark.parametrize("name", ["=1+1", "+1", "-1", "@SUM(A1)"])
def test_an_export_hands_no_formula_to_a_spreadsheet(demo, name):
    with transaction() as session:
        list_id = list_named(session, "demo").id
        proof = Proof(ConsentWay.COMMAND, basis="for this test")
        add_person(session, Person("zz@example.test", name), [list_id], proof, confirmed=True)
    rows = list(csv.DictReader(StringIO(run("export", "demo").stdout)))
    assert rows[-1]["first_name"] == f"'{name}"


@pytest.mark.parametrize("cell", ["\t=1", "\r=1", "=", "@x"])
def test_a_cell_that_hides_a_formula_is_made_harmless(cell):
    assert harmless(cell)[0] == "'"
    assert harmless("plain = text") == "plain = text"
