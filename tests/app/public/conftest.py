"""Amara, on two lists of one brand, holding a letter that came by one of them; and somebody without a browser."""

from dataclasses import dataclass

import pytest
from flask import Flask

from app import factory
from app.database.session import reading, transaction
from app.factory import create_app
from app.models import (
    Brand,
    Campaign,
    Consent,
    Event,
    ReaderAct,
    ReaderRequest,
    Subscriber,
    Subscription,
    SubscriptionStatus,
    Suppression,
)
from app.public import browser_view, preferences, unsubscribe
from app.tokens import Purpose, sign
from tests.factories.brands import make_brand, make_sender
from tests.factories.mailing_lists import make_list
from tests.factories.sent_letters import make_sent_letter
from tests.factories.subscribers import make_subscriber, subscribe


@dataclass(frozen=True)
class Held:
    """Ids of what Amara's letter stands for."""

    message: int
    campaign: int
    person: int
    readers: int
    weekend: int

    def path(self, purpose: Purpose = Purpose.UNSUBSCRIBE, *, door: str = "u") -> str:
        return f"/{door}/{sign(purpose, self.message)}"


@pytest.fixture
def app(database, monkeypatch) -> Flask:
    monkeypatch.setattr(factory, "READER_DOORS", (unsubscribe.blueprint, preferences.blueprint, browser_view.blueprint))
    return create_app(database)


@pytest.fixture
def client(app):
    return app.test_client()


@pytest.fixture
def held(database) -> Held:
    with transaction() as session:
        brand = make_brand(session, name="Salt & Spring")
        readers, weekend = make_list(session, brand, name="Readers"), make_list(session, brand, name="Weekend")
        amara = make_subscriber(session, "amara@example.test", first_name="Amara")
        subscribe(session, amara, readers)
        subscribe(session, amara, weekend)
        message = make_sent_letter(session, amara, readers)
        return Held(message.id, message.campaign_id, amara.id, readers.id, weekend.id)


@pytest.fixture
def standing(held):
    """standing() tells which of Amara's lists still hold her: {"Readers": True, "Weekend": True}."""

    def tell() -> dict[str, bool]:
        with reading() as session:
            rows = session.query(Subscription).filter_by(subscriber_id=held.person)
            on = {row.list_id: row.status is not SubscriptionStatus.UNSUBSCRIBED for row in rows}
        return {"Readers": on[held.readers], "Weekend": on[held.weekend]}

    return tell


@pytest.fixture
def books():
    """books() is every row that leaving may write, to compare before and after."""

    def tell() -> dict[str, list]:
        with reading() as session:
            return {
                model.__name__: sorted(
                    tuple(str(value) for value in row) for row in session.execute(model.__table__.select()).all()
                )
                for model in (Consent, Event, Subscription, Suppression, Subscriber)
            }

    return tell


@pytest.fixture
def closed(held) -> str:
    return held.path(Purpose.PREFERENCES, door="p")


@pytest.fixture
def brand_id(held) -> int:
    with transaction() as session:
        found = session.get_one(Campaign, held.campaign).brand_id
        make_sender(session, session.get_one(Brand, found), name="The Spring")
    return found


@pytest.fixture
def fresh(held, brand_id):
    """fresh(act) is the path of a link that was mailed for it."""

    def make(act: ReaderAct = ReaderAct.PREFERENCES, **given) -> str:
        with transaction() as session:
            wish = ReaderRequest(subscriber_id=held.person, act=act, brand_id=brand_id, language="en", **given)
            session.add(wish)
            session.flush()
            return f"/p/{sign(Purpose.REQUEST, wish.id)}"

    return make
