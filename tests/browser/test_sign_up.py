"""Signing up in Chromium: from the hosted form over the letter to the subscription, with and without script."""

import re

import pytest
from playwright.sync_api import Page, expect
from sqlalchemy import select

from app.config import Settings
from app.database.session import reading, transaction
from app.models import (
    Brand,
    Form,
    MailingList,
    Notice,
    NoticeKind,
    SignUp,
    Subscriber,
    Subscription,
    SubscriptionStatus,
)
from app.services import form_defence
from app.services.forms import FormField
from app.services.notice_letters import compose_notice_letter
from app.tokens import Purpose, sign
from tests.browser.conformity import hold
from tests.browser.furnished import furnish
from tests.factories.forms import make_sign_up, make_sign_up_form
from workers import runtime
from workers.jobs.sign_ups import work_off

LANGUAGES = ("en", "de", "fr", "ar")
NADIA = "nadia.roux@example.test"
PLACES = {"title": "A letter on the last Friday", "intro": "What the harbour taught us, in five minutes."}


@pytest.fixture
def form(settings: Settings, server, monkeypatch) -> Form:
    monkeypatch.setattr(form_defence, "FASTEST_SECONDS", 0)
    monkeypatch.setattr(form_defence, "FASTEST_SECOND_PRESS_SECONDS", 0)
    monkeypatch.setattr(form_defence, "PUZZLE_ROUNDS", 50)
    furnish(settings)
    runtime.use_settings(settings)
    fields = [FormField("first_name", "First name"), FormField("town", "Where do you live?", required=True)]
    with transaction() as session:
        readers = session.get_one(MailingList, 1)
        brand = session.get_one(Brand, readers.brand_id)
        return make_sign_up_form(session, readers, brand=brand, name="Website", fields=fields, **PLACES)


def letter_link() -> str:
    """What the one confirm letter leads to, as it would leave."""
    work_off()
    with transaction() as session:
        [notice] = session.scalars(select(Notice).where(Notice.kind == NoticeKind.CONFIRM))
        _sender, to, data = compose_notice_letter(session, notice.id)
    assert to == NADIA
    return re.search(rb"/confirm/[\w-]{32}", data.replace(b"=\r\n", b"")).group().decode()


def fill(page: Page) -> None:
    page.get_by_label("Email address").fill(NADIA)
    page.get_by_label("First name").fill("Nadia")
    page.get_by_label("Where do you live?").fill("Lyon")
    page.get_by_role("button", name="Subscribe").click()


def standing() -> list[tuple]:
    with reading() as session:
        rows = session.execute(
            select(Subscriber.first_name, Subscriber.fields, Subscription.status)
            .join(Subscription)
            .where(Subscriber.email == NADIA)
        )
        return [tuple(row) for row in rows]


@pytest.mark.parametrize("scripts", [True, False])
def test_a_reader_signs_up_and_confirms_by_letter(windows, form, scripts):
    page = windows.open(f"/s/{form.public_id}", scripts=scripts)
    fill(page)
    if not scripts:
        expect(page.get_by_role("heading", name="One more press")).to_be_visible()
        page.get_by_role("button", name="Yes, subscribe").click()
    expect(page.get_by_role("heading", name="Look in your mailbox")).to_be_visible()
    with reading() as session:
        assert (session.scalars(select(SignUp)).one().challenge is not None) == scripts
    page.goto(letter_link())
    assert standing() == []
    page.get_by_role("button", name="Yes, subscribe me").click()
    expect(page.get_by_role("heading", name="You are subscribed")).to_be_visible()
    assert standing() == [("Nadia", {"town": "Lyon"}, SubscriptionStatus.CONFIRMED)]


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_a_press_answers_is_sound_in_every_language(windows, form, language):
    with transaction() as session:
        session.get_one(Form, form.id).language = language
        token = sign(Purpose.CONFIRM, make_sign_up(session, form, NADIA, language=language).id)
    page = windows.open(f"/s/{form.public_id}")
    page.locator("#email").fill("nobody")
    page.locator("button.main").click()
    expect(page.get_by_role("alert")).to_be_visible()
    hold(page)
    page.goto(f"/confirm/{token}")
    page.locator("button.main").click()
    expect(page.get_by_role("status")).to_be_visible()
    hold(page)
