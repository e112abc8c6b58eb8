"""A letter with two links, and somebody who presses them."""

import pytest

from app import factory
from app.database.session import transaction
from app.factory import create_app
from app.tracking import clicks
from tests.factories.mailing_lists import make_list
from tests.factories.sent_letters import make_sent_letter
from tests.factories.subscribers import make_subscriber, subscribe

URLS = ("https://example.test/water?a=1&b=2#now", "https://example.test/salt", "javascript:alert(1)")


@pytest.fixture
def client(database, monkeypatch):
    monkeypatch.setattr(factory, "READER_DOORS", (clicks.blueprint,))
    return create_app(database).test_client()


@pytest.fixture
def message_id(database) -> int:
    with transaction() as session:
        readers = make_list(session)
        amara = make_subscriber(session)
        subscribe(session, amara, readers)
        return make_sent_letter(session, amara, readers, urls=URLS).id
