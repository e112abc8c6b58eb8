"""The doctor's visit to the ways out: the mail server of the settings, or each transport that is on."""

import json

import pytest

from app.database.session import transaction
from app.models import TransportKind
from app.services.house_checks import Rehearsal, check_way_out
from app.services.transports import TransportDetails, create_transport, switch
from emails.domains.checks import Level
from tests.factories.transports import make_transport
from tests.fakes.api_server import fake_api
from tests.fakes.smtp_server import smtp_server
from workers.rehearsing import tell_rehearsal


@pytest.fixture
def visit(database, capsys):
    def tell(settings=database) -> Rehearsal:
        tell_rehearsal(settings)
        return Rehearsal(**json.loads(capsys.readouterr().out))

    return tell


def test_without_transports_the_server_of_the_settings_is_visited(database, visit):
    with smtp_server() as server:
        url = f"smtp://127.0.0.1:{server.port}"
        assert visit(database.model_copy(update={"smtp_url": url})) == Rehearsal("127.0.0.1", "")


def test_each_transport_that_is_on_is_visited_and_troubles_are_named(database, visit):
    with smtp_server() as away:
        port = away.port
    with smtp_server() as server, fake_api() as api:
        with transaction() as session:
            make_transport(session, "Server", server.port)
            given = TransportDetails("Post", {"address": api.address}, secret="k")
            create_transport(session, TransportKind.BREVO, given)
            gone = make_transport(session, "Gone", port).id
        told = visit()
        assert told.server == "Server, Post, Gone"
        assert told.trouble.startswith("Gone: 127.0.0.1")
        check = check_way_out(database, lambda: told)
        assert (check.level, "Gone" in check.message) == (Level.BAD, True)
        with transaction() as session:
            switch(session, gone, on=False)
        assert check_way_out(database, visit).level is Level.GOOD
        assert not server.accepted
        assert not api.asked
