"""The page of what the world sees of a sender's domain, asked from a name server of the test's own."""

import pytest

from app.config import Settings
from app.database.session import dispose, transaction
from app.factory import create_app
from app.models import Role
from app.services.brands import BrandDetails, create_brand
from app.services.senders import SenderDetails, create_sender
from tests.fakes.dns_server import dns_server

ZONE = {("xn--bcher-kva.test", "MX"): ["10 mx.example.test."], ("mx.example.test", "A"): ["192.0.2.7"]}


@pytest.fixture
def names():
    with dns_server(ZONE) as server:
        yield server


@pytest.fixture
def app(settings: Settings, names):
    app = create_app(settings.model_copy(update={"dns_servers": (names.address,)}))
    with transaction() as session:
        brand = create_brand(session, BrandDetails("The Spring", "1 Quay Street"))
        create_sender(session, SenderDetails("Spring", "hello@bücher.test", "desk@example.test"), brand_id=brand.id)
    yield app
    dispose()


def test_findings_stand_with_their_cure_and_the_record_to_paste(app, names, visit):
    page = visit(Role.VIEWER).get("/settings/senders/1/domain").text
    assert "What the world sees of xn--bcher-kva.test" in page
    assert "xn--bcher-kva.test has no DMARC record" in page
    assert "v=DMARC1; p=none; rua=mailto:desk@example.test" in page
    assert "arrive at mx.example.test" in page
    assert ("_dmarc.xn--bcher-kva.test", "TXT") in names.questions


def test_a_name_server_that_is_away_is_told_and_no_error(app, names, visit):
    names.zone = {("xn--bcher-kva.test", "MX"): ["servfail"]}
    answer = visit(Role.VIEWER).get("/settings/senders/1/domain")
    assert answer.status_code == 200
    assert "Not known now: the DNS does not answer for xn--bcher-kva.test." in answer.text


def test_a_sender_that_is_not_there_is_not_found(app, visit):
    assert visit(Role.VIEWER).get("/settings/senders/9/domain").status_code == 404
