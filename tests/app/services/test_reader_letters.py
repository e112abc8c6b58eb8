"""The letters of a sign-up: from the brand, in the reader's language, with nothing that a stranger typed."""

import re
from datetime import timedelta
from email import message_from_bytes, policy

import pytest

from app.clock import now
from app.database.session import transaction
from app.errors import WrongState
from app.models import Form, NoticeKind, OptIn, SignUp
from app.services.notice_letters import compose_notice_letter
from app.services.notice_wordings import ReaderNotice, Wording, save_wording
from app.services.notices import queue_notice
from app.tokens import Purpose, verify
from tests.factories.brands import make_brand, make_sender
from tests.factories.forms import make_sign_up, make_sign_up_form
from tests.factories.mailing_lists import make_list
from tests.factories.subscribers import make_subscriber

NADIA = "nadia@example.test"


@pytest.fixture
def form(database) -> Form:
    with transaction() as session:
        make_sender(session, email="other@example.test")
        brand = make_brand(session, name="Salt & Spring", base_url="https://news.salt.example")
        make_sender(session, brand, name="Salt & Spring", email="news@salt.example", reply_to="desk@salt.example")
        readers = make_list(session, brand, name="Readers")
        return make_sign_up_form(
            session, readers, brand=brand, welcome_subject="Good day", welcome_text="First line.\n\nSecond line."
        )


def letter(form: Form, kind: NoticeKind = NoticeKind.CONFIRM, **given):
    with transaction() as session:
        row = make_sign_up(session, form, NADIA, **given)
        payload = {"sign_up_id": row.id}
        notice_id = queue_notice(session, kind, NADIA, payload=payload, lifetime=timedelta(hours=1))
    with transaction() as session:
        envelope, to, data = compose_notice_letter(session, notice_id)
    assert to == NADIA
    parsed = message_from_bytes(data, policy=policy.default)
    return row, envelope, parsed, parsed.get_body(("plain",)).get_content(), parsed.get_body(("html",)).get_content()


def test_it_comes_from_the_brands_own_sender(form):
    _row, envelope, parsed, text, _html = letter(form)
    assert envelope == "news@salt.example"
    assert parsed["From"] == "Salt & Spring <news@salt.example>"
    assert parsed["Reply-To"] == "desk@salt.example"
    assert parsed["Auto-Submitted"] == "auto-generated"
    assert "Letterwright" not in str(parsed)
    assert "Salt & Spring, 1 Quay Street, Galway" in text


@pytest.mark.parametrize("kind", [NoticeKind.CONFIRM, NoticeKind.CONFIRM_REMINDER])
def test_its_one_link_confirms_this_very_sign_up(form, kind):
    row, _envelope, _parsed, text, html = letter(form, kind)
    [token] = re.findall(r"https://news\.salt\.example/confirm/(\S+)", text)
    assert verify(Purpose.CONFIRM, token) == row.id
    assert token in html
    assert text.count("https://") == 1


def test_nothing_in_it_was_typed_by_a_stranger(form):
    details = {"first_name": "BUY PILLS http://pills.example"}
    _row, _envelope, parsed, _text, _html = letter(form, details=details)
    assert "pills" not in parsed.as_string().lower()


@pytest.mark.parametrize(
    ("language", "words", "direction"),
    [("de", "Bestätigen", "ltr"), ("fr", "Confirmer", "ltr"), ("ar", "تأكيد", "rtl"), ("sv", "Confirm", "ltr")],
)
def test_it_speaks_the_readers_language(form, language, words, direction):
    _row, _envelope, _parsed, text, html = letter(form, language=language)
    assert words in text
    assert f'dir="{direction}"' in html


def test_a_welcome_says_what_the_team_wrote_and_why_it_came(form):
    row, _envelope, parsed, text, html = letter(form, NoticeKind.WELCOME, confirmed_at=now())
    assert parsed["Subject"] == "Good day"
    assert text.splitlines()[:3] == ["First line.", "", "Second line."]
    assert "because you subscribed to Readers" in text
    [way_out] = re.findall(r"https://\S+", text)
    assert verify(Purpose.WELCOME, way_out.removeprefix("https://news.salt.example/u/welcome/")) == row.id
    assert html.count("<a ") == 1
    assert way_out in html
    assert parsed["List-Unsubscribe"] == f"<{way_out}>"
    assert parsed["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"


def test_only_a_welcome_can_be_left_by(form):
    _row, _envelope, parsed, _text, _html = letter(form)
    assert parsed["List-Unsubscribe"] is None


@pytest.mark.parametrize(("opt_in", "greeting"), [(OptIn.DOUBLE, "Hi Nadia,"), (OptIn.SINGLE, "Hi there,")])
def test_a_welcome_greets_by_name_who_has_confirmed_and_repeats_to_nobody_what_a_stranger_typed(form, opt_in, greeting):
    with transaction() as session:
        changed = session.get_one(Form, form.id)
        changed.opt_in, changed.welcome_subject = opt_in, "{{ brand.name }} greets you"
        changed.welcome_text = "Hi {{ subscriber.first_name | default('there') }},\nGood that you came."
        person = make_subscriber(session, NADIA, first_name="Nadia")
        row = make_sign_up(session, form, NADIA, confirmed_at=now())
        payload = {"sign_up_id": row.id, "subscriber_id": person.id}
        kind, lifetime = NoticeKind.WELCOME, timedelta(hours=1)
        notice_id = queue_notice(session, kind, NADIA, payload=payload, lifetime=lifetime)
    with transaction() as session:
        parsed = message_from_bytes(compose_notice_letter(session, notice_id)[2], policy=policy.default)
    assert parsed["Subject"] == "Salt & Spring greets you"
    assert parsed.get_body(("plain",)).get_content().startswith(greeting)


def test_what_was_confirmed_or_forgotten_meanwhile_is_not_asked_again(form):
    with pytest.raises(WrongState):
        letter(form, confirmed_at=now())
    with transaction() as session:
        row = make_sign_up(session, form, NADIA)
        notice_id = queue_notice(
            session, NoticeKind.CONFIRM, NADIA, payload={"sign_up_id": row.id}, lifetime=timedelta(hours=1)
        )
        session.delete(session.get_one(SignUp, row.id))
    with transaction() as session, pytest.raises(WrongState):
        compose_notice_letter(session, notice_id)


def reworded(form: Form, notice: ReaderNotice, language: str = "en") -> None:
    body = "Dear reader of {{ brand.name }},\nyou asked for {{ lists }}.\n{{ link }}\nWe sit at {{ brand.address }}."
    with transaction() as session:
        wording = Wording("Is it you, reader of {{ brand.name }}?", "Yes, it is", body)
        save_wording(session, form.brand_id, (notice, language), wording)


@pytest.mark.parametrize(
    ("kind", "notice"),
    [(NoticeKind.CONFIRM, ReaderNotice.CONFIRM), (NoticeKind.CONFIRM_REMINDER, ReaderNotice.REMINDER)],
)
def test_it_says_what_the_brand_would_rather_say_around_the_same_link(form, kind, notice):
    reworded(form, notice)
    row, _envelope, parsed, text, html = letter(form, kind)
    assert parsed["Subject"] == "Is it you, reader of Salt & Spring?"
    assert "Dear reader of Salt & Spring," in text
    assert "you asked for Readers." in text
    assert "We sit at 1 Quay Street, Galway." in text
    address = re.search(r"Yes, it is:\s+(\S+)", text)[1]
    assert address in html
    assert verify(Purpose.CONFIRM, address.rpartition("/")[2]) == row.id
    assert "Salt & Spring, 1 Quay Street, Galway" in text


def test_words_in_one_language_leave_the_others_as_they_are(form):
    reworded(form, ReaderNotice.CONFIRM, "de")
    assert "Is it you" in letter(form, language="de")[2]["Subject"]
    assert "Is it you" not in letter(form, language="fr")[2]["Subject"]


def test_a_welcome_ends_with_the_brands_words_and_its_way_out(form):
    reworded(form, ReaderNotice.WELCOME_END)
    _row, _envelope, parsed, text, html = letter(form, NoticeKind.WELCOME)
    assert parsed["Subject"] == "Good day"
    assert "Second line." in text
    assert "you asked for Readers." in text
    assert re.search(r"Yes, it is:\s+https://news.salt.example/u/welcome/", text)
    assert ">Yes, it is</a>" in html
