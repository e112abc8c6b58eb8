"""The team's pages about forms: made, changed, previewed, put away; and a person's page that tells both steps."""

import re
from datetime import timedelta

import pytest

from app.clock import now
from app.database.session import reading, transaction
from app.models import Brand, Form, FormWording, MailingList, Role, Subscriber
from app.services import confirmations
from app.services.confirmations import Press
from tests.factories.brands import make_brand
from tests.factories.forms import make_sign_up, make_sign_up_form
from tests.factories.mailing_lists import make_list

WRITTEN = {
    "name": "Website",
    "wording": "Yes, write to me",
    "opt_in": "double",
    "language": "",
    "questions-0-name": "first_name",
    "questions-0-label": "First name",
    "questions-1-name": "town",
    "questions-1-label": "Where do you live?",
    "questions-1-required": "y",
    "questions-2-name": "",
    "allowed_origins": "https://shop.example\n",
}


@pytest.fixture
def readers(app) -> MailingList:
    with transaction() as session:
        return make_list(session, make_brand(session, name="Salt & Spring"), name="Readers")


@pytest.fixture
def form(readers) -> Form:
    with transaction() as session:
        row = session.get_one(MailingList, readers.id)
        return make_sign_up_form(session, row, brand=session.get_one(Brand, row.brand_id), name="Website")


def test_without_a_list_the_page_leads_to_one(owner):
    page = owner.get("/forms").text
    assert "First, a list" in page
    assert 'href="/lists"' in page


def test_a_form_is_made_with_its_questions(owner, readers):
    assert "Your first form" in owner.get("/forms").text
    answer = owner.post("/forms/new", {**WRITTEN, "lists": [str(readers.id)]})
    assert answer.status_code == 303
    page = owner.get(answer.location).text
    assert re.search(r'value="http://127\.0\.0\.1:8000/s/[\w-]+"', page)
    assert "&lt;input name=&#34;town&#34; required&gt;" in page
    with reading() as session:
        made = session.query(Form).one()
    assert [one["name"] for one in made.fields] == ["first_name", "town"]
    assert made.allowed_origins == ["https://shop.example"]


def test_a_refusal_stands_under_its_field_with_what_was_typed(owner, readers):
    answer = owner.post("/forms/new", {**WRITTEN, "lists": [str(readers.id)], "redirect_url": "ftp://x"})
    assert answer.status_code == 422
    assert "Write a web address that begins with https://" in answer.text
    assert "Where do you live?" in answer.text


def test_a_changed_wording_becomes_the_next_version(owner, form, readers):
    assert "Yes, write to me. I can leave" in owner.get(f"/forms/{form.id}/edit").text
    owner.post(f"/forms/{form.id}/edit", {**WRITTEN, "lists": [str(readers.id)], "wording": "Another"})
    with reading() as session:
        assert [one.version for one in session.query(FormWording).order_by(FormWording.id)] == [1, 2]
    assert "Wording 2" in owner.get(f"/forms/{form.id}").text


def test_the_preview_is_the_page_without_script_and_its_button_does_nothing(owner, form):
    answer = owner.get(f"/forms/{form.id}/preview")
    assert "Yes, write to me" in answer.text
    assert "<script" not in answer.text
    assert "form-action 'none'" in answer.headers["Content-Security-Policy"]
    assert "frame-ancestors 'self'" in answer.headers["Content-Security-Policy"]


def test_a_form_is_put_away_and_brought_back(owner, form):
    owner.post(f"/forms/{form.id}/archive")
    assert "This form is put away" in owner.get(f"/forms/{form.id}").text
    assert "Put away" in owner.get("/forms").text
    owner.post(f"/forms/{form.id}/restore")
    assert "This form is put away" not in owner.get(f"/forms/{form.id}").text


def test_a_viewer_looks_and_changes_nothing(visit, form):
    viewer = visit(Role.VIEWER)
    assert viewer.get(f"/forms/{form.id}").status_code == 200
    assert viewer.get(f"/forms/{form.id}/edit").status_code == 403


def test_a_persons_page_tells_the_form_the_wording_and_both_steps(owner, form):
    with transaction() as session:
        row = make_sign_up(session, session.get_one(Form, form.id), created_at=now() - timedelta(hours=2))
        confirmations.confirm(session, row.id, Press("198.51.100.9"))
    with reading() as session:
        person = session.query(Subscriber).one()
    page = owner.get(f"/people/{person.id}").text
    assert "Through the form “Website”, wording 1, signed up on" in page
    assert "from 203.0.113.7" in page
    assert "confirmed by letter after signing up on" in page
    assert "from 198.51.100.9" in page
