from datetime import timedelta

import pytest

from app.clock import now
from app.database.session import transaction
from app.models import ArchiveMode, Brand, Campaign, Message, Subscriber
from app.tokens import Purpose, sign
from app.urls import letter_links
from emails.articles.parse import parse_article
from emails.content import Brand as BrandContent
from emails.content import LetterPlan, Recipient
from emails.render.compile import compile_letter
from emails.render.personalise import render_letter
from tests.factories.sent_letters import freeze_variant

BASE = "https://news.example.test"
on_one_database = pytest.mark.parametrize("database_address", ["sqlite"], indirect=True)


@pytest.fixture
def letter(held):
    """Amara's letter, compiled as the start of its campaign would."""
    article = parse_article("Water in winter\n\nDrink enough of it. See https://example.test/water for more.\n")
    plan = LetterPlan(
        subject="Water", greeting="Hi {{ subscriber.first_name | default('there') }},", click_base=f"{BASE}/c"
    )
    compiled = compile_letter(article, BrandContent("Salt & Spring", "1 Quay Street\nGalway"), plan)
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


def erase(held) -> None:
    with transaction() as session:
        person = session.get_one(Subscriber, held.person)
        person.erased_at = person.created_at


def sent_days_ago(held, days: int) -> None:
    with transaction() as session:
        session.get_one(Message, held.message).sent_at = now() - timedelta(days=days)


def put_into_archive(held, mode: ArchiveMode) -> None:
    with transaction() as session:
        campaign = session.get_one(Campaign, held.campaign)
        campaign.archive, campaign.slug, campaign.started_at = mode, "water-in-winter", now()
        brand = session.get_one(Brand, campaign.brand_id)
        brand.slug, brand.archive_opened_at = "salt-and-spring", now()


def test_an_erased_readers_letter_is_no_longer_shown_and_the_page_is_kind(client, held, letter):
    erase(held)
    answer = client.get(held.path(Purpose.VIEW, door="v"))
    assert answer.status_code == 410
    assert "erased, and this copy with it" in answer.text
    assert "Salt &amp; Spring" in answer.text
    for word in ("Amara", "Drink enough", "amara@"):
        assert word not in answer.text


def test_a_letter_is_shown_for_90_days(client, held, letter):
    sent_days_ago(held, 89)
    assert "Hi Amara," in client.get(held.path(Purpose.VIEW, door="v")).text
    sent_days_ago(held, 91)
    answer = client.get(held.path(Purpose.VIEW, door="v"))
    assert (answer.status_code, "Amara" in answer.text) == (410, False)
    assert "for 90 days after it was sent" in answer.text
    assert answer.headers["Cache-Control"] == "no-store"


@on_one_database
def test_a_letter_whose_fate_is_unknown_is_shown_for_90_days_from_its_campaigns_start(client, held, letter):
    with transaction() as session:
        session.get_one(Message, held.message).sent_at = None
        session.get_one(Campaign, held.campaign).started_at = now() - timedelta(days=91)
    assert client.get(held.path(Purpose.VIEW, door="v")).status_code == 410


def test_what_is_no_longer_shown_leads_to_the_archive_where_it_is_public(client, held, letter):
    sent_days_ago(held, 91)
    address = 'href="/archive/salt-and-spring/water-in-winter/"'
    for mode in ArchiveMode:
        put_into_archive(held, mode)
        page = client.get(held.path(Purpose.VIEW, door="v")).text
        assert (address in page) == (mode is ArchiveMode.PUBLIC)


@on_one_database
def test_what_is_no_longer_shown_says_so_in_the_readers_language(client, held, letter):
    sent_days_ago(held, 91)
    with transaction() as session:
        session.get_one(Subscriber, held.person).language = "fr"
    page = client.get(held.path(Purpose.VIEW, door="v"), headers={"Accept-Language": "de"}).text
    assert '<html lang="fr"' in page
    assert "90 jours" in page


def test_a_letter_that_was_never_frozen_is_not_found(client, held):
    assert client.get(held.path(Purpose.VIEW, door="v")).status_code == 404


def test_tokens_of_other_purposes_show_no_letter(client, held, letter):
    for purpose in set(Purpose) - {Purpose.VIEW}:
        assert client.get(held.path(purpose, door="v")).status_code == 404


def test_a_test_letters_view_belongs_to_nobody(client, held):
    answer = client.get(f"/v/{sign(Purpose.VIEW, 0)}")
    assert answer.status_code == 200
    assert "This is a test letter" in answer.text
