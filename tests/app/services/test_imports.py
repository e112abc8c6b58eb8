"""Imports: what a file brings in, whom it leaves alone, and that nothing is lost or doubled."""

import contextlib
import io

import pytest
from sqlalchemy import func, select

from app.database.session import reading, transaction
from app.errors import InvalidInput, WrongState
from app.models import (
    Consent,
    ConsentAct,
    ConsentWay,
    Event,
    Existing,
    ImportBatch,
    ImportStatus,
    Subscriber,
    Subscription,
    SubscriptionStatus,
    SuppressionReason,
)
from app.queries.list_report import list_report
from app.queries.own_data import own_data
from app.queries.person_timeline import timeline
from app.services import imports, subscriptions, suppressions
from app.services.import_files import Kept, rejected_csv
from app.services.import_pages import take_next_page
from app.services.subscribers import Person, add_person, erase_person
from app.services.subscriptions import Proof, resubscribe, subscription_of, unsubscribe

BASIS = "Signed up on the old site and confirmed by mail, 2019 to 2024"


class PageLost(Exception):
    """Whatever may happen between a page and its commit."""


@pytest.fixture
def folder(database):
    return database.imports


@pytest.fixture
def bring(folder, demo):
    """bring("email\\na@example.test") brings a file's people onto Demo; returns the report."""

    def go(text: str | bytes, *, lists=None, existing=Existing.FILL, mapping=None, most=10_000, looking=False):
        batch = drafted(folder, text, lists or [demo], existing=existing, mapping=mapping)
        with transaction() as session:
            (imports.check if looking else imports.start)(session, batch)
        run(batch, folder, most=most)
        return report_of(batch)

    return go


def drafted(folder, text, lists, *, existing=Existing.FILL, mapping=None, user_id=None) -> int:
    data = text if isinstance(text, bytes) else text.encode()
    received = imports.receive(io.BytesIO(data), "people.csv", folder)
    with transaction() as session:
        batch = imports.create_import(session, received, user_id=user_id).id
        if mapping:
            imports.choose_columns(session, batch, mapping)
        imports.choose_lists(session, batch, lists, basis=BASIS, existing=existing)
    return batch


def run(batch: int, folder, *, most=10_000) -> None:
    more = True
    while more:
        with transaction() as session:
            more = take_next_page(session, batch, folder, most=most)


def report_of(batch: int) -> dict:
    with reading() as session:
        return session.get_one(ImportBatch, batch).report


def person(email: str) -> Subscriber:
    with reading() as session:
        return session.scalars(select(Subscriber).where(Subscriber.email_key == email)).one()


def count(model, *conditions) -> int:
    with reading() as session:
        return session.scalar(select(func.count()).select_from(model).where(*conditions))


def test_people_come_in_confirmed_with_their_proof(bring, demo, other):
    report = bring("Email,First name,Town\nZo\u00eb@Example.test,Zoë,Lyon\n", lists=[demo, other])
    assert (report["rows"], report["created"], report["rejected_count"]) == (1, 1, 0)
    zoe = person("zo\u00eb@example.test")
    assert (zoe.first_name, zoe.domain) == ("Zoë", "example.test")
    with reading() as session:
        said = timeline(session, zoe.id)
        assert [one.act for one in said] == [ConsentAct.CONFIRMED] * 2 + [ConsentAct.ADDED] * 2
        assert {(one.way, one.basis, one.asked_at) for one in said} == {(ConsentWay.IMPORT, BASIS, None)}
        assert subscription_of(session, zoe.id, demo).status is SubscriptionStatus.CONFIRMED
        told = own_data(session, zoe.id)
        assert [one["act"] for one in told["consents"]] == ["added", "added", "confirmed", "confirmed"]
        assert [one["kind"] for one in told["events"]] == [one["act"] for one in told["consents"]]
        assert {(one["list"], one["facts"]["way"]) for one in told["events"]} == {
            ("Demo", "import"),
            ("Other", "import"),
        }


def test_what_is_said_after_an_import_stands_behind_it(bring, demo):
    bring("email\na@x.test\n")
    ada = person("a@x.test").id
    with transaction() as session:
        unsubscribe(session, ada, [demo], Proof(ConsentWay.PAGE))
    with transaction() as session:
        resubscribe(session, ada, [demo], Proof(ConsentWay.TEAM, basis="asked by phone"))
        acts = ["added", "confirmed", "unsubscribed", "resubscribed"]
        assert [one.act for one in reversed(timeline(session, ada))] == acts
        assert [one["act"] for one in own_data(session, ada)["consents"]] == acts
        assert [(one.way, one.count) for one in list_report(session, demo).sources] == [(ConsentWay.IMPORT, 1)]


def test_who_was_here_before_an_import_came_by_the_first_door(bring, demo, proof):
    with transaction() as session:
        add_person(session, Person("bo@example.test"), [demo], proof, confirmed=False)
    bring("email\nbo@example.test\na@x.test\n")
    with reading() as session:
        came = {one.way: one.count for one in list_report(session, demo).sources}
    assert came == {proof.way: 1, ConsentWay.IMPORT: 1}


def test_the_proof_names_when_she_agreed_there(bring):
    bring("Email Address,CONFIRM_TIME\na@example.test,2021-03-04 05:06:07\n")
    with reading() as session:
        said = timeline(session, person("a@example.test").id)
    assert {one.asked_at.isoformat() for one in said} == {"2021-03-04T05:06:07+00:00"}


def test_bringing_in_the_same_file_again_changes_nothing(bring):
    text = "email,first_name,town\na@example.test,Ada,Łódź\nb@example.test,Bo,\n"
    mapping = {"0": "email", "1": "first_name", "2": "field.town"}
    bring(text, mapping=mapping)
    with reading() as session:
        before = own_data(session, person("a@example.test").id)
    report = bring(text, mapping=mapping)
    assert (report["created"], report["updated"], report["unchanged"]) == (0, 0, 2)
    with reading() as session:
        assert own_data(session, person("a@example.test").id) == before
    assert person("a@example.test").fields == {"town": "Łódź"}


@pytest.mark.parametrize(("existing", "first", "town"), [("fill", "Amara", "Lyon"), ("overwrite", "A.", "Paris")])
def test_only_empty_details_are_filled_unless_the_file_was_chosen_to_win(bring, amara, existing, first, town):
    with transaction() as session:
        row = session.get_one(Subscriber, amara)
        row.fields, row.language = {"town": "Lyon", "size": "", "é": "ü"}, ""
    mapping = {"0": "email", "1": "first_name", "2": "last_name", "3": "language", "4": "field.town", "5": "field.size"}
    text = "e,f,l,g,t,s\namara@example.test,A.,,pt_BR,Paris,9\n"
    assert bring(text, existing=Existing(existing), mapping=mapping)["updated"] == 1
    found = person("amara@example.test")
    assert (found.first_name, found.last_name, found.language) == (first, "Okafor", "pt-BR")
    assert found.fields == {"town": town, "size": "9", "é": "ü"}


def test_somebody_who_left_the_list_is_not_brought_back(bring, demo, other, amara, proof):
    with transaction() as session:
        subscriptions.unsubscribe(session, amara, [demo], proof)
    report = bring("email,first_name\nAMARA@example.test,New\n", lists=[demo, other], existing=Existing.OVERWRITE)
    assert report["skipped"] == {"unsubscribed": 1}
    assert person("amara@example.test").first_name == "Amara"
    with reading() as session:
        assert subscription_of(session, amara, demo).status is SubscriptionStatus.UNSUBSCRIBED


def test_suppressed_and_erased_addresses_stay_out(bring, amara):
    with transaction() as session:
        erase_person(session, amara)
        suppressions.suppress(session, suppressions.hash_of("b@example.test"), SuppressionReason.COMPLAINT)
    report = bring("email\namara@example.test\nb@example.test\nc@example.test\n")
    assert report["skipped"] == {"erased": 1, "suppressed": 1}
    assert (report["created"], count(Subscriber, Subscriber.email_key.is_not(None))) == (1, 1)


def test_those_who_left_the_other_tool_or_never_confirmed_there_stay_out(bring):
    report = bring("email,status\na@x.test,unsubscribed\nb@x.test,Cleaned\nc@x.test,pending\nd@x.test,active\n")
    assert report["skipped"] == {"left_there": 2, "unconfirmed_there": 1}
    assert report["created"] == 1


def test_somebody_unconfirmed_becomes_confirmed_once(bring, demo, proof):
    with transaction() as session:
        bo = add_person(session, Person("bo@example.test"), [demo], proof, confirmed=False).id
    assert bring("email\nbo@example.test\n")["updated"] == 1
    with reading() as session:
        assert subscription_of(session, bo, demo).status is SubscriptionStatus.CONFIRMED
    assert count(Consent, Consent.act == ConsentAct.CONFIRMED) == 1
    assert count(Consent, Consent.act == ConsentAct.ADDED) == 1


@pytest.mark.parametrize("most", [1, 2, 100])
def test_an_address_twice_in_the_file_counts_once_whatever_the_pages(bring, most):
    report = bring("email\na@x.test\nA@X.test\nb@x.test\nA@x.test\nb@x.test\n", most=most)
    assert (report["created"], report["skipped"]) == (2, {"duplicate_address": 3})


@pytest.mark.parametrize("most", [1, 3, 100])
def test_whoever_stands_twice_in_the_file_counts_once_also_looking(bring, most, demo, other, amara, proof):
    with transaction() as session:
        add_person(session, Person("waits@x.test"), [demo], proof, confirmed=False)
        left = add_person(session, Person("left@x.test"), [demo], proof, confirmed=True).id
        subscriptions.unsubscribe(session, left, [demo], proof)
        erase_person(session, add_person(session, Person("erased@x.test"), [other], proof, confirmed=True).id)
        suppressions.suppress(session, suppressions.hash_of("stopped@x.test"), SuppressionReason.COMPLAINT)
        add_person(session, Person("here@x.test"), [other], proof, confirmed=True)
        suppressions.suppress(session, suppressions.hash_of("here@x.test"), SuppressionReason.BY_HAND)
        add_person(session, Person("joins@x.test"), [other], proof, confirmed=True)
    names = ["waits@x.test", "left@x.test", "erased@x.test", "stopped@x.test", "here@x.test", "joins@x.test"]
    names += ["new@x.test", "amara@example.test"]
    text = "email\n" + "".join(f"{name}\n" for name in [*names, *reversed(names), *names])
    looked = bring(text, looking=True, most=most)
    assert (looked["created"], looked["updated"], looked["unchanged"]) == (1, 2, 1)
    assert looked["skipped"] == {"duplicate_address": 16, "erased": 1, "suppressed": 2, "unsubscribed": 1}
    assert bring(text, most=most) == looked
    assert bring(text, most=most)["skipped"] == looked["skipped"]


def test_rows_that_cannot_be_taken_are_told_with_number_reason_and_value(bring):
    report = bring('email,first\nno address,x\n"a@x.test,y\n,Nobody\n\na@x.test,z,more\nb@x.test,ok\n')
    assert [(number, value) for number, _reason, value in report["rejected"]] == [
        (2, "no address"),
        (3, '"a@x.test,y'),
        (4, "Nobody"),
        (6, "a@x.test · z · more"),
    ]
    assert report["rows"] == 5
    assert report["created"] == 1


def test_the_books_of_an_import_balance(bring, amara):
    report = bring("email,status\nx,\na@x.test,\na@x.test,\namara@example.test,\nb@x.test,bounced\n", most=2)
    taken = report["created"] + report["updated"] + report["unchanged"]
    assert report["rows"] == taken + sum(report["skipped"].values()) + report["rejected_count"]


def test_looking_through_a_file_tells_the_same_and_writes_nothing(bring, amara, demo):
    text = "email,first_name\namara@example.test,A\nnew@x.test,N\nnew@x.test,N\nbad,\n"
    before = count(Subscriber), count(Subscription), count(Consent), count(Event)
    looked = bring(text, looking=True, most=2)
    assert (count(Subscriber), count(Subscription), count(Consent), count(Event)) == before
    assert bring(text, most=2) == looked


def test_details_that_cannot_be_read_are_left_out_and_counted(bring):
    report = bring(f"email,language,name\na@x.test,Klingon language,Ada Lovelace\nb@x.test,Deutsch,{'x' * 300}\n")
    assert report["dropped"] == {"language": 1, "name": 1}
    assert (person("a@x.test").last_name, person("b@x.test").language) == ("Lovelace", "de")


def test_a_page_that_was_not_committed_is_taken_again_and_only_once(folder, demo):
    batch = drafted(folder, "email\na@x.test\nbad\nb@x.test\nc@x.test\n", [demo])
    with transaction() as session:
        imports.start(session, batch)
    with contextlib.suppress(PageLost), transaction() as session:
        take_next_page(session, batch, folder, most=2)
        raise PageLost
    run(batch, folder, most=2)
    report = report_of(batch)
    assert (report["rows"], report["created"], report["skipped"], report["rejected_count"]) == (4, 3, {}, 1)
    with reading() as session:
        kept = imports.kept_of(session.get_one(ImportBatch, batch), folder)
    assert len(list(rejected_csv(kept, ["r", "w", "v"], size=report["rejected_size"]))) == 2
    assert count(Subscription, Subscription.import_id == batch) == count(Subscriber) == 3


def test_after_the_end_the_file_is_gone_and_what_was_turned_away_is_kept(bring, folder):
    bring("email\n=cmd@@x\n")
    assert [path.suffix for path in folder.iterdir()] == [".rejected"]


def test_rows_turned_away_cannot_be_run_by_a_spreadsheet(bring, folder):
    report = bring("email\n=1+1@@x\n@x.test\n")
    kept = Kept(folder, next(folder.iterdir()).stem)
    lines = list(rejected_csv(kept, ["Row", "Reason", "Value"], size=report["rejected_size"]))
    assert lines[1].endswith(",'=1+1@@x\r\n")
    assert lines[2].endswith(",'@x.test\r\n")


def test_how_people_agreed_must_be_written(folder, demo):
    received = imports.receive(io.BytesIO(b"email\na@x.test\n"), "people.csv", folder)
    with transaction() as session:
        batch = imports.create_import(session, received, user_id=None)
        for basis in ("", "  yes  "):
            with pytest.raises(InvalidInput, match="how these people agreed"):
                imports.choose_lists(session, batch.id, [demo], basis=basis, existing=Existing.FILL)
        with pytest.raises(WrongState):
            imports.start(session, batch.id)


def test_without_a_column_of_addresses_nothing_goes_on(folder, demo):
    batch = drafted(folder, "email,name\na@x.test,A\n", [demo])
    with transaction() as session:
        with pytest.raises(InvalidInput, match="column that holds the email"):
            imports.choose_columns(session, batch, {"0": "", "1": "name"})
        with pytest.raises(InvalidInput, match="Another column"):
            imports.choose_columns(session, batch, {"0": "email", "1": "email"})


def test_calling_off_keeps_who_is_in_and_lets_nobody_more_in(folder, demo):
    batch = drafted(folder, "email\na@x.test\nb@x.test\n", [demo])
    with transaction() as session:
        imports.start(session, batch)
        assert take_next_page(session, batch, folder, most=1)
        imports.cancel(session, batch, folder)
        assert not take_next_page(session, batch, folder)
    assert count(Subscriber) == 1
    assert list(folder.iterdir()) == []


def test_a_file_that_is_gone_is_said_and_can_be_tried_again(folder, demo):
    batch = drafted(folder, "email\na@x.test\n", [demo])
    with transaction() as session:
        imports.start(session, batch)
        path = imports.kept_of(imports.get_import(session, batch), folder).copy
    aside = path.rename(path.with_suffix(".aside"))
    run(batch, folder)
    with transaction() as session:
        failed = imports.get_import(session, batch)
        assert failed.status is ImportStatus.FAILED
        assert "LETTERWRIGHT_SHARED" in failed.trouble
        aside.rename(path)
        imports.start(session, batch)
    run(batch, folder)
    assert report_of(batch)["created"] == 1


def test_an_import_that_nobody_is_at_is_rung_again(folder, demo):
    batch = drafted(folder, "email\na@x.test\n", [demo])
    with transaction() as session:
        imports.start(session, batch)
        assert imports.standing_still(session) == ()
        imports.get_import(session, batch).beat_at -= 2 * imports.STILL_AFTER
        session.flush()
        assert imports.standing_still(session) == (batch,)


def test_drafts_that_nobody_touches_are_forgotten_with_their_file(folder, demo):
    batch = drafted(folder, "email\na@x.test\n", [demo])
    with transaction() as session:
        assert imports.forget_old_files(session, folder) == 0
        imports.get_import(session, batch).created_at -= 2 * imports.KEEP_UNTOUCHED
        session.flush()
        assert imports.forget_old_files(session, folder) == 1
    assert list(folder.iterdir()) == []
