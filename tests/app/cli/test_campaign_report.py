"""`letterwright campaign report`: the same figures as the page's, for people and for programs."""

import json

import pytest
from click.testing import CliRunner, Result

from app.cli import main
from app.database.session import transaction
from app.models import Tracking, Variant
from tests.factories.events import AUTOMATED, UNDECIDED, click, make_ended, make_event


@pytest.fixture
def sent(database, monkeypatch) -> int:
    monkeypatch.setenv("LETTERWRIGHT_DATA", str(database.data))
    monkeypatch.setenv("DATABASE_URL", database.database_url)
    monkeypatch.setenv("LETTERWRIGHT_SECRET", database.secret)
    with transaction() as session:
        campaign, messages = make_ended(session, people=8, urls=("https://example.test/a",), name="Water")
        make_event(session, messages[0])
        make_event(session, messages[1], verdict=UNDECIDED)
        click(session, messages[0])
        click(session, messages[2], verdict=AUTOMATED)
        return campaign.id


def run(*words: str) -> Result:
    return CliRunner().invoke(main, ["campaign", "report", *words])


def test_the_report_is_told_in_lines(sent):
    lines = run(str(sent)).stdout.splitlines()
    assert "        8  accepted, of 8 letters (100.0 %)" in lines
    assert "        1  opened, of 8 people (12.5 %), no usual yet; and 1 undecided, 0 by programs" in lines


def test_the_document_holds_the_same_figures(sent):
    document = json.loads(run("water", "--json").stdout)
    assert document["opened"] == {"human": 1, "undecided": 1, "automated": 0}
    assert document["links"][0]["clicked"] == {"human": 1, "undecided": 0, "automated": 1}


def test_small_totals_are_not_told(sent):
    with transaction() as session:
        session.query(Variant).update({"tracking": Tracking.TOTALS})
    assert json.loads(run(str(sent), "--json").stdout)["opened"]["human"] == "fewer than 5"


def test_a_name_that_nobody_has_is_refused_with_the_cure(sent):
    refused = run("Wine")
    assert refused.exit_code == 2
    assert "`letterwright campaign list` shows them" in refused.stderr
