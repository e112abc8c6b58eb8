"""Test letters from the page: to addresses and groups, as whomever, with their outcomes; and whom to look as."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from app.clock import now
from app.database.session import reading, transaction
from app.models import AddressGroup, AuditEntry, Notice, NoticeKind, Role, Subscriber
from app.services import address_groups, notices, subscribers
from app.services.notices import NoticeOutcome, lease_notice, record_notice
from tests.factories.ready import make_ready
from tests.factories.subscribers import make_subscriber


@pytest.fixture
def draft(app) -> int:
    with transaction() as session:
        return make_ready(session)[0].id


def queued() -> list[tuple[str, int | None]]:
    with reading() as session:
        rows = session.scalars(select(Notice).where(Notice.kind == NoticeKind.TEST).order_by(Notice.id)).all()
        return [(one.email, one.payload["as_subscriber_id"]) for one in rows]


def part(visitor, address: str, data: dict):
    return visitor.post(address, data, headers={"HX-Request": "true"})


def test_tests_go_to_addresses_and_groups_once_each_as_whom_was_chosen(owner, draft):
    owner.post(f"/campaigns/{draft}/tests", {"act": "save", "group": "Proof", "addresses": "a@x.test, b@x.test"})
    with reading() as session:
        group = session.scalars(select(AddressGroup)).one()
        person = session.scalars(select(Subscriber.id).limit(1)).one()
    assert (group.name, group.addresses) == ("Proof", ["a@x.test", "b@x.test"])
    answer = part(
        owner, f"/campaigns/{draft}/tests", {"addresses": "B@x.test c@x.test", "group_id": group.id, "reader": person}
    )
    assert answer.status_code == 200
    assert "3 test letters are on their way." in answer.text
    assert {email.lower(): reader for email, reader in queued()} == dict.fromkeys(("a@x.test", "b@x.test", "c@x.test"), person)  # fmt: skip  # noqa: E501
    assert "on its way" in answer.text
    assert 'hx-trigger="every 2s"' in answer.text


def test_what_became_of_each_is_told_with_what_the_server_said(owner, draft):
    owner.post(f"/campaigns/{draft}/tests", {"addresses": "a@x.test, b@x.test"})
    for outcome in (NoticeOutcome(sent=True, reply="250 ok"), NoticeOutcome(sent=False, final=True, reply="550 <no>")):
        with transaction() as session:
            held = lease_notice(session, owner="w")
        with transaction() as session:
            record_notice(session, held.notice_id, outcome, owner="w")
    told = owner.get(f"/campaigns/{draft}/tests").text
    assert "accepted by their mail server" in told
    assert "could not be delivered" in told
    assert "550 &lt;no&gt;" in told
    assert "by Owner" in told
    assert "every 2s" not in told


@pytest.mark.parametrize(
    ("form", "words"),
    [
        ({"addresses": ""}, "Write at least one address."),
        ({"addresses": "nobody"}, "nobody"),
        ({"addresses": " ".join(f"p{n}@x.test" for n in range(21))}, "at most 20 addresses at once"),
        ({"addresses": "a@x.test", "act": "save", "group": ""}, "Write something here."),
        ({"addresses": "", "act": "save", "group": "Proof"}, "Write at least one address to save."),
    ],
)
def test_what_cannot_be_sent_is_refused_under_its_field_and_nothing_typed_is_lost(owner, draft, form, words):
    answer = part(owner, f"/campaigns/{draft}/tests", form)
    assert answer.status_code == 422
    assert words in answer.text
    assert form["addresses"] in answer.text
    assert queued() == []


def test_no_more_than_so_many_leave_in_an_hour(owner, draft, monkeypatch):
    monkeypatch.setattr(notices, "MOST_TESTS_AN_HOUR", 3)
    assert part(owner, f"/campaigns/{draft}/tests", {"addresses": "a@x.test b@x.test"}).status_code == 200
    answer = part(owner, f"/campaigns/{draft}/tests", {"addresses": "c@x.test d@x.test"})
    assert "1 more can be sent this hour: at most 3 tests leave in one." in answer.text
    assert len(queued()) == 2
    with transaction() as session:
        session.execute(Notice.__table__.update().values(created_at=now() - timedelta(hours=1, seconds=1)))
    assert part(owner, f"/campaigns/{draft}/tests", {"addresses": "c@x.test d@x.test"}).status_code == 200


def test_a_group_is_saved_over_and_deleted(owner, draft):
    for addresses in ("a@x.test", "b@x.test, B@X.test"):
        owner.post(f"/campaigns/{draft}/tests", {"act": "save", "group": "proof" if "b" in addresses else "Proof", "addresses": addresses})  # fmt: skip  # noqa: E501
    with reading() as session:
        group = session.scalars(select(AddressGroup)).one()
        acts = session.scalars(select(AuditEntry.act).where(AuditEntry.noun == "address_group")).all()
    assert group.addresses == ["b@x.test"]
    assert acts == ["address_group.saved", "address_group.saved"]
    answer = part(owner, f"/campaigns/{draft}/tests/groups/{group.id}/delete", {})
    assert "The group was deleted." in answer.text
    assert owner.post(f"/campaigns/{draft}/tests/groups/{group.id}/delete").status_code == 404


def test_a_viewer_sees_tests_and_sends_none(owner, draft, visit):
    owner.post(f"/campaigns/{draft}/tests", {"addresses": "a@x.test"})
    viewer = visit(Role.VIEWER)
    assert "a@x.test" in viewer.get(f"/campaigns/{draft}").text
    assert viewer.post(f"/campaigns/{draft}/tests", {"addresses": "b@x.test"}).status_code == 403


def test_while_the_checks_renew_what_is_typed_for_tests_stays(owner, draft):
    assert 'id="test-letters" hx-preserve="true"' in owner.part(f"/campaigns/{draft}/check").text
    assert "hx-preserve" not in owner.get(f"/campaigns/{draft}").text


def test_an_erased_person_is_in_no_group_any_more(owner, draft):
    with transaction() as session:
        person = make_subscriber(session, "gone@x.test")
        group = address_groups.save_group(session, 1, "Proof", ["Gone@x.test", "a@x.test"]).id
        subscribers.erase_person(session, person.id)
    with reading() as session:
        assert session.get_one(AddressGroup, group).addresses == ["a@x.test"]


def test_anybody_is_found_to_look_at_the_letter_as(owner, draft):
    with transaction() as session:
        made = make_subscriber(session, "zora@elsewhere.test")
        made.first_name, made.last_name = "Zora", "Neale"
    found = owner.get(f"/campaigns/{draft}/readers?who=zor+nea").text
    assert f'<option value="{made.id}">Zora Neale · zora@elsewhere.test</option>' in found
    assert "Nobody fits “xyz”" in owner.get(f"/campaigns/{draft}/readers?who=xyz").text
    chosen = owner.get(f"/campaigns/{draft}?reader={made.id}").text
    assert f'<option value="{made.id}" selected>' in chosen
    assert "Hi Zora," in owner.get(f"/campaigns/{draft}/letter?reader={made.id}").text
    for nonsense in ("x", "²", "9" * 40, "-1", "0"):
        assert owner.get(f"/campaigns/{draft}?reader={nonsense}").status_code == 200


def test_the_inbox_line_says_what_a_telephone_cuts(owner, draft):
    page = owner.get(f"/campaigns/{draft}/letter?view=inbox").text
    assert page.count("Water in winter, and why") >= 2
    assert "24 characters, all are seen" in page
    owner.post(f"/campaigns/{draft}/look", {"subject": "A subject that is much too long to be seen on a telephone"})
    page = owner.get(f"/campaigns/{draft}/letter?view=inbox").text
    assert "57 characters, about 36 are seen" in page
    assert "A subject that is much too long to b<mark>e seen on a telephone</mark>" in page
