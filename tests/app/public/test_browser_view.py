import pytest

from app.database.session import transaction
from app.models import Message, Subscriber
from app.tokens import Purpose, sign
from app.urls import letter_links
from emails.articles.parse import parse_article
from emails.content import Brand, LetterPlan, Recipient
from emails.render.compile import compile_letter
from emails.render.personalise import render_letter
from tests.factories.sent_letters import freeze_variant

BASE = "https://news.example.test"


@pytest.fixture
def letter(held):
    """Amara's letter, compiled as the start of its campaign would."""
    article = parse_article("Water in winter\n\nDrink enough of it. See https://example.test/water for more.\n")
    plan = LetterPlan(
        subject="Water", greeting="Hi {{ subscriber.first_name | default('there') }},", click_base=f"{BASE}/c"
    )
    compiled = compile_letter(article, Brand("Salt & Spring", "1 Quay Street\nGalway"), plan)
    with transaction() as session:
        freeze_variant(session, session.get_one(Message, held.message), compiled.to_json(), base_url=BASE)
    return compiled


def test_the_browser_shows_the_letter_exactly_as_it_was_made_for_this_person(client, held, letter):
    answer = client.get(held.path(Purpose.VIEW, door="v"))
    amara = Recipient(email="amara@example.test", first_name="Amara")
    assert answer.status_code == 200
    assert answer.data == render_letter(letter, amara, letter_links(held.message, BASE)).html.encode()
    assert "Hi Amara," in answer.text


def test_a_letter_in_the_browser_cannot_run_anything(client, held, letter):
    headers = client.get(held.path(Purpose.VIEW, door="v")).headers
    policy = headers["Content-Security-Policy"]
    assert policy.startswith("default-src 'none'; style-src 'unsafe-inline'; img-src 'self' https: data:;")
    assert "sandbox allow-popups" in policy
    assert "allow-scripts" not in policy
    assert headers["Referrer-Policy"] == "no-referrer"
    assert headers["Cache-Control"] == "no-store"
    assert headers["X-Robots-Tag"] == "noindex"
    assert "Set-Cookie" not in headers


def test_looking_at_a_letter_changes_nothing(client, held, letter, books):
    before = books()
    client.get(held.path(Purpose.VIEW, door="v"))
    assert books() == before


def test_an_erased_readers_letter_is_no_longer_shown(client, held, letter):
    with transaction() as session:
        person = session.get_one(Subscriber, held.person)
        person.erased_at = person.created_at
    assert client.get(held.path(Purpose.VIEW, door="v")).status_code == 404


def test_a_letter_that_was_never_frozen_is_not_found(client, held):
    assert client.get(held.path(Purpose.VIEW, door="v")).status_code == 404


def test_tokens_of_other_purposes_show_no_letter(client, held, letter):
    for purpose in set(Purpose) - {Purpose.VIEW}:
        assert client.get(held.path(purpose, door="v")).status_code == 404


def test_a_test_letters_view_belongs_to_nobody(client, held):
    answer = client.get(f"/v/{sign(Purpose.VIEW, 0)}")
    assert answer.status_code == 200
    assert "This is a test letter" in answer.text
