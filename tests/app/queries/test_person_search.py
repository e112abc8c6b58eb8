"""What a search for people finds, how far it looks, and by which indexes."""

import pytest
from sqlalchemy import insert, select, text
from sqlalchemy.dialects import postgresql, sqlite

from app.database.session import engine, reading, transaction
from app.models import Exclusion, Message, MessageStatus, Reason, Subscriber
from app.queries.campaign_people import PeopleFilter, people_of_campaign
from app.queries.person_search import together, ways
from app.queries.readers import find_readers
from app.queries.subscribers import search_people
from app.services.subscribers import Person, edit_person
from tests.factories.campaigns import make_preparing
from tests.factories.mailing_lists import make_list
from tests.factories.subscribers import make_subscriber

PEOPLE = (
    ("zoe.ward@post.test", "Zoë", "Ward"),
    ("m.zoe@mail.test", "Mary Ann", "van Berg"),
    ("ann@zoe.test", "ann", "Dupont"),
    ("anna@zoom.test", "Élodie", "DUPONT"),
    ("100%_sure@post.test", "Sure", ""),
)


@pytest.fixture
def people(database) -> dict[str, int]:
    with transaction() as session:
        return {
            email: make_subscriber(session, email, first_name=first, last_name=last).id for email, first, last in PEOPLE
        }


def found(words: str, **how) -> tuple[list[str], bool]:
    with reading() as session:
        told = search_people(session, words, **how)
        assert told.total == len(told.people)
        return [one.email for one in told.people], told.inside


@pytest.mark.parametrize(
    ("words", "addresses"),
    [
        ("zoe", ["ann@zoe.test", "zoe.ward@post.test"]),
        ("@zo", ["ann@zoe.test", "anna@zoom.test"]),
        ("ANN", ["ann@zoe.test", "anna@zoom.test"]),
        ("ann@z", ["ann@zoe.test"]),
        ("élo", ["anna@zoom.test"]),
        ("ÉLODIE", ["anna@zoom.test"]),
        ("zoË", ["zoe.ward@post.test"]),
        ("dupont", ["ann@zoe.test", "anna@zoom.test"]),
        ("dupont ann", ["ann@zoe.test", "anna@zoom.test"]),
        ("dupont élo anna", ["anna@zoom.test"]),
        ("100%", ["100%_sure@post.test"]),
    ],
)
def test_a_word_finds_whose_name_address_or_domain_begins_with_it(people, words, addresses):
    assert found(words) == (addresses, False)


@pytest.mark.parametrize("words", ["%", "_sure", "sure@post sure", "@", "ost.te"])
def test_addresses_are_looked_through_only_where_nobody_begins_so(people, words):
    addresses, inside = found(words)
    assert "100%_sure@post.test" in addresses
    assert inside


def test_addresses_are_looked_through_where_that_is_wanted(people):
    assert found("zoe", inside=True) == (["ann@zoe.test", "m.zoe@mail.test", "zoe.ward@post.test"], True)
    assert found("zoe mary", inside=True) == (["m.zoe@mail.test"], True)


def test_nobody_is_found_by_words_that_nobody_has(people):
    assert found("zoe sure") == ([], True)


def test_a_name_that_has_just_been_changed_is_found(people):
    person = people["anna@zoom.test"]
    with transaction() as session:
        edit_person(session, person, Person("anna@other.test", "ÅSA", "Öberg"))
    assert found("åsa öb") == (["anna@other.test"], False)
    assert found("other.t") == (["anna@other.test"], False)
    assert found("élodie") == ([], True)


def test_readers_are_found_by_what_begins_with_the_words_then_inside_addresses(people):
    with reading() as session:
        assert [one.id for one in find_readers(session, "dupont", most=5)] == [
            people["ann@zoe.test"],
            people["anna@zoom.test"],
        ]
        assert [one.id for one in find_readers(session, "_sure", most=5)] == [people["100%_sure@post.test"]]


@pytest.fixture
def campaign(people) -> int:
    """One letter to each but the last two, who were left out."""
    with transaction() as session:
        made = make_preparing(session, make_list(session))
        *sent, first, second = people.values()
        letters = [
            {"campaign_id": made.id, "subscriber_id": one, "address_hash": f"{one:032x}", "status": MessageStatus.SENT}
            for one in sent
        ]
        session.execute(insert(Message), letters)
        left = [
            {"campaign_id": made.id, "subscriber_id": one, "reason": Reason.UNSUBSCRIBED} for one in (first, second)
        ]
        session.execute(insert(Exclusion), left)
        ids = session.scalars(select(Message.id).where(Message.campaign_id == made.id)).all()
        session.execute(
            text(
                "INSERT INTO chunk (campaign_id, first_id, last_id, wave, domain_group, state, fence, begun_to) "
                "VALUES (:id, :first, :last, 0, '', 'done', 0, 0)"
            ),
            {"id": made.id, "first": min(ids), "last": max(ids)},
        )
        return made.id


@pytest.mark.parametrize(("few", "many"), [(500, 50_000), (0, 50_000), (0, 1)])
def test_people_of_a_campaign_are_found_alike_be_they_few_or_many(campaign, monkeypatch, few, many):
    monkeypatch.setattr("app.queries.campaign_people.FEW", few)
    monkeypatch.setattr("app.queries.campaign_people.MANY", many)

    def told(words: str, page: int = 1, **how) -> tuple[list[str], int, bool]:
        with reading() as session:
            one = people_of_campaign(session, campaign, PeopleFilter(search=words, **how), page=page)
        return [row.email for row in one.rows], one.total, one.inside

    assert told("zoe") == (["zoe.ward@post.test", "ann@zoe.test"], 2, False)
    assert told("zoe", inside=True)[0] == ["zoe.ward@post.test", "m.zoe@mail.test", "ann@zoe.test"]
    assert told("dupont") == (["ann@zoe.test", "anna@zoom.test"], 2, False)
    assert told("dupont", left_out=True) == (["anna@zoom.test"], 1, False)
    assert told("dupont", reason=Reason.UNSUBSCRIBED)[0] == ["anna@zoom.test"]
    assert told("ward dupont") == ([], 0, True)
    assert told("%_") == (["100%_sure@post.test"], 1, True)
    assert told("M.Zoe@mail.test") == (["m.zoe@mail.test"], 1, False)
    monkeypatch.setattr("app.queries.campaign_people.PAGE", 1)
    assert [told("dupont", page)[0] for page in (1, 2, 3)] == [["ann@zoe.test"], ["anna@zoom.test"], ["anna@zoom.test"]]


def test_each_way_is_read_by_an_index_of_its_own(database):
    """Even where few are there, if reading all of them is made dear."""
    with reading() as session:
        parts = [select(Subscriber.id).where(way) for way in ways(session, ["zoé"])]
        plans = [plan_of(session, part) for part in (*parts, together(parts))]
    for plan, name in zip(plans, ("first_name", "last_name", "email_key", "domain"), strict=False):
        assert name in plan
    for plan in plans:
        assert "Index" in plan or "INDEX" in plan
        assert "Seq Scan" not in plan
        assert "SCAN subscriber" not in plan


def plan_of(session, part) -> str:
    if engine().dialect.name == "sqlite":
        said, dialect, row = "EXPLAIN QUERY PLAN ", sqlite.dialect(), 3
    else:
        session.execute(text("SET LOCAL enable_seqscan = off"))
        said, dialect, row = "EXPLAIN ", postgresql.dialect(), 0
    written = str(part.compile(dialect=dialect, compile_kwargs={"literal_binds": True}))
    return "\n".join(one[row] for one in session.connection().exec_driver_sql(said + written.replace("%%", "%")))
