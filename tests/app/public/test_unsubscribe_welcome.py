"""Leaving by the welcome letter: looking changes nothing, one press leaves, and nothing else can be done by it."""

import pytest
from sqlalchemy import select

from app import factory
from app.clock import now
from app.database.session import reading, transaction
from app.factory import create_app
from app.models import (
    Consent,
    ConsentAct,
    ConsentWay,
    MailingList,
    SignUp,
    Subscription,
    SubscriptionStatus,
    Suppression,
)
from app.public import unsubscribe_welcome
from app.services.subscribers import erase_person
from app.tokens import Purpose, sign
from tests.factories.brands import make_brand
from tests.factories.forms import make_sign_up, make_sign_up_form
from tests.factories.mailing_lists import make_list
from tests.factories.subscribers import make_subscriber, subscribe

ONE_CLICK = {"List-Unsubscribe": "One-Click"}


@pytest.fixture
def client(database, monkeypatch):
    monkeypatch.setattr(factory, "READER_DOORS", (unsubscribe_welcome.blueprint,))
    return create_app(database).test_client()


@pytest.fixture
def path(database) -> str:
    """The link in the welcome letter of Nadia, who is on two lists and signed up for one of them."""
    with transaction() as session:
        brand = make_brand(session, name="Salt & Spring")
        readers, weekend = (make_list(session, brand, name=name) for name in ("Readers", "Weekend"))
        nadia = make_subscriber(session, "nadia@example.test")
        subscribe(session, nadia, readers)
        subscribe(session, nadia, weekend)
        form = make_sign_up_form(session, readers, brand=brand)
        row = make_sign_up(session, form, address_hash=nadia.address_hash, confirmed_at=now(), email="")
        return f"/u/welcome/{sign(Purpose.WELCOME, row.id)}"


def standing() -> dict[str, bool]:
    with reading() as session:
        rows = session.execute(select(MailingList.name, Subscription.status).join(Subscription))
        return {name: status is SubscriptionStatus.CONFIRMED for name, status in rows}


def goodbyes() -> list[Consent]:
    with reading() as session:
        return list(session.scalars(select(Consent).where(Consent.act == ConsentAct.UNSUBSCRIBED)))


def test_looking_changes_nothing_and_hides_the_address(client, path):
    page = client.get(path)
    assert page.status_code == 200
    assert "Readers" in page.text
    assert "nadia@" not in page.text
    assert client.head(path).status_code == 200
    assert client.get(path, query_string={"choice": "everything", **ONE_CLICK}).status_code == 200
    assert (standing(), goodbyes()) == ({"Readers": True, "Weekend": True}, [])


@pytest.mark.parametrize(
    ("given", "way"),
    [(ONE_CLICK, ConsentWay.ONE_CLICK), ({}, ConsentWay.ONE_CLICK), ({"choice": "list"}, ConsentWay.PAGE)],
)
def test_one_press_leaves_the_list_with_a_proof_once(client, path, given, way):
    for _ in range(2):
        assert client.post(path, data=given).status_code == 200
    assert standing() == {"Readers": False, "Weekend": True}
    [proof] = goodbyes()
    with reading() as session:
        assert (proof.way, proof.form_id) == (way, session.scalars(select(SignUp.form_id)).one())


def test_everything_also_stops_what_may_come_later(client, path):
    page = client.post(path, data={"choice": "everything"})
    assert page.status_code == 200
    assert standing() == {"Readers": False, "Weekend": False}
    with reading() as session:
        assert len(session.scalars(select(Suppression)).all()) == 1


def test_a_sign_up_that_nobody_confirmed_or_whose_reader_is_gone_is_no_longer_known(client, path):
    with transaction() as session:
        erase_person(session, session.scalars(select(Subscription.subscriber_id)).first())
    assert client.get(path).status_code == client.post(path).status_code == 404
    with transaction() as session:
        row = make_sign_up(session, make_sign_up_form(session))
    assert client.get(f"/u/welcome/{sign(Purpose.WELCOME, row.id)}").status_code == 404


def test_no_other_token_opens_it(client, path):
    assert client.post(f"/u/welcome/{sign(Purpose.CONFIRM, 1)}").status_code == 404
    assert client.post("/u/welcome/nothing").status_code == 404
