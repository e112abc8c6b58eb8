"""Machines that follow every link of a letter change nothing: each reader's door is walked as scanners walk."""

import itertools

import pytest
from sqlalchemy import select
from werkzeug.routing import Rule
from werkzeug.routing.converters import NumberConverter

from app import factory
from app.clock import now
from app.database.session import reading, transaction
from app.factory import create_app
from app.models import Base, Campaign, EventKind, Link, MailingList, Message, ReaderAct, ReaderRequest, Subscriber
from app.models import Brand as BrandRow
from app.tokens import Purpose, sign
from emails.articles.parse import parse_article
from emails.content import Brand, LetterPlan
from emails.render.compile import compile_letter
from tests.factories.forms import make_sign_up, make_sign_up_form
from tests.factories.sent_letters import freeze_variant

# What an opening or a click itself leaves behind is a fact about it, and decides nothing.
FACTS_OF_OPENING = {EventKind.OPENED, EventKind.CLICKED, EventKind.DECOY_FOLLOWED, EventKind.LETTER_PROVED}
SCANNERS = (
    {"User-Agent": "Mozilla/5.0 (Windows NT 10.0; Win64; x64) Safelinks"},
    {"User-Agent": "BarracudaCentral/1.0"},
    {"User-Agent": "Mozilla/5.0 (compatible; Proofpoint URL Defense)"},
    {"User-Agent": "GoogleImageProxy"},
    {"User-Agent": "Slackbot-LinkExpanding 1.0"},
    {"User-Agent": "facebookexternalhit/1.1"},
    {"User-Agent": "curl/8.5.0"},
    {"User-Agent": ""},
    {"Sec-Purpose": "prefetch;prerender"},
    {"Purpose": "prefetch"},
    {"X-Moz": "prefetch"},
)
SCANNERS_A_PATH = 3
BRAND = Brand("Salt & Spring", "1 Quay Street")
BAITS = ({}, {"List-Unsubscribe": "One-Click"}, {"choice": "everything"}, {"do": "everything"}, {"undo": "1"})


@pytest.fixture
def walker(database):
    """The whole application with every reader's door."""
    return create_app(database)


@pytest.fixture
def tokens(held) -> list[str]:
    """A token of every purpose for Amara's letter, and one for each thing she may have asked for."""
    with transaction() as session:
        brand_id = session.get_one(Campaign, held.campaign).brand_id
        wishes = [ReaderRequest(subscriber_id=held.person, act=act, brand_id=brand_id) for act in ReaderAct]
        session.add_all([*wishes, Link(campaign_id=held.campaign, number=1, url="https://example.test/water")])
        compiled = compile_letter(parse_article("Water\n\nDrink it.\n"), BRAND, LetterPlan(subject="Water"))
        message = session.get_one(Message, held.message)
        freeze_variant(session, message, compiled.to_json(), base_url="https://news.example.test")
        session.flush()
        asked = [sign(Purpose.REQUEST, wish.id) for wish in wishes]
        amara = session.get_one(Subscriber, held.person)
        brand, readers = session.get_one(BrandRow, brand_id), session.get_one(MailingList, held.readers)
        form = make_sign_up_form(session, readers, brand=brand)
        joined = make_sign_up(session, form, address_hash=amara.address_hash, confirmed_at=now())
        asked.append(sign(Purpose.WELCOME, joined.id))
    return [*(sign(purpose, held.message) for purpose in Purpose), *asked]


def paths(app, tokens: list[str]) -> list[str]:
    """Every address that a reader's door answers to GET, its blanks filled with one token each and small numbers."""
    doors = {door.name for door in factory.READER_DOORS}
    found = []
    for rule in app.url_map.iter_rules():
        if rule.endpoint.partition(".")[0] in doors and "GET" in (rule.methods or ()):
            filled = itertools.product(tokens, (1, 2))
            found += [
                rule.build({name: number if is_number(rule, name) else token for name in rule.arguments})[1]
                for token, number in filled
            ]
    return sorted(set(found))


def is_number(rule: Rule, name: str) -> bool:
    return isinstance(rule._converters[name], NumberConverter)


def books() -> dict[str, list[str]]:
    """Every row of every table, but for facts of opening."""
    with reading() as session:
        return {
            table.name: sorted(str(tuple(row)) for row in session.execute(select(table)) if not is_opening(table, row))
            for table in Base.metadata.sorted_tables
        }


def is_opening(table, row) -> bool:
    return table.name == "event" and row.kind in FACTS_OF_OPENING


def test_no_reading_of_any_readers_link_changes_a_row(walker, held, tokens):
    client, before, opened = walker.test_client(), books(), set()
    for path, bait in itertools.product(paths(walker, tokens), BAITS):
        for method in ("GET", "HEAD", "OPTIONS"):
            answer = client.open(path, method=method, query_string=bait, buffered=True)
            assert answer.status_code < 500, path
            if answer.status_code < 400 and method == "GET":
                opened.add(path.split("/")[1])
    assert opened >= {"u", "p", "v", "c"}
    assert books() == before


def test_no_scanner_changes_a_row_whatever_it_calls_itself(walker, held, tokens):
    client, before = walker.test_client(), books()
    # Neighbours are the same door with another token: together they meet every scanner.
    for place, path in enumerate(paths(walker, tokens)):
        for step in range(SCANNERS_A_PATH):
            client.get(path, headers=SCANNERS[(3 * place + step) % len(SCANNERS)], buffered=True)
    assert books() == before
