"""`letterwright campaign`: how a campaign is getting on, why it stands, and the decisions about single letters."""

import json

import pytest
from click.testing import CliRunner, Result

from app.cli import main
from app.clock import now
from app.database.session import reading, transaction
from app.models import Campaign, CampaignStatus, HoldCause, MessageStatus
from app.queries.books import books_of
from app.services.delivery import Outcome, finish_if_balanced, record_outcomes
from app.services.holds import hold
from app.services.leases import give_back, lease_chunk, leases_of
from tests.app.services.leaving import freeze, look, send_what_may
from tests.factories.campaigns import make_sending
from tests.factories.departures import make_planned
from tests.factories.mailing_lists import make_list
from tests.factories.subscribers import make_confirmed

_S = MessageStatus
CURE = "smtp.example.test refuses the password. Correct SMTP_URL."


@pytest.fixture
def leaving(database, monkeypatch) -> int:
    """A campaign to 6 people, in a worker's hand, with the settings a command finds."""
    monkeypatch.setenv("LETTERWRIGHT_DATA", str(database.data))
    monkeypatch.setenv("DATABASE_URL", database.database_url)
    monkeypatch.setenv("LETTERWRIGHT_SECRET", database.secret)
    with transaction() as session:
        readers = make_list(session)
        make_confirmed(session, readers, 6)
        campaign_id = make_sending(session, readers).id
        held = lease_chunk(session, campaign_id, owner="w", host="h", lease_seconds=60)
        ends = (_S.SENT, _S.SENT, _S.REFUSED, _S.UNKNOWN)
        outcomes = [Outcome(row.message_id, one, now(), 1) for row, one in zip(held.rows, ends, strict=False)]
        record_outcomes(session, held.lease, outcomes)
    return campaign_id


@pytest.fixture
def ended(leaving) -> int:
    with transaction() as session:
        give_back(session, leases_of(session, "w")[0])
        again = lease_chunk(session, leaving, owner="w", host="h", lease_seconds=60)
        record_outcomes(session, again.lease, [Outcome(row.message_id, _S.SENT, now(), 1) for row in again.rows])
        give_back(session, again.lease)
        assert finish_if_balanced(session, leaving)
    return leaving


def run(*arguments: object) -> Result:
    return CliRunner().invoke(main, ["campaign", *map(str, arguments)])


def shown(campaign_id: int) -> dict:
    return json.loads(run("show", campaign_id, "--json").stdout)


def books(campaign_id: int) -> dict:
    with reading() as session:
        return books_of(session, campaign_id).to_json()


def test_show_tells_the_books_and_beside_them_how_it_is_getting_on(leaving):
    document = shown(leaving)
    assert {name: document[name] for name in books(leaving)} == books(leaving)
    assert (document["rate_a_minute"], document["seconds_left"], document["chunks_in_hand"]) == (12, 10, 1)
    assert document["retryable"] == {"refused": 1, "unknown": 1}
    assert (document["held"], document["trouble"], document["next_retry"]) == (None, None, None)


def test_show_tells_why_a_campaign_is_held_and_since_when(leaving):
    with transaction() as session:
        hold(session, session.get_one(Campaign, leaving), HoldCause.RELAY, CURE)
    document = shown(leaving)
    assert (document["status"], document["held"], document["trouble"]) == ("held", "relay", CURE)
    assert document["trouble_since"]
    text = run("show", leaving).stdout
    assert "held (relay) since" in text
    assert CURE in text
    assert "their letters are being finished" in text


def test_the_questions_that_are_open_come_with_their_commands(ended):
    text = run("show", ended).stdout
    assert f"campaign settle {ended} --leave" in text
    assert f"campaign retry {ended}" in text


def test_the_refused_are_tried_again(ended):
    result = run("retry", ended, "--json")
    assert result.exit_code == 0, result.stderr
    assert "Letters tried again: 1." in result.stderr
    document = json.loads(result.stdout)
    assert (document["status"], document["refused"], document["pending"]) == ("sending", 0, 1)


def test_letters_of_unknown_fate_are_left_and_the_question_is_closed(ended):
    result = run("settle", ended, "--leave")
    assert result.exit_code == 0, result.stderr
    assert "settle" not in result.stdout
    assert books(ended)["unknown"] == 1


def test_letters_of_unknown_fate_are_sent_again(ended):
    assert run("settle", ended, "--again").exit_code == 0
    assert (books(ended)["unknown"], books(ended)["pending"]) == (0, 1)


def test_a_decision_must_be_named(ended):
    assert run("settle", ended).exit_code == 2
    assert run("settle", ended, "--again", "--leave").exit_code == 2
    assert books(ended)["unknown"] == 1


def test_nothing_of_a_cancelled_campaign_is_tried_again(ended):
    with transaction() as session:
        session.get_one(Campaign, ended).status = CampaignStatus.CANCELLED
    result = run("retry", ended)
    assert result.exit_code == 1
    assert "cancelled" in result.stderr


def test_a_waiting_campaign_tells_for_what_and_is_let_go(leaving):
    with transaction() as session:
        campaign = make_planned(session, people=6, canary_count=2).id
    freeze(campaign)
    send_what_may(campaign)
    look()
    document = shown(campaign)
    assert (document["status"], document["waits_for"]) == ("waiting", "canary")
    assert f"waits for its first letters until {document['waits_until']}" in run("show", campaign).stdout
    assert run("let-go", campaign).exit_code == 0
    assert (shown(campaign)["status"], shown(campaign)["waits_for"]) == ("sending", None)
    assert run("let-go", campaign).exit_code == 1
