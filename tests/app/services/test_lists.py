"""Lists: names are unique without regard to case, and nothing is lost when one is put away."""

import pytest

from app.database.session import reading, transaction
from app.errors import InvalidInput, NotFound, WrongState
from app.models import AuditEntry
from app.queries.lists import ListCounts, list_counts, list_overview, people_of_list
from app.services.lists import archive_list, create_list, edit_list, find_list, get_list, list_named, restore_list
from app.services.subscribers import Person, add_person
from app.services.subscriptions import unsubscribe


@pytest.mark.parametrize("name", ["demo", "DEMO", "  Demo ", "Ｄemo"])
def test_a_name_that_differs_only_in_case_or_form_is_refused(brand, demo, name):
    with pytest.raises(InvalidInput, match="already"), transaction() as session:
        create_list(session, name, brand_id=brand)


@pytest.mark.parametrize("name", ["", "   ", "\x00", "x" * 201])
def test_a_list_needs_a_name_that_fits(brand, name):
    with pytest.raises(InvalidInput) as refusal, transaction() as session:
        create_list(session, name, brand_id=brand)
    assert set(refusal.value.fields) == {"name"}


def test_a_renamed_list_keeps_the_id_that_mail_programs_know(demo):
    with transaction() as session:
        before = get_list(session, demo).public_id
    with transaction() as session:
        edit_list(session, demo, name="Spring letters", description="Twice a month.\n\nNo more.")
    with reading() as session:
        renamed = find_list(session, "SPRING  LETTERS")
        assert renamed is not None
        assert (renamed.id, renamed.public_id) == (demo, before)
        assert renamed.description == "Twice a month.\n\nNo more."


def test_a_list_cannot_take_the_name_of_another(demo, other):
    with pytest.raises(InvalidInput, match="already"), transaction() as session:
        edit_list(session, other, name="demo")
    with transaction() as session:
        assert edit_list(session, other, name="OTHER").name == "OTHER"


def test_nobody_joins_a_list_that_was_put_away(demo, amara, proof):
    with transaction() as session:
        archive_list(session, demo)
    with pytest.raises(WrongState, match="put away"), transaction() as session:
        add_person(session, Person("bo@example.test"), [demo], proof, confirmed=True)
    with reading() as session:
        assert [row.name for row in list_overview(session)] == ["Other"]
        assert [row.name for row in list_overview(session, with_archived=True)] == ["Demo", "Other"]
        assert list_counts(session, demo) == ListCounts(confirmed=1)
    with transaction() as session:
        restore_list(session, demo)
        add_person(session, Person("bo@example.test"), [demo], proof, confirmed=True)


def test_the_overview_counts_every_status(demo, other, amara, proof):
    with transaction() as session:
        add_person(session, Person("bo@example.test"), [demo], proof, confirmed=False)
        unsubscribe(session, amara, [demo], proof)
    with reading() as session:
        counts = {row.name: row.counts for row in list_overview(session)}
    assert counts == {"Demo": ListCounts(unconfirmed=1, unsubscribed=1), "Other": ListCounts(confirmed=1)}


def test_an_export_reads_every_page_in_order(demo, amara, proof, monkeypatch):
    monkeypatch.setattr("app.queries.lists.PAGE", 2)
    with transaction() as session:
        for name in "fbdce":
            add_person(session, Person(f"{name}@example.test"), [demo], proof, confirmed=True)
    with reading() as session:
        told = [person.email for person in people_of_list(session, demo)]
    assert sorted(told) == sorted([f"{n}@example.test" for n in "bcdef"] + ["Amara@example.test"])


def test_a_list_that_is_not_there_is_answered_with_those_that_are(demo):
    with reading() as session, pytest.raises(NotFound, match="There are: Demo"):
        list_named(session, "nope")


def test_what_the_team_does_to_a_list_is_written_down(demo):
    with transaction() as session:
        archive_list(session, demo)
        archive_list(session, demo)
    with reading() as session:
        acts = [(one.act, one.noun, one.noun_id) for one in session.query(AuditEntry).order_by(AuditEntry.id)]
    assert acts[1:] == [("list.created", "mailing_list", demo), ("list.archived", "mailing_list", demo)]
