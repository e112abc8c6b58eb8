"""An import's pages: each step leads to the next, says what is wrong at its place, and does nothing unasked."""

import gc
import io
import re
import warnings

import pytest

from app.database.session import reading, transaction
from app.models import ImportBatch, ImportStatus, Role, Subscriber
from app.services.import_reading import LARGEST_FILE_BYTES
from tests.factories.mailing_lists import make_list

BASIS = "Signed up on the old site and confirmed by mail"
PEOPLE = b"Email,First name,Town\nada@example.test,Ada,Lyon\n<b>bad</b>,Bo,\n"


@pytest.fixture
def readers(app):
    with transaction() as session:
        return make_list(session, name="Readers").id


def upload(visitor, data: bytes = PEOPLE, name: str = "people.csv"):
    form = {"file": (io.BytesIO(data), name)}
    return visitor.post("/imports/new", form, content_type="multipart/form-data")


def looked_through(owner, readers) -> str:
    columns = upload(owner).location
    shape = {"delimiter": ",", "headings": "1"}
    consent = owner.post(
        columns, {**shape, "column-0": "email", "column-1": "first_name", "column-2": "field.town"}
    ).location
    return owner.post(consent, {"lists": [readers], "basis": BASIS, "existing": "fill"}).location


def status_of(address: str) -> ImportStatus:
    with reading() as session:
        return session.get_one(ImportBatch, int(address.rpartition("/")[2])).status


def test_without_a_list_or_an_import_the_next_step_is_taught(owner):
    assert "/lists/new" in owner.get("/imports").text


def test_an_empty_overview_leads_to_the_first_file(owner, readers):
    assert "/imports/new" in owner.get("/imports").text


def test_a_file_is_looked_through_before_anything_is_written(owner, readers):
    page = looked_through(owner, readers)
    assert status_of(page) is ImportStatus.CHECKED
    text = owner.get(page).text
    assert "Of 2 rows, 1 would bring somebody new" in text
    assert "Nothing has been written yet" in text
    assert "Row 3" in text
    assert "&lt;b&gt;bad&lt;/b&gt;" in text
    assert "<b>bad" not in text
    with reading() as session:
        assert session.query(Subscriber).count() == 0


def test_started_the_people_come_in_with_their_proof(owner, readers):
    page = looked_through(owner, readers)
    owner.post(f"{page}/start")
    assert status_of(page) is ImportStatus.DONE
    with reading() as session:
        ada = session.query(Subscriber).one()
        assert (ada.first_name, ada.fields) == ("Ada", {"town": "Lyon"})
        assert {one.user_id for one in session.query(ImportBatch)} == {owner.user.id}
    assert "By import, by Owner" in owner.get(f"/people/{ada.id}").text
    lines = owner.get(f"{page}/rejected.csv")
    assert lines.headers["Content-Disposition"].startswith("attachment")
    assert lines.text.splitlines()[1].startswith("3,")
    assert "people.csv" in owner.get("/imports").text


def test_the_columns_are_guessed_and_shown_with_examples(owner, readers):
    text = owner.get(upload(owner).location).text
    assert re.search(r'value="email" selected', text)
    assert "Own field: town" in text
    assert "ada@example.test" in text


def test_a_column_chosen_twice_is_said_at_its_place(owner, readers):
    columns = upload(owner).location
    answer = owner.post(
        columns, {"delimiter": ",", "headings": "1", "column-0": "email", "column-1": "email", "column-2": ""}
    )
    assert answer.status_code == 422
    assert 'id="column-1-error"' in answer.text
    assert 'href="#column-1"' in answer.text


def test_another_separator_reads_the_file_again(owner, readers):
    columns = upload(owner, b"a;b,c\nx@x.test;1,2\n").location
    owner.post(columns, {"delimiter": ",", "headings": "0", "again": "1"})
    text = owner.get(columns).text
    assert "x@x.test;1" in text
    assert "Column 2" in text


def test_how_they_agreed_must_be_written_in_words(owner, readers):
    consent = upload(owner).location.replace("columns", "consent")
    answer = owner.post(consent, {"lists": [readers], "basis": "yes", "existing": "fill"})
    assert answer.status_code == 422
    assert 'id="basis-error"' in answer.text


@pytest.mark.parametrize(("data", "words"), [(b"", "empty"), (b"PK\x03\x04", "Save the sheet as CSV")])
def test_a_file_that_is_no_csv_is_refused_with_its_cure(owner, readers, data, words):
    answer = upload(owner, data)
    assert answer.status_code == 422
    assert words in answer.text


def test_only_those_who_may_bring_people_in_can_send_a_large_file(app, owner, visit, stranger):
    heavy = b"email\n" + b"x" * (17 * 1024 * 1024)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ResourceWarning)  # the test client leaves the files of large bodies open
        assert upload(owner, heavy).status_code in {303, 422}
        assert upload(visit(Role.VIEWER), heavy).status_code == 413
        assert upload(stranger, heavy).status_code == 413
        gc.collect()
    assert LARGEST_FILE_BYTES == 200 * 1024 * 1024


def test_a_viewer_sees_what_became_of_a_file_and_no_button(owner, visit, readers):
    page = looked_through(owner, readers)
    text = visit(Role.VIEWER).get(page).text
    assert "Of 2 rows" in text
    assert "Bring in" not in text
    assert "rejected.csv" not in text


def test_calling_off_leaves_nothing_behind(owner, readers, settings):
    page = looked_through(owner, readers)
    owner.post(f"{page}/cancel")
    assert status_of(page) is ImportStatus.CANCELLED
    assert owner.post(f"{page}/start").status_code == 409
    assert not list(settings.imports.glob("*.csv"))


def test_what_is_under_way_shows_how_far_it_is_and_ends_by_itself(owner, readers):
    page = looked_through(owner, readers)
    with transaction() as session:
        batch = session.get_one(ImportBatch, int(page.rpartition("/")[2]))
        batch.status, batch.cursor = ImportStatus.RUNNING, batch.size // 2
    part = owner.part(f"{page}/live").text
    assert "% read" in part
    assert f'hx-get="{page}/live"' in part
    with transaction() as session:
        session.get_one(ImportBatch, batch.id).status = ImportStatus.DONE
    assert owner.part(f"{page}/live").headers["HX-Refresh"] == "true"


def test_without_a_list_the_file_waits(owner):
    consent = upload(owner).location.replace("columns", "consent")
    assert "/lists/new" in owner.get(consent).text
