"""The door behind a confirm letter: a look changes nothing, a press confirms once."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from app.clock import now
from app.database.session import Session, reading, transaction
from app.factory import create_app
from app.models import Base, Form, SignUp, Subscription, SubscriptionStatus
from app.tokens import Purpose, sign
from tests.factories.brands import make_brand
from tests.factories.forms import make_sign_up, make_sign_up_form
from tests.factories.mailing_lists import make_list

SCANNERS = ("Mozilla/5.0 (compatible; BarracudaCentral)", "Proofpoint URL Defense", "Google-Safety")


@pytest.fixture
def client(database):
    return create_app(database).test_client()


@pytest.fixture
def form(database) -> Form:
    with transaction() as session:
        brand = make_brand(session, name="Salt & Spring")
        return make_sign_up_form(session, make_list(session, brand, name="Readers"), brand=brand)


def letter_path(form: Form, **given) -> str:
    with transaction() as session:
        return f"/confirm/{sign(Purpose.CONFIRM, make_sign_up(session, form, **given).id)}"


def everything() -> dict[str, list]:
    def dump(session: Session, table) -> list:
        return sorted(str(row) for row in session.execute(table.select()))

    with reading() as session:
        return {table.name: dump(session, table) for table in Base.metadata.sorted_tables}


@pytest.mark.parametrize("agent", SCANNERS)
@pytest.mark.parametrize("method", ["GET", "HEAD", "OPTIONS"])
def test_looking_changes_nothing(client, form, method, agent):
    path = letter_path(form)
    before = everything()
    headers = {"User-Agent": agent, "Sec-Purpose": "prefetch", "Purpose": "prefetch"}
    assert client.open(path, method=method, headers=headers, query_string={"confirm": "1"}).status_code == 200
    assert everything() == before


def test_the_page_asks_one_question_and_a_press_subscribes(client, form):
    path = letter_path(form)
    page = client.get(path)
    assert "Do you want these letters?" in page.text
    assert "nadia@example.test" in page.text
    assert page.text.count("<button") == 1
    done = client.post(path)
    assert "You are subscribed" in done.text
    assert "Readers" in done.text
    with reading() as session:
        assert session.scalars(select(Subscription)).one().status is SubscriptionStatus.CONFIRMED


def test_pressing_and_looking_again_say_the_same_and_change_nothing(client, form):
    path = letter_path(form)
    first = client.post(path).text
    before = everything()
    assert client.post(path).text == first
    assert client.get(path).text == first
    assert everything() == before


def test_a_press_leads_to_the_forms_own_page_and_nowhere_else(client, form):
    with transaction() as session:
        session.get_one(Form, form.id).redirect_url = "https://shop.example/thanks"
    path = letter_path(form)
    assert "form-action 'self' https://shop.example;" in client.get(path).headers["Content-Security-Policy"]
    assert client.post(path, data={"next": "https://evil.example"}).location == "https://shop.example/thanks"


def test_after_seven_days_it_offers_the_form_again(client, form):
    path = letter_path(form, created_at=now() - timedelta(days=8))
    page = client.get(path).text
    assert "This link is too old" in page
    assert f"/s/{form.public_id}" in page
    assert "too old" in client.post(path).text


@pytest.mark.parametrize("token", ["x", "A" * 32])
def test_what_we_did_not_sign_is_not_found(client, form, token):
    assert client.get(f"/confirm/{token}").status_code == 404
    assert client.post(f"/confirm/{token}").status_code == 404


def test_a_link_of_another_purpose_does_not_confirm(client, form):
    with transaction() as session:
        number = make_sign_up(session, form).id
    for purpose in set(Purpose) - {Purpose.CONFIRM}:
        assert client.post(f"/confirm/{sign(purpose, number)}").status_code == 404
    with reading() as session:
        assert session.scalars(select(SignUp)).one().confirmed_at is None


def test_a_forgotten_sign_up_is_told_kindly(client, form):
    answer = client.get(f"/confirm/{sign(Purpose.CONFIRM, 4711)}")
    assert answer.status_code == 404
    assert "This link does not work" in answer.text


def test_it_speaks_the_language_of_the_sign_up(client, form):
    assert "هل تريد هذه الرسائل؟" in client.get(letter_path(form, language="ar")).text
