"""A campaign through each provider's API, with its books balanced; what a provider refuses; a letter that tries it."""

import re

import pytest
from sqlalchemy import select

from app.database.session import reading, transaction
from app.models import CampaignStatus, Transport, TransportKind, TransportTest
from app.services.transport_tests import ask_test
from app.services.transports import TransportDetails, create_transport
from tests.factories.transports import make_transport
from tests.fakes.api_server import DROP_BODY, Answer, fake_api
from tests.fakes.smtp_server import smtp_server
from tests.workers.providers.accounts import DETAILS, KINDS, TAKEN
from workers import runtime
from workers.jobs import transport_tests
from workers.sending.run import End

KEY = "k3y-of-the-account"


def make_account(kind: str, address: str, **numbers: int) -> int:
    details = {**DETAILS[kind], "address": address}
    given = TransportDetails(kind, details, secret=KEY, numbers={"connections": 3, **numbers})
    with transaction() as session:
        return create_transport(session, TransportKind(kind), given).id


def people_asked(server) -> list[str]:
    """Whom the requests were for, whatever their shape."""
    found = (re.search(rb"reader\d+@example\.test", asked.body) for asked in server.asked)
    return sorted(one[0].decode() for one in found if one)


@pytest.mark.parametrize("kind", KINDS)
def test_a_campaign_leaves_once_to_everybody(sending, kind):
    campaign = sending(25)
    with fake_api(TAKEN[kind]) as server:
        make_account(kind, server.address)
        assert campaign.send_by_transports() is End.NOTHING_DUE
        assert people_asked(server) == sorted(campaign.people)
    assert campaign.books() == {"sent": 25}
    assert not list(campaign.settings.journals.glob("*.journal"))


def test_refused_deferred_and_lost_letters_stand_in_the_books(sending):
    campaign = sending(10)
    with fake_api(TAKEN["postmark"]) as server:
        make_account("postmark", server.address, connections=1)
        server.say(
            TAKEN["postmark"],
            Answer(422, b'{"ErrorCode": 406, "Message": "inactive"}'),
            Answer(500, b'{"ErrorCode": 500, "Message": "later"}'),
            DROP_BODY,
        )
        campaign.send_by_transports(seconds=4)
    assert campaign.books() == {"sent": 7, "refused": 1, "deferred": 1, "unknown": 1}


def test_a_key_that_is_wrong_holds_the_campaign_and_counts_against_nobody(sending):
    campaign = sending(12)
    with fake_api(Answer(401, b'{"code": "unauthorized", "message": "Key not found"}')) as server:
        make_account("brevo", server.address, connections=1)
        for _ in range(5):
            if campaign.send_by_transports(seconds=2) is End.HELD:
                break
            campaign.make_due()
        held = campaign.campaign()
        assert held.status == CampaignStatus.HELD
        assert "Key not found" in held.trouble
        assert {message.attempts for message in campaign.messages()} == {0}
        server.always(TAKEN["brevo"])
        campaign.resume()
        campaign.make_due()
        assert campaign.send_by_transports() is End.NOTHING_DUE
    assert campaign.books() == {"sent": 12}


def test_a_provider_that_fails_is_left_to_a_mail_server(sending, monkeypatch):
    monkeypatch.setattr("workers.sending.lanes.MOST_TROUBLES", 2)
    campaign = sending(40)
    with fake_api(Answer(502, b"bad gateway")) as api, smtp_server() as server:
        failing = make_account("ses", api.address, connections=1)
        with transaction() as session:
            make_transport(session, "Server", server.port)
        server.delay = 0.02
        campaign.send_by_transports()
        assert len(api.asked) <= 3
        books = campaign.books()
        assert books["sent"] == len(server.accepted)
        assert books["sent"] + books["unknown"] == 40
    with reading() as session:
        assert "502" in session.get_one(Transport, failing).aside_reason


@pytest.mark.parametrize("kind", KINDS)
def test_a_letter_that_tries_an_account_is_told_without_the_key(database, kind):
    runtime.use_settings(database)
    with fake_api(TAKEN[kind]) as server:
        number = make_account(kind, server.address)
        with transaction() as session:
            test = ask_test(session, number, "ada@example.test")
            session.flush()
            number = test.id
        transport_tests.run(number)
        assert len(server.asked) == 1
    with reading() as session:
        told = session.scalars(select(TransportTest)).one()
    assert told.outcome == "sent"
    assert f"C: POST {server.address}/" in told.transcript
    assert f"S: {TAKEN[kind].status}" in told.transcript
    assert KEY not in told.transcript
    assert "YXBpOms" not in told.transcript
