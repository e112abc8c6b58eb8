"""A brand, two lists and Amara, for tests of verbs about people."""

import pytest

from app.database.session import transaction
from app.models import ConsentWay
from app.services.brands import BrandDetails, create_brand
from app.services.lists import create_list
from app.services.subscribers import Person, add_person
from app.services.subscriptions import Proof


@pytest.fixture
def proof() -> Proof:
    return Proof(ConsentWay.TEAM, basis="asked at the spring fair")


@pytest.fixture
def brand(database):
    with transaction() as session:
        return create_brand(session, BrandDetails(name="Clearer Days", address="48 Harbour Street")).id


@pytest.fixture
def demo(brand):
    with transaction() as session:
        return create_list(session, "Demo", brand_id=brand).id


@pytest.fixture
def other(brand):
    with transaction() as session:
        return create_list(session, "Other", brand_id=brand).id


@pytest.fixture
def amara(demo, other, proof):
    with transaction() as session:
        return add_person(
            session, Person("Amara@Example.Test", "Amara", "Okafor"), [demo, other], proof, confirmed=True
        ).id
