"""An import in Chromium: from the file to the people, with and without scripts, sound at every step."""

import pytest
from playwright.sync_api import expect

from app.database.session import transaction
from app.models import ImportBatch, ImportStatus
from app.services.import_pages import take_next_page
from tests.browser.conformity import hold
from tests.browser.furnished import furnish

PEOPLE = (
    "E-Mail;Vorname;Nachname;Ort;Status\n"
    "greta@example.test;Greta;Müller;Köln;active\n"
    "bjorn@example.test;Björn;;;active\n"
    "chiara@example.test;;;;active\n"
    "gone@example.test;Gone;;;unsubscribed\n"
    "not an address;=cmd();;;\n"
)
BASIS = "Signed up on our old site between 2019 and 2024, confirmed by the link in the mail"


@pytest.fixture
def furnished(settings, server):
    furnish(settings)


def bring_in(page, *, look=lambda _page: None):
    """Walks from the overview to the look through the file."""
    page.get_by_role("link", name="Bring in a file").click()
    look(page)
    file = {"name": "leser.csv", "mimeType": "text/csv", "buffer": PEOPLE.encode("cp1252")}
    page.get_by_label("CSV file").set_input_files(file)
    page.get_by_role("button", name="Read the file").click()
    expect(page.get_by_role("heading", name="What are these columns?")).to_be_visible()
    expect(page.get_by_label("What “Vorname” is")).to_have_value("first_name")
    page.get_by_label("What “Ort” is").select_option(label="Own field: ort")
    look(page)
    page.get_by_role("button", name="Go on").click()
    page.get_by_label("Monthly letter").check()
    page.get_by_label("How did these people agree, and confirm it?").fill(BASIS)
    look(page)
    page.get_by_role("button", name="Look through the file").click()
    expect(page.get_by_text("Of 5 rows, 1 would bring somebody new")).to_be_visible()
    look(page)


def test_every_step_is_sound(signed_in, furnished):
    page = signed_in("/imports")
    hold(page)
    bring_in(page, look=hold)
    page.get_by_role("button", name="Bring in 1 person").click()
    expect(page.get_by_text("Of 5 rows, 1 brought somebody new")).to_be_visible()
    hold(page)
    page.goto("/imports")
    hold(page)


def test_without_scripts_a_file_is_brought_in_and_its_people_found(signed_in, furnished):
    page = signed_in("/imports", scripts=False)
    bring_in(page)
    page.get_by_role("button", name="Bring in 1 person").click()
    page.get_by_role("link", name="See the people").click()
    expect(page.get_by_role("link", name="Greta Müller")).to_be_visible()
    expect(page.get_by_role("link", name="Gone")).to_have_count(0)


def test_progress_moves_by_itself_to_the_result(signed_in, furnished, settings):
    page = signed_in("/imports")
    bring_in(page)
    with transaction() as session:
        batch = session.query(ImportBatch).one()
        batch.status, batch.cursor, batch.started_at = ImportStatus.RUNNING, batch.shape["start"], batch.created_at
        batch.report = {**batch.report, "next_number": 2}
    page.reload()
    expect(page.get_by_role("progressbar")).to_be_visible()
    hold(page)
    with transaction() as session:
        take_next_page(session, batch.id, settings.imports)
    expect(page.get_by_role("link", name="See the people")).to_be_visible()
