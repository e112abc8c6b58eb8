"""Transports on screen: chosen, written, tried, switched, removed; and what each role is shown."""

from sqlalchemy import func, select

from app.clock import now
from app.database.session import reading, transaction
from app.models import Role, Transport, TransportTest
from app.services.transport_tests import end_test
from app.services.transport_ways import open_transports, set_aside
from tests.factories.transports import make_transport

HOME = "/delivery/transports"
SERVER = {
    "name": "Our server",
    "host": "smtp.example.org",
    "security": "starttls",
    "user": "news",
    "secret": "pa55word",
}


def only() -> Transport:
    with reading() as session:
        return session.scalars(select(Transport)).one()


def test_without_any_the_page_says_what_the_settings_do(owner):
    page = owner.get(HOME).text
    assert "More than one way out" in page
    assert "From the settings" in page
    assert "No letter can leave until you add a transport" in page


def test_each_kind_asks_for_what_it_needs_and_nothing_else(owner):
    assert "Amazon SES" in owner.get(f"{HOME}/new").text
    asked = {
        "smtp": ("host", "port", "security", "user"),
        "ses": ("region", "user"),
        "sendgrid": ("area",),
        "mailgun": ("domain", "area"),
        "postmark": ("stream",),
        "brevo": ("address",),
    }
    for kind, names in asked.items():
        page = owner.get(f"{HOME}/new/{kind}").text
        assert all(f'name="{name}"' in page for name in (*names, "secret", "weight", "per_day"))
        assert ('name="host"' in page) == (kind == "smtp")
    assert owner.get(f"{HOME}/new/pigeon").status_code == 404


def test_a_transport_is_added_corrected_and_its_password_never_shown(owner):
    answer = owner.post(f"{HOME}/new/smtp", {**SERVER, "per_minute": "600", "domains": "news.example.org"})
    assert answer.status_code == 303
    made = only()
    shown = owner.get(f"{HOME}/{made.id}").text
    assert "600 a minute" in shown
    assert "kept, sealed" in shown
    form = owner.get(f"{HOME}/{made.id}/edit").text
    assert 'value="news"' in form
    assert "pa55word" not in shown + form + owner.get(HOME).text
    data = {**SERVER, "secret": "", "name": "Renamed", "domains": "", "per_minute": ""}
    assert owner.post(f"{HOME}/{made.id}/edit", data).status_code == 303
    with reading() as session:
        [one] = open_transports(session, "any.example")
    assert (one.name, one.secret, one.limits) == ("Renamed", "pa55word", {})


def test_a_provider_is_added_by_its_key(owner):
    data = {"name": "Amazon", "region": "eu-west-1", "user": "AKIAEXAMPLEEXAMPLE00", "secret": "s"}
    assert owner.post(f"{HOME}/new/ses", data).status_code == 303
    assert "eu-west-1" in owner.get(HOME).text


def test_a_wrong_host_is_refused_under_its_field_and_what_was_typed_stays(owner):
    answer = owner.post(f"{HOME}/new/smtp", {**SERVER, "host": "https://example.org"})
    assert answer.status_code == 422
    assert 'id="host-error"' in answer.text
    assert "https://example.org" in answer.text


def test_a_refused_form_says_that_its_secret_must_be_typed_again(owner):
    for typed, told in (("pa55word", True), ("", False)):
        answer = owner.post(f"{HOME}/new/smtp", {**SERVER, "host": "x y", "secret": typed})
        assert ("Type it again" in answer.text) == told
        assert "pa55word" not in answer.text
    assert owner.post(f"{HOME}/new/smtp", SERVER).status_code == 303
    answer = owner.post(f"{HOME}/{only().id}/edit", {**SERVER, "host": "x y", "secret": "another"})
    assert (answer.status_code, "Type it again" in answer.text) == (422, True)


def test_how_a_trial_ended_says_what_to_do_next(owner):
    with transaction() as session:
        made = make_transport(session).id
    for outcome, told in (("sent", "also among spam"), ("failed", "Edit the transport"), ("given_up", "No worker")):
        owner.post(f"{HOME}/{made}/test", {"email": "ada@example.org"})
        with transaction() as session:
            end_test(session, session.scalars(select(func.max(TransportTest.id))).one(), outcome, "—: said")
        assert told in owner.part(f"{HOME}/{made}/tests").text


def test_one_that_is_set_aside_without_another_says_that_its_letters_wait(owner):
    with transaction() as session:
        first, second = (make_transport(session, name=name).id for name in ("First", "Second"))
        set_aside(session, first, "127.0.0.1:25: connection refused.")
    assert "others carry its letters" in owner.get(f"{HOME}/{first}").text
    owner.post(f"{HOME}/{second}/switch", {"on": "no"})
    assert "they wait" in owner.get(f"{HOME}/{first}").text
    assert "so they wait" in owner.get(HOME).text


def test_a_letter_to_try_is_asked_for_and_the_part_is_renewed_until_it_ended(owner):
    with transaction() as session:
        made = make_transport(session).id
    assert owner.post(f"{HOME}/{made}/test", {"email": "nobody"}).status_code == 422
    assert owner.post(f"{HOME}/{made}/test", {"email": "ada@example.org"}).status_code == 303
    assert "every 1000ms" in owner.part(f"{HOME}/{made}/tests").text
    with transaction() as session:
        end_test(session, session.scalars(select(TransportTest.id)).one(), "sent", "S: 250 <fine>")
    part = owner.part(f"{HOME}/{made}/tests").text
    assert "every" not in part
    assert "S: 250 &lt;fine&gt;" in part
    for _ in range(29):
        owner.post(f"{HOME}/{made}/test", {"email": "ada@example.org"})
    assert owner.post(f"{HOME}/{made}/test", {"email": "ada@example.org"}).status_code == 409


def test_what_was_set_aside_is_shown_with_its_reason_and_tried_again(owner):
    with transaction() as session:
        made = make_transport(session).id
        set_aside(session, made, "127.0.0.1:25: connection refused.")
    for page in (HOME, f"{HOME}/{made}"):
        assert "connection refused" in owner.get(page).text
    with transaction() as session:
        session.get_one(Transport, made).aside_until = now()
    assert "Tried again" in owner.get(f"{HOME}/{made}").text
    owner.post(f"{HOME}/{made}/try-again")
    assert "connection refused" not in owner.get(HOME).text


def test_it_is_switched_off_and_on_and_removed(owner):
    with transaction() as session:
        made = make_transport(session).id
    owner.post(f"{HOME}/{made}/switch", {"on": "no"})
    assert only().off_at is not None
    owner.post(f"{HOME}/{made}/switch", {"on": "yes"})
    assert only().off_at is None
    assert "Keep it" in owner.get(f"{HOME}/{made}/remove").text
    assert owner.post(f"{HOME}/{made}/remove").status_code == 303
    with reading() as session:
        assert session.scalars(select(Transport)).one_or_none() is None


def test_an_editor_sees_them_and_may_change_nothing(visit):
    with transaction() as session:
        made = make_transport(session).id
    editor = visit(Role.EDITOR)
    page = editor.get(HOME).text + editor.get(f"{HOME}/{made}").text
    assert "First" in page
    assert "Switch off" not in page
    assert "New transport" not in page
    for address in (
        "new/smtp",
        f"{made}/edit",
        f"{made}/switch",
        f"{made}/test",
        f"{made}/remove",
        f"{made}/try-again",
    ):
        assert editor.post(f"{HOME}/{address}").status_code == 403
