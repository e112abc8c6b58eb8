"""Each question on rows of both databases, and every rule against a plain reading of it in Python."""

import re
from datetime import timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import String, literal, select

from app.clock import now
from app.database.session import reading, transaction
from app.database.typed_words import DayOf, NumberOf
from app.models import EventKind, MessageStatus, Subscriber, SubscriptionStatus, Verdict
from app.queries.segment_filter import segment_filter
from app.queries.segment_rules import Condition, How, Rule, read_rule
from tests.factories.events import click, make_ended, make_event
from tests.factories.mailing_lists import make_list
from tests.factories.segments import all_of, any_of, asks
from tests.factories.subscribers import make_subscriber, subscribe

HOSTILE = ("%", "_", "'", '"', "\\", "a'); DROP TABLE subscriber; --", "été", "İ", "ß", "日本", "{{ x }}")


def found(rule: dict) -> set[int]:
    with reading() as session:
        fitting = segment_filter(session, read_rule(rule), now())
        return set(session.scalars(select(Subscriber.id).where(fitting)))


@pytest.fixture
def people(database):
    with transaction() as session:
        rows = {
            "ana": make_subscriber(
                session, "ana@lyon.test", first_name="Ana", language="fr", fields={"town": "Lyon", "age": "41"}
            ),
            "bo": make_subscriber(
                session, "bo@oslo.test", first_name="Bo", language="nb", fields={"town": "oslo", "age": "7.5"}
            ),
            "cy": make_subscriber(session, "cy@lyon.test", first_name="Émile", fields={"since": "2026-03-01"}),
            "di": make_subscriber(session, "di@else.test", fields={"town": "100%", "age": "old", "since": "soon"}),
        }
        gone = make_subscriber(session, "gone@lyon.test", fields={"town": "Lyon"})
        gone.erased_at, gone.email_key, gone.address_hash, gone.email = now(), None, None, ""
        return {name: one.id for name, one in rows.items()}


@pytest.mark.parametrize(
    ("asked", "names"),
    [
        (asks("field:town", "is", "lyon"), "ana"),
        (asks("field:town", "is", "LYON"), "ana"),
        (asks("field:town", "is", "Oslo"), "bo"),
        (asks("field:town", "is_not", "Lyon"), "bo cy di"),
        (asks("field:town", "holds", "o"), "ana bo"),
        (asks("field:town", "holds", "%"), "di"),
        (asks("field:town", "holds_not", "o"), "cy di"),
        (asks("field:town", "begins", "ly"), "ana"),
        (asks("field:town", "filled"), "ana bo di"),
        (asks("field:town", "empty"), "cy"),
        (asks("field:age", "above", "8"), "ana"),
        (asks("field:age", "below", "7,6"), "bo"),
        (asks("field:since", "after", "2026-02-28"), "cy"),
        (asks("field:since", "before", "2026-02-28"), ""),
        (asks("first_name", "is", "émile"), "cy"),
        (asks("first_name", "begins", "É"), "cy"),
        (asks("email", "holds", "@LYON"), "ana cy"),
        (asks("domain", "is", "oslo.test"), "bo"),
        (asks("language", "empty"), "cy di"),
        (asks("added", "within", "1"), "ana bo cy di"),
        (asks("added", "not_within", "1"), ""),
    ],
    ids=lambda value: "-".join(value.values()) if isinstance(value, dict) else "",
)
def test_who_fits_one_condition(people, asked, names):
    assert found(all_of(asked)) == {people[name] for name in names.split()}


def test_groups_are_joined_by_and_and_their_conditions_by_or(people):
    either = {"match": "all", "groups": [[asks("language", "is", "fr"), asks("language", "is", "nb")]]}
    assert found(either) == {people["ana"], people["bo"]}
    both = {"match": "all", "groups": [*either["groups"], [asks("field:age", "above", "10")]]}
    assert found(both) == {people["ana"]}
    other_way = {"match": "any", "groups": [[asks("language", "is", "nb"), asks("field:age", "above", "10")]]}
    assert found(other_way) == set()
    assert found({**other_way, "groups": [*other_way["groups"], [asks("domain", "is", "lyon.test")]]}) == {
        people["ana"],
        people["cy"],
    }


def test_who_is_on_a_list_not_on_it_and_who_left_it(database):
    with transaction() as session:
        wanted, other = make_list(session), make_list(session)
        on, left, waiting, elsewhere = (make_subscriber(session).id for _ in range(4))
        for person, status in (
            (on, SubscriptionStatus.CONFIRMED),
            (left, SubscriptionStatus.UNSUBSCRIBED),
            (waiting, SubscriptionStatus.UNCONFIRMED),
        ):
            subscribe(session, session.get_one(Subscriber, person), wanted, status)
        subscribe(session, session.get_one(Subscriber, elsewhere), other)
        number = wanted.id
    assert found(all_of(asks("list", "is", number))) == {on}
    assert found(all_of(asks("list", "is_not", number))) == {left, waiting, elsewhere}
    assert found(all_of(asks("list", "left", number))) == {left}


@pytest.fixture
def read(database):
    """A campaign to five people: the first clicked, a program opened for the second; (id, ids of the five)."""
    with transaction() as session:
        campaign, messages = make_ended(session, people=5)
        campaign.started_at = now() - timedelta(days=3)
        who = [one.subscriber_id for one in messages]
        click(session, messages[0])
        make_event(session, messages[1], EventKind.OPENED, Verdict.AUTOMATED)
        make_event(session, messages[2], EventKind.OPENED, Verdict.HUMAN)
        make_event(session, messages[3], EventKind.OPENED, Verdict.UNDECIDED)
        last = session.merge(messages[4])
        last.status = MessageStatus.REFUSED
        for one in messages[:4]:
            session.merge(one).sent_at = now() - timedelta(days=3)
        return campaign.id, who


def test_only_what_a_person_did_for_sure_counts(read):
    campaign, who = read
    assert found(any_of(asks("opened", "within", 3650), asks("opened_campaign", "is", campaign))) == {who[2]}
    assert found(all_of(asks("clicked_campaign", "is", campaign))) == {who[0]}
    assert found(all_of(asks("opened_campaign", "is_not", campaign))) == {who[0], who[1], who[3], who[4]}


def test_letters_got_and_refused_within_days(read):
    campaign, who = read
    assert found(all_of(asks("got_campaign", "is", campaign))) == set(who[:4])
    assert found(all_of(asks("received", "within", 4))) == set(who[:4])
    assert found(all_of(asks("received", "within", 2))) == set()
    assert found(all_of(asks("refused", "within", 4))) == {who[4]}
    assert found(all_of(asks("refused", "not_within", 4))) == set(who[:4])


WORDS = st.one_of(
    st.sampled_from(("", "Lyon", "lyon", "12", "-3.50", "1.2.3", "2026-01-02", "2026-01-02T03", *HOSTILE)),
    st.text(st.characters(blacklist_categories=("Cs",), blacklist_characters="\x00"), max_size=8),
)
NUMBERS = re.compile(r"-?[0-9]+(\.[0-9]+)?", re.ASCII)
DAYS = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", re.ASCII)


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(words=WORDS | st.from_regex(r"-?[0-9.-]{1,12}", fullmatch=True) | st.from_regex(r"[0-9-]{8,12}", fullmatch=True))
def test_numbers_and_days_are_read_alike_by_both_databases(database, words):
    with transaction() as session:
        number, day = session.execute(select(NumberOf(literal(words, String)), DayOf(literal(words, String)))).one()
    assert number == (float(words) if NUMBERS.fullmatch(words) else None)
    assert day == (words[:10] if DAYS.match(words) else None)


ASKABLE = st.builds(
    Condition,
    st.sampled_from(("first_name", "field:town", "field:with space", "field:日本")),
    st.sampled_from((How.IS, How.IS_NOT, How.FILLED, How.EMPTY)),
    WORDS.filter(str.strip),
)
GROUPS = st.lists(st.lists(ASKABLE, min_size=1, max_size=3).map(tuple), min_size=1, max_size=3).map(tuple)


def holds(condition: Condition, person: dict) -> bool:
    value = person["fields"].get(condition.what.removeprefix("field:"), "")
    value = person["first_name"] if condition.what == "first_name" else value
    wanted = condition.value
    ways = {wanted, wanted.lower(), wanted.casefold(), wanted.title(), wanted.upper()}
    return {
        How.IS: value in ways,
        How.IS_NOT: value not in ways,
        How.FILLED: value != "",
        How.EMPTY: value == "",
    }[condition.how]


@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    people=st.lists(
        st.fixed_dictionaries(
            {"first_name": WORDS, "fields": st.dictionaries(st.sampled_from(("town", "with space", "日本")), WORDS)}
        ),
        max_size=6,
    ),
    rule=st.builds(Rule, GROUPS, st.booleans()),
)
def test_a_rule_finds_whom_a_plain_reading_finds(database, people, rule):
    inner, outer = (all, any) if rule.any_of else (any, all)
    with transaction() as session:
        expected = set()
        for person in people:
            row = make_subscriber(session, first_name=person["first_name"], fields=person["fields"])
            if outer(inner(holds(one, person) for one in group) for group in rule.groups):
                expected.add(row.id)
        session.flush()
        fitting = segment_filter(session, read_rule(rule.to_json()), now())
        assert set(session.scalars(select(Subscriber.id).where(fitting))) == expected
        session.rollback()
