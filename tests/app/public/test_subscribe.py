"""The door for signing up: the same answer for everybody, one more press where in doubt, and nothing on a mere look."""

import re
from dataclasses import dataclass
from datetime import timedelta

import pytest
from sqlalchemy import event, select

from app.clock import now
from app.database.session import engine, reading, transaction
from app.factory import create_app
from app.models import Form, Notice, OptIn, SignUp, SuppressionReason
from app.services import form_defence, forms, sign_ups, suppressions
from tests.factories.brands import make_brand
from tests.factories.forms import make_sign_up_form, solution_for
from tests.factories.mailing_lists import make_list
from tests.factories.subscribers import make_subscriber, subscribe

NADIA = "nadia@example.test"
STAMP = re.compile(r'name="stamp" value="([^"]+)"')


@pytest.fixture(autouse=True)
def cheap_puzzles(monkeypatch):
    monkeypatch.setattr(form_defence, "PUZZLE_ROUNDS", 1)
    monkeypatch.setattr(form_defence, "FEWEST_TRIES", 1)
    monkeypatch.setattr(form_defence, "MOST_TRIES", 3)


@pytest.fixture
def client(database):
    return create_app(database).test_client()


@dataclass
class Hosted:
    id: int
    public_id: str
    list_id: int

    @property
    def path(self) -> str:
        return f"/s/{self.public_id}"

    def answers(self, email: str = NADIA, *, seconds: int = 10, puzzle: bool = True, **given) -> dict:
        """What the page's own form sends `seconds` after it was shown."""
        stamp = form_defence.stamp(self.id, now() - timedelta(seconds=seconds))
        altcha = {"altcha": solution_for(self.id)} if puzzle else {}
        return {"email": email, "stamp": stamp, "wording": "1", **altcha, **given}

    def pressed_again(self, email: str = NADIA, **given) -> dict:
        stamp = form_defence.stamp(self.id, now() - timedelta(seconds=10), second=True)
        return {"email": email, "stamp": stamp, "wording": "1", **given}


@pytest.fixture
def form(database) -> Hosted:
    with transaction() as session:
        brand = make_brand(session, name="Salt & Spring")
        readers = make_list(session, brand, name="Readers <b>")
        made = make_sign_up_form(session, readers, brand=brand, title="Our monthly letter")
        return Hosted(made.id, made.public_id, readers.id)


def rows() -> list[SignUp]:
    with reading() as session:
        return list(session.scalars(select(SignUp).order_by(SignUp.created_at)))


def change(form: Hosted, **values) -> None:
    with transaction() as session:
        row = session.get_one(Form, form.id)
        for name, value in values.items():
            setattr(row, name, value)


def weigh_all() -> None:
    with reading() as session:
        waiting = sign_ups.unweighed(session)
    for one in waiting:
        with transaction() as session:
            sign_ups.weigh(session, one)


def test_the_page_shows_the_brand_the_title_the_wording_and_where_it_leads(client, form):
    page = client.get(form.path)
    assert page.status_code == 200
    for words in ("Salt &amp; Spring", "Our monthly letter", "Yes, write to me", "Readers &lt;b&gt;"):
        assert words in page.text
    assert "Set-Cookie" not in page.headers


def test_only_its_own_script_may_run_on_it(client, form):
    headers = client.get(form.path).headers
    assert "script-src 'self'" in headers["Content-Security-Policy"]
    assert headers["Referrer-Policy"] == "no-referrer"
    assert headers["X-Robots-Tag"] == "noindex"


@pytest.mark.parametrize("method", ["GET", "HEAD", "OPTIONS"])
def test_looking_changes_nothing(client, form, method):
    answer = client.open(form.path, method=method, query_string=form.answers(), headers={"Sec-Purpose": "prefetch"})
    assert answer.status_code in {200, 204}
    assert rows() == []


def test_a_press_is_kept_with_the_proof_of_what_was_shown(client, form):
    with transaction() as session:
        details = forms.FormDetails("Website", "A second wording", [form.list_id])
        forms.edit_form(session, form.id, details)
    answer = client.post(form.path, data=form.answers(), headers={"User-Agent": "Firefox"})
    assert answer.status_code == 200
    assert "Look in your mailbox" in answer.text
    [row] = rows()
    assert (row.email, row.ip_address, row.user_agent) == (NADIA, "127.0.0.1", "Firefox")
    assert row.list_ids == [form.list_id]
    with reading() as session:
        assert forms.wording_of(session, form.id, 1).id == row.wording_id


@pytest.mark.parametrize(
    "given",
    [
        {"seconds": 0},
        {"seconds": 90_000},
        {"puzzle": False},
        {"stamp": ""},
        {"stamp": "x" * 32},
        {"altcha": "nonsense"},
    ],
)
def test_a_press_in_doubt_is_asked_for_one_more_with_its_answers_kept(client, form, given):
    page = client.post(form.path, data=form.answers(**given))
    assert page.status_code == 200
    assert "One more press" in page.text
    assert f'name="email" value="{NADIA}"' in page.text
    assert rows() == []


def test_lines_pasted_into_another_site_lead_through_one_more_press(client, form, monkeypatch):
    page = client.post(form.path, data={"email": NADIA, "wording": "1"}, headers={"Origin": "https://shop.example"})
    monkeypatch.setattr(form_defence, "FASTEST_SECOND_PRESS_SECONDS", 0)
    stamp = STAMP.search(page.text).group(1)
    assert "Look in your mailbox" in client.post(form.path, data={"email": NADIA, "stamp": stamp}).text
    [row] = rows()
    assert row.challenge is None


def test_a_puzzle_counts_once(client, form):
    answers = form.answers()
    client.post(form.path, data=answers)
    assert "One more press" in client.post(form.path, data={**answers, "email": "other@example.test"}).text
    assert len(rows()) == 1


def test_what_nobody_sees_is_filled_in_by_machines_only(client, form):
    answer = client.post(form.path, data=form.answers(homepage="https://spam.example"))
    assert "Look in your mailbox" in answer.text
    assert rows() == []


def test_a_wrong_address_is_said_under_its_field_in_the_readers_language(client, form):
    answer = client.post(form.path, data=form.answers("nobody"), headers={"Accept-Language": "de"})
    assert answer.status_code == 422
    assert "An diese E-Mail-Adresse können wir nicht schreiben" in answer.text
    assert 'value="nobody"' in answer.text


def make_known(form: Hosted) -> None:
    with transaction() as session:
        subscribe(session, make_subscriber(session, NADIA), session.get_one(type(make_list(session)), form.list_id))


def make_suppressed(_form: Hosted) -> None:
    with transaction() as session:
        suppressions.suppress(session, suppressions.hash_of(NADIA), SuppressionReason.COMPLAINT)


@pytest.mark.parametrize("opt_in", list(OptIn))
@pytest.mark.parametrize("arrange", [make_known, make_suppressed])
def test_the_answer_and_the_work_are_the_same_for_every_address(client, form, arrange, opt_in):
    change(form, opt_in=opt_in)

    def press() -> tuple:
        statements = []
        note = lambda *facts: statements.append(facts[2].split(" VALUES")[0])  # noqa: E731
        event.listen(engine(), "before_cursor_execute", note)
        answer = client.post(form.path, data=form.answers(), environ_base={"REMOTE_ADDR": "203.0.113.7"})
        event.remove(engine(), "before_cursor_execute", note)
        return answer.status_code, answer.data, dict(answer.headers), statements

    new = press()
    arrange(form)
    assert press() == new


def test_a_hundred_presses_for_one_address_send_one_letter(client, form):
    for n in range(100):
        answer = client.post(form.path, data=form.answers(), environ_base={"REMOTE_ADDR": f"198.{n}.7.1"})
        assert "Look in your mailbox" in answer.text
    weigh_all()
    with reading() as session:
        assert session.query(Notice).count() == 1


def test_beyond_a_limit_the_answer_is_the_same_and_nothing_is_kept(client, form):
    texts = {client.post(form.path, data=form.pressed_again()).text for _ in range(12)}
    assert len(texts) == 1
    assert len(rows()) == 6


def test_a_form_that_asks_once_leads_to_its_own_page_and_nowhere_else(client, form):
    change(form, opt_in=OptIn.SINGLE, redirect_url="https://shop.example/thanks?from=letter")
    answer = client.post(form.path, data=form.answers(next="https://evil.example", redirect_url="https://evil.example"))
    assert answer.status_code == 303
    assert answer.location == "https://shop.example/thanks?from=letter"
    assert "form-action 'self' https://shop.example;" in client.get(form.path).headers["Content-Security-Policy"]


def test_a_form_that_was_put_away_is_not_found(client, form):
    change(form, archived_at=now())
    assert client.get(form.path).status_code == 404
    assert client.post(form.path, data=form.answers()).status_code == 404
    assert client.get("/s/nothing").status_code == 404


@pytest.mark.parametrize(
    ("language", "words", "direction"),
    [("de", "Abonnieren", "ltr"), ("fr", "S’abonner", "ltr"), ("ar", "اشترك", "rtl"), ("xx", "Subscribe", "ltr")],
)
def test_the_page_speaks_the_forms_language_else_the_readers(client, form, language, words, direction):
    page = client.get(form.path, headers={"Accept-Language": language}).text
    assert words in page
    assert f'dir="{direction}"' in page
    change(form, language="fr")
    assert "S’abonner" in client.get(form.path, headers={"Accept-Language": language}).text
