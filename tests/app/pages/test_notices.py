"""Notices on their pages: our words offered, the brand's kept, wrong ones refused, each shown as a letter."""

import pytest

from app.database.session import reading, transaction
from app.models import NoticeWording, Role
from tests.factories.brands import make_brand

CONFIRM = "/content/notices/confirm/en"
OWN = {"subject": "Is it you?", "label": "Yes", "body": "Hello from {{ brand.name }}.\r\n{{ link }}\r\nBye."}


@pytest.fixture
def brand() -> None:
    with transaction() as session:
        make_brand(session, name="Quince & Rye", address="Elm Lane 3\nBath")


def rows() -> list[tuple[str, str, str]]:
    with reading() as session:
        return [(row.notice, row.language, row.body) for row in session.query(NoticeWording)]


def test_every_notice_is_offered_in_every_language(owner, brand):
    page = owner.get("/content/notices").text
    assert page.count("our words") == 36
    assert "your words" not in page


def test_our_words_stand_in_the_form_until_others_are_saved(owner, brand):
    assert "Please confirm your subscription to {{ brand.name }}" in owner.get(CONFIRM).text
    assert owner.post(CONFIRM, OWN).status_code == 303
    assert rows() == [("confirm", "en", "Hello from {{ brand.name }}.\n{{ link }}\nBye.")]
    page = owner.get(CONFIRM).text
    assert 'value="Is it you?"' in page
    assert "Back to our words" in page
    assert "your words" in owner.get("/content/notices").text


def test_without_its_link_a_notice_is_refused_and_nothing_typed_is_lost(owner, brand):
    answer = owner.post(CONFIRM, {**OWN, "body": "No way in"})
    assert answer.status_code == 422
    assert "write {{ link }} once, on a line of its own" in answer.text
    assert 'id="body-error"' in answer.text
    assert "No way in" in answer.text
    assert rows() == []


def test_a_notice_goes_back_to_our_words(owner, brand):
    owner.post(CONFIRM, OWN)
    page = owner.post(f"{CONFIRM}/ours").text
    assert "This letter has our words again." in page
    assert rows() == []
    assert 'name="subject" value="Is it you?"' in page
    assert "Please confirm your subscription to {{ brand.name }}" in page
    assert "Undo" not in owner.post(f"{CONFIRM}/ours").text


def test_it_is_shown_as_a_letter_as_kept_and_as_typed(owner, brand):
    kept = owner.get(f"{CONFIRM}/sample")
    assert "Quince &amp; Rye" in kept.text
    assert "Elm Lane 3, Bath" in kept.text
    assert "sandbox" in kept.headers["Content-Security-Policy"]
    typed = owner.post(f"{CONFIRM}/sample", {**OWN, "body": "<b>Typed</b>\n{{ link }}"})
    assert "&lt;b&gt;Typed&lt;/b&gt;" in typed.text
    arabic = owner.get("/content/notices/welcome_end/ar/sample").text
    assert 'dir="rtl"' in arabic


@pytest.mark.parametrize("address", ["/content/notices/nothing/en", "/content/notices/confirm/xx"])
def test_what_there_is_not_is_not_found(owner, brand, address):
    assert owner.get(address).status_code == 404
    assert owner.post(address, OWN).status_code == 404


def test_without_a_brand_there_is_nothing_to_reword(owner):
    assert "Name yours first" in owner.get("/content/notices").text
    assert owner.get(CONFIRM).status_code == 409


def test_viewers_look_and_change_nothing(owner, visit, brand):
    viewer = visit(Role.VIEWER)
    assert "readonly" in viewer.get(CONFIRM).text
    assert viewer.post(CONFIRM, OWN).status_code == 403
