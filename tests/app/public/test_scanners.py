"""Machines that follow every link of a letter change nothing: each reader's door is walked as scanners walk."""

import itertools
import re

import pytest
from sqlalchemy import select
from werkzeug.datastructures import MultiDict

from app import factory
from app.clock import now
from app.database.session import reading, transaction
from app.factory import create_app
from app.models import (
    Base,
    Brand,
    Campaign,
    Event,
    EventKind,
    Link,
    MailingList,
    Message,
    ReaderAct,
    ReaderRequest,
    Subscriber,
)
from app.tokens import Purpose, sign
from app.urls import letter_links
from emails.articles.parse import parse_article
from emails.content import Brand as BrandContent
from emails.content import LetterPlan, Recipient
from emails.letter import CompiledLetter
from emails.render.compile import compile_letter
from emails.render.personalise import render_letter
from tests.factories.forms import make_sign_up, make_sign_up_form
from tests.factories.sent_letters import freeze_variant
from workers.jobs.tracking import flush_events
from workers.runtime import use_settings

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
FEWEST_FIELDS = 20
BRAND = BrandContent("Salt & Spring", "1 Quay Street")
HOME = "https://news.example.test"
COPIES = (
    lambda link: link,
    lambda link: f"/{link}",
    lambda link: f"{link}/",
    lambda link: f"{link}.",
    lambda link: f"{link})",
    lambda link: f"{link}%20",
    lambda link: f"{link}%3E",
    lambda link: f"{link}?utm_source=x#top",
    lambda link: link[:-1],
    str.upper,
)
"""How programs and people copy an address out of a letter."""
BAITS = ({}, {"List-Unsubscribe": "One-Click"}, {"choice": "everything"}, {"do": "everything"}, {"undo": "1"})


@pytest.fixture
def walker(database):
    """The whole application with every reader's door."""
    use_settings(database)
    return create_app(database)


@pytest.fixture
def blanks(held) -> dict[str, list[str]]:
    """What fills the blanks of readers' addresses: a token of every purpose for Amara's letter and for each thing that
    she may have asked for, a sign-up before its press and one after it, their form, an archive with her letter in it.
    """
    with transaction() as session:
        campaign = session.get_one(Campaign, held.campaign)
        brand = session.get_one(Brand, campaign.brand_id)
        brand.archive_opened_at, brand.slug = now(), "spring"
        campaign.public_at, campaign.slug, campaign.started_at = now(), "water", now()
        wishes = [ReaderRequest(subscriber_id=held.person, act=act, brand_id=brand.id) for act in ReaderAct]
        session.add_all([*wishes, Link(campaign_id=held.campaign, number=1, url="https://example.test/water")])
        freeze_variant(session, session.get_one(Message, held.message), compiled().to_json(), base_url=HOME)
        form = make_sign_up_form(session, session.get_one(MailingList, held.readers), brand=brand)
        sign_up = make_sign_up(session, form, "nadia@example.test")
        amara = session.get_one(Subscriber, held.person)
        joined = make_sign_up(session, form, address_hash=amara.address_hash, confirmed_at=now())
        session.flush()
        asked = [sign(Purpose.REQUEST, wish.id) for wish in wishes]
        asked += [sign(Purpose.CONFIRM, sign_up.id), sign(Purpose.WELCOME, joined.id)]
        tokens = [*(sign(purpose, held.message) for purpose in Purpose), *asked]
        known = {"token": tokens, "number": ["1", "2"], "public_id": [form.public_id, "nothing"]}
        return known | {"brand_slug": ["spring", "nothing"], "slug": ["water", "nothing"], "tag": ["springs"]}


def compiled() -> CompiledLetter:
    plan = LetterPlan(subject="Water", click_base=f"{HOME}/c", open_base=f"{HOME}/o")
    return compile_letter(parse_article("Water\n\nDrink it: https://example.test/water\n"), BRAND, plan)


def links_of_the_letter(held) -> list[str]:
    """The path of everything that Amara's letter links to or fetches, what is hidden in it too."""
    links = letter_links(held.message, HOME)
    letter = render_letter(compiled(), Recipient("amara@example.test"), links)
    found = re.findall(rf"{HOME}(/[^\s\"'<>)]+)", letter.html + letter.text)
    return sorted({*found, links.unsubscribe.removeprefix(HOME)})


def paths(app, blanks: dict[str, list[str]]) -> list[str]:
    """Every address that a reader's door answers to GET, its blanks filled in every way."""
    doors = {door.name for door in factory.READER_DOORS}
    found = []
    for rule in app.url_map.iter_rules():
        if rule.endpoint.partition(".")[0] in doors and "GET" in (rule.methods or ()):
            filled = itertools.product(*(blanks[name] for name in rule.arguments))
            found += [rule.build(dict(zip(rule.arguments, values, strict=True)))[1] for values in filled]
    return sorted(found)


def fields_of(page: str) -> list[tuple[str, str]]:
    """(name, value) of every field and button of a page's forms, with an address where it asks for one."""
    controls = re.findall(r"<(?:input|button|select|textarea)\b[^>]*>", page)
    found = [(attribute_of("name", one), attribute_of("value", one)) for one in controls]
    return [(name, value or "nadia@example.test") for name, value in found if name]


def attribute_of(name: str, tag: str) -> str:
    written = re.search(rf'\s{name}="([^"]*)"', tag)
    return written[1] if written else ""


def books() -> dict[str, list[str]]:
    """Every row of every table, but for facts of opening."""
    with reading() as session:
        return {
            table.name: sorted(str(tuple(row)) for row in session.execute(select(table)) if not is_opening(table, row))
            for table in Base.metadata.sorted_tables
        }


def is_opening(table, row) -> bool:
    """A fact of opening; or that figures made of such facts are to be counted again."""
    return table.name == "tally" or (table.name == "event" and row.kind in FACTS_OF_OPENING)


def opened() -> set[EventKind]:
    """Turns the spool's lines into rows; the kinds of what was kept of openings."""
    flush_events()
    with reading() as session:
        return set(session.scalars(select(Event.kind))) & FACTS_OF_OPENING


def test_no_reading_of_any_readers_link_changes_a_row(walker, held, blanks):
    client, before, found = walker.test_client(), books(), set()
    for path, bait in itertools.product(paths(walker, blanks), BAITS):
        for method in ("GET",) if bait else ("GET", "HEAD", "OPTIONS"):
            answer = client.open(path, method=method, query_string=bait, buffered=True)
            assert answer.status_code < 500, path
            if answer.status_code < 400 and method == "GET":
                found.add(path.split("/")[1])
    assert found == {"u", "p", "v", "c", "s", "confirm", "archive", "robots.txt", "sitemap.xml"}
    assert opened() >= {EventKind.CLICKED}
    assert books() == before


def test_no_scanner_changes_a_row_whatever_it_calls_itself(walker, held, blanks):
    client, before = walker.test_client(), books()
    scanners = itertools.cycle(SCANNERS)
    for path in paths(walker, blanks):
        for headers in itertools.islice(scanners, SCANNERS_A_PATH):
            client.get(path, headers=headers, buffered=True)
    opened()
    assert books() == before


def test_no_reading_of_a_link_of_the_letter_itself_changes_a_row_however_it_was_copied(walker, held, blanks):
    client, before, links = walker.test_client(), books(), links_of_the_letter(held)
    assert {link.split("/")[1] for link in links} == {"u", "p", "v", "c", "o"}
    scanners = itertools.cycle(SCANNERS)
    for link, copied, method in itertools.product(links, COPIES, ("GET", "HEAD", "OPTIONS")):
        for headers in itertools.islice(scanners, SCANNERS_A_PATH):
            answer = client.open(copied(link), method=method, headers=headers, buffered=True)
            assert answer.status_code < 500, copied(link)
    assert opened() >= {EventKind.OPENED, EventKind.CLICKED}
    assert books() == before


def test_forms_that_are_sent_as_questions_change_no_row(walker, held, blanks):
    """What a page's own form would post, with its method lost: every field and button, in the address."""
    client, before, asked = walker.test_client(), books(), 0
    for path in paths(walker, blanks):
        page = client.get(path, buffered=True).text
        pressed = MultiDict(fields_of(page))
        asked += len(pressed)
        for method in ("GET", "HEAD"):
            client.open(path, method=method, query_string=pressed, data=pressed, buffered=True)
    assert asked > FEWEST_FIELDS
    opened()
    assert books() == before
