"""People: added with proof, corrected, erased without a trace of who they were."""

import pytest
from sqlalchemy import select

from app.database.session import reading, transaction
from app.errors import InvalidInput, NotFound
from app.models import Consent, ConsentAct, ConsentWay, Subscriber, Subscription, SubscriptionStatus, SuppressionReason
from app.queries.subscribers import Within, lists_of_person, search_people
from app.services.subscribers import Person, add_person, edit_person, erase_person, find_person, get_person
from app.services.subscriptions import Proof, unsubscribe
from app.services.suppressions import ByHand, find_suppression, hash_of, is_suppressed, lift, suppress


def test_a_person_is_added_with_the_proof_of_consent(demo, other, amara):
    with reading() as session:
        person = get_person(session, amara)
        assert (person.email, person.email_key, person.domain) == (
            "Amara@example.test",
            "amara@example.test",
            "example.test",
        )
        consents = session.scalars(select(Consent).order_by(Consent.id)).all()
        statuses = {one.name: one.status for one in lists_of_person(session, amara)}
    assert [(one.list_id, one.act) for one in consents] == [
        (demo, ConsentAct.ADDED),
        (demo, ConsentAct.CONFIRMED),
        (other, ConsentAct.ADDED),
        (other, ConsentAct.CONFIRMED),
    ]
    assert {one.basis for one in consents} == {"asked at the spring fair"}
    assert statuses == {"Demo": SubscriptionStatus.CONFIRMED, "Other": SubscriptionStatus.CONFIRMED}


def test_nobody_is_added_without_a_basis(demo):
    with pytest.raises(InvalidInput) as refusal, transaction() as session:
        add_person(session, Person("bo@example.test"), [demo], Proof(ConsentWay.TEAM, basis=" "), confirmed=True)
    assert "basis" in refusal.value.fields
    with reading() as session:
        assert session.scalars(select(Subscriber)).all() == []


@pytest.mark.parametrize("email", ["amara@example.test", "AMARA@EXAMPLE.TEST", " amara@Example.test "])
def test_an_address_is_one_person_whatever_its_case(demo, amara, proof, email):
    with pytest.raises(InvalidInput, match="already"), transaction() as session:
        add_person(session, Person(email), [demo], proof, confirmed=True)
    with reading() as session:
        found = find_person(session, email)
        assert found is not None
        assert found.id == amara


@pytest.mark.parametrize("email", ["", "amara", "a@b", "a\r\nBcc: x@example.test", "a b@example.test"])
def test_what_is_no_address_is_refused_under_its_field(demo, proof, email):
    with pytest.raises(InvalidInput) as refusal, transaction() as session:
        add_person(session, Person(email), [demo], proof, confirmed=True)
    assert set(refusal.value.fields) == {"email"}


@pytest.mark.parametrize("reason", SuppressionReason)
def test_a_suppressed_address_is_not_revived_by_adding_it(demo, proof, reason):
    with transaction() as session:
        suppress(session, hash_of("bo@example.test"), reason)
    with pytest.raises(InvalidInput, match="suppressed"), transaction() as session:
        add_person(session, Person("BO@example.test"), [demo], proof, confirmed=True)


def test_a_lifted_suppression_lets_a_person_be_added_and_is_explained(demo, proof):
    address_hash = hash_of("bo@example.test")
    with transaction() as session:
        suppress(session, address_hash, SuppressionReason.BY_HAND, by=ByHand(None, "rang us"))
    with pytest.raises(InvalidInput), transaction() as session:
        lift(session, address_hash, ByHand(None, " "))
    with transaction() as session:
        lift(session, address_hash, ByHand(None, "rang again and asked for letters"))
        add_person(session, Person("bo@example.test"), [demo], proof, confirmed=True)
    with pytest.raises(NotFound), transaction() as session:
        lift(session, address_hash, ByHand(None, "twice"))


def test_a_stronger_reason_stands_over_a_weaker_one(database):
    address_hash = "0" * 32
    with transaction() as session:
        assert suppress(session, address_hash, SuppressionReason.UNSUBSCRIBED)
        assert not suppress(session, address_hash, SuppressionReason.COMPLAINT)
        assert not suppress(session, address_hash, SuppressionReason.ADDRESS_BAD)
    with reading() as session:
        standing = find_suppression(session, address_hash)
        assert standing is not None
        assert standing.reason is SuppressionReason.COMPLAINT


def test_erasing_leaves_the_books_and_nothing_of_the_person(demo, amara):
    with transaction() as session:
        erase_person(session, amara)
    with reading() as session:
        row = session.get(Subscriber, amara)
        assert (row.email, row.email_key, row.address_hash, row.domain) == ("", None, None, "")
        assert (row.first_name, row.last_name, row.language, row.fields) == ("", "", "", {})
        assert row.erased_at is not None
        statuses = set(session.scalars(select(Subscription.status).where(Subscription.subscriber_id == amara)))
        consents = session.scalars(select(Consent).where(Consent.subscriber_id == amara)).all()
        assert is_suppressed(session, hash_of("amara@example.test"))
        assert find_person(session, "amara@example.test") is None
        assert search_people(session, "amara").people == ()
        with pytest.raises(NotFound):
            get_person(session, amara)
    assert statuses == {SubscriptionStatus.UNSUBSCRIBED}
    assert [one.act for one in consents].count(ConsentAct.ERASED) == 2
    assert {(one.ip_address, one.user_agent) for one in consents} == {("", "")}


def test_an_erased_person_is_not_revived_by_adding_the_address_again(demo, amara, proof):
    with transaction() as session:
        erase_person(session, amara)
    with pytest.raises(InvalidInput, match="erased"), transaction() as session:
        add_person(session, Person("amara@example.test"), [demo], proof, confirmed=True)


def test_two_erased_people_can_both_be_nobody(demo, amara, proof):
    with transaction() as session:
        bo = add_person(session, Person("bo@example.test"), [demo], proof, confirmed=True).id
        erase_person(session, amara)
        erase_person(session, bo)
    with reading() as session:
        assert session.scalars(select(Subscriber.email_key)).all() == [None, None]


def test_correcting_a_person_keeps_her_lists(demo, amara):
    with transaction() as session:
        edit_person(session, amara, Person("amara@new.test", "Amara\x07", "O’Kafor", "fr", {"City": "Lomé"}))
    with reading() as session:
        person = get_person(session, amara)
        assert (person.email, person.domain, person.first_name, person.fields) == (
            "amara@new.test",
            "new.test",
            "Amara",
            {"city": "Lomé"},
        )
        assert len(lists_of_person(session, amara)) == 2


def test_a_correction_cannot_take_the_address_of_another(demo, amara, proof):
    with transaction() as session:
        bo = add_person(session, Person("bo@example.test"), [demo], proof, confirmed=True).id
    with pytest.raises(InvalidInput, match="already"), transaction() as session:
        edit_person(session, bo, Person("AMARA@example.test"))
    with reading() as session:
        assert get_person(session, bo).email == "bo@example.test"


def test_search_finds_by_the_beginning_of_names_and_by_parts_of_the_address(demo, amara, proof):
    with transaction() as session:
        add_person(session, Person("e.dupont@example.test", "Élodie", "Dupont"), [demo], proof, confirmed=True)
        add_person(session, Person("100%_sure@example.test", "Sure"), [demo], proof, confirmed=False)
    with reading() as session:

        def names(text, **narrow):
            return [one.first_name for one in search_people(session, text, within=Within(**narrow)).people]

        assert names("oka") == ["Amara"]
        assert names("élo DUP") == ["Élodie"]
        assert names("0%_") == ["Sure"]
        assert names("% ") == ["Sure"]
        assert names("zzz") == []
        assert sorted(names("example")) == ["Amara", "Sure", "Élodie"]
        assert names("", status=SubscriptionStatus.UNCONFIRMED) == ["Sure"]
        assert names("", list_id=demo + 1000) == []


@pytest.mark.parametrize("read_on", [10_000, 1])
@pytest.mark.parametrize("most", [10_000, 5, 3])
def test_search_goes_on_where_the_page_before_ended(demo, proof, monkeypatch, most, read_on):
    """Whether all that are found are put in order, or the addresses that come next are read, or both."""
    monkeypatch.setattr("app.queries.subscribers.READ_ON", read_on)
    monkeypatch.setattr("app.queries.subscribers.PAGE", 2)
    monkeypatch.setattr("app.queries.subscribers.COUNT_UP_TO", most)
    with transaction() as session:
        for name in "abcde":
            add_person(session, Person(f"{name}@example.test"), [demo], proof, confirmed=True)
    with reading() as session:
        seen, after = [], ""
        while True:
            found = search_people(session, "@example", after=after)
            assert found.total == min(most, 5)
            seen += [one.email[0] for one in found.people]
            after = found.next_after
            if not after:
                break
    assert seen == list("abcde")


def test_a_search_row_tells_lists_and_suppression(demo, amara, proof):
    with transaction() as session:
        unsubscribe(session, amara, [demo], proof)
        suppress(session, hash_of("amara@example.test"), SuppressionReason.COMPLAINT)
    with reading() as session:
        (row,) = search_people(session, "amara").people
    assert row.suppressed is SuppressionReason.COMPLAINT
    assert row.lists == (("Demo", SubscriptionStatus.UNSUBSCRIBED), ("Other", SubscriptionStatus.CONFIRMED))
