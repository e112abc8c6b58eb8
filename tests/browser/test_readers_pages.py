"""The preferences in Chromium: sound at every look and in both directions, and a refusal leads to its field."""

import pytest
from playwright.sync_api import expect

from app.database.session import transaction
from app.models import Form, ReaderAct, ReaderRequest, Subscriber, SubscriptionStatus
from app.tokens import Purpose, sign
from tests.browser.conformity import NARROW, hold
from tests.factories.brands import make_brand
from tests.factories.mailing_lists import make_list
from tests.factories.sent_letters import make_sent_letter
from tests.factories.subscribers import make_subscriber, subscribe

LANGUAGES = ("en", "de", "fr", "ar")


@pytest.fixture
def paths(server) -> dict[str, str]:
    """The addresses of every page of Amara's preferences."""
    with transaction() as session:
        brand = make_brand(session, name="Clearer Days")
        monthly = make_list(session, brand, name="Monthly letter", description="On its last Friday.")
        amara = make_subscriber(session, "amara.okafor@a-long-subdomain.example.test", first_name="Amara")
        subscribe(session, amara, monthly)
        subscribe(session, amara, make_list(session, brand, name="Weekend"), SubscriptionStatus.UNSUBSCRIBED)
        fields = [{"name": "town", "label": "Your town", "required": False}]
        wishes = [
            ReaderRequest(subscriber_id=amara.id, act=act, brand_id=brand.id, email="a@b.test") for act in ReaderAct
        ]
        session.add_all([*wishes, Form(brand_id=brand.id, public_id="f", name="Form", fields=fields)])
        message = make_sent_letter(session, amara, monthly)
        asked = {wish.act.value: f"/p/{sign(Purpose.REQUEST, wish.id)}" for wish in wishes}
        return {"letter": f"/p/{sign(Purpose.PREFERENCES, message.id)}", **asked}


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_page_of_the_preferences_is_sound(windows, paths, language):
    with transaction() as session:
        session.query(Subscriber).one().language = language
    page = windows.open(paths["letter"])
    for path in paths.values():
        page.goto(path)
        hold(page)


def test_a_refused_day_is_marked_without_any_script(windows, paths):
    page = windows.open(paths["preferences"], width=NARROW, scripts=False)
    page.get_by_role("radio", name="Until a day").check()
    page.get_by_role("button", name="Pause").click()
    expect(page.locator("#until-wrong")).to_have_text("Choose a day between tomorrow and a year from now.")
    expect(page.get_by_role("radio", name="Until a day")).to_be_checked()
    page.get_by_role("radio", name="Three months").check()
    page.get_by_role("button", name="Pause").click()
    expect(page.locator("#pause .saved")).to_have_text("Saved.")
