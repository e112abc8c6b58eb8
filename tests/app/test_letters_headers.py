"""Every door that shows a letter answers with a policy that runs nothing, and as a stranger to our origin."""

import pytest

from app import factory
from app.config import load_settings
from app.database.session import dispose, transaction
from app.embedded.maildir import keep_letter, make_inbox
from app.factory import create_app
from app.models import Message, Role, User
from app.public import archive, archive_feeds, archive_finds, browser_view
from app.services.designs import create_design
from app.tokens import Purpose, sign
from emails.themes.choices import Design
from tests.app.pages.visitor import Visitor
from tests.browser.test_every_page import FRAME, NOT_PAGES
from tests.conftest import SECRET
from tests.factories.issues import make_archive, make_issue
from tests.factories.ready import make_ready
from tests.factories.sent_letters import make_left

HEAD = b"From: a@x.test\r\nTo: b@x.test\r\nSubject: x\r\nContent-Type: text/html\r\n\r\n"
MAIL = HEAD + b"<script>alert(1)</script><p>Words</p>"
NEVER = {"allow-scripts", "allow-same-origin", "allow-top-navigation", "allow-modals"}


@pytest.fixture
def settings(tmp_path, sqlite_address):
    return load_settings(data=tmp_path, database_url=sqlite_address, given_secret=SECRET)


@pytest.fixture
def app(settings, monkeypatch):
    doors = (archive.blueprint, archive_finds.blueprint, archive_feeds.blueprint, browser_view.blueprint)
    monkeypatch.setattr(factory, "READER_DOORS", doors)
    yield create_app(settings)
    dispose()


@pytest.fixture
def addresses(app, settings) -> dict[str, str]:
    """Endpoint -> an address at which it shows a letter."""
    make_inbox(settings.data)
    key = keep_letter(settings.data, MAIL, "x@x.test", ["b@x.test"])
    with transaction() as session:
        draft = make_ready(session)[0].id
        sent, person = make_left(session, brand="Night Post")
        message = session.query(Message).one().id
        brand = make_archive(session, name="Day Post")
        make_issue(session, brand, "water")
        design = create_design(session, brand.id, name="Autumn", design=Design("calm")).id
    person_of = f"/campaigns/{sent.id}/people/{person.id}"
    return {
        "campaigns_letter.frame": f"/campaigns/{draft}/letter",
        "brands_look.sample": "/settings/brand/sample",
        "designs_form.sample": f"/content/designs/{design}/sample",
        "notices.sample": "/content/notices/confirm/en/sample",
        "campaigns_report.letter": f"/campaigns/{sent.id}/report/letter",
        "campaigns_sent.frame": f"{person_of}/letter/frame",
        "inbox.html": f"/inbox/{key}/html",
        "browser_view.show": f"/v/{sign(Purpose.VIEW, message)}",
        "archive.issue": "/archive/the-spring/water/",
        "archive.index": "/archive/the-spring/",
        "archive_finds.search": "/archive/the-spring/search?q=water",
        "campaigns_sent.download": f"{person_of}/letter.eml",
    }


def policy_of(answer) -> dict[str, set[str]]:
    parts = [part.split() for part in answer.headers["Content-Security-Policy"].split(";") if part.strip()]
    return {name: set(values) for name, *values in parts}


@pytest.fixture
def owner(app) -> Visitor:
    with transaction() as session:
        user = User(email="o@x.test", email_key="o@x.test", role=Role.OWNER)
        session.add(user)
    return Visitor(app, user)


def test_every_frame_of_the_route_table_is_among_these(addresses):
    assert {endpoint for endpoint, reason in NOT_PAGES.items() if reason == FRAME} <= addresses.keys()


def test_each_runs_nothing_and_is_a_stranger_to_our_origin(addresses, owner, app):
    for endpoint, address in addresses.items():
        assert app.url_map.bind("").match(address.partition("?")[0], method="GET")[0] == endpoint
        answer = owner.get(address)
        assert answer.status_code == 200, endpoint
        policy = policy_of(answer)
        assert policy["default-src"] == {"'none'"}, endpoint
        assert policy.get("script-src", {"'none'"}) == {"'none'"}, endpoint
        assert "sandbox" in policy, endpoint
        assert not policy["sandbox"] & NEVER, endpoint


def test_each_frame_is_framed_by_us_alone_and_tells_nobody_where_it_was_read(addresses, owner):
    for endpoint in (one for one, reason in NOT_PAGES.items() if reason == FRAME and one != "browser_view.show"):
        answer = owner.get(addresses[endpoint])
        assert policy_of(answer)["frame-ancestors"] == {"'self'"}, endpoint
        assert answer.headers["X-Frame-Options"] == "SAMEORIGIN", endpoint
        assert answer.headers["Referrer-Policy"] == "no-referrer", endpoint
        assert policy_of(answer)["form-action"] == policy_of(answer)["base-uri"] == {"'none'"}, endpoint


def test_every_view_of_a_draft_wears_the_same(addresses, owner):
    for view in ("desktop", "phone", "dark", "images", "text", "inbox"):
        policy = policy_of(owner.get(f"{addresses['campaigns_letter.frame']}?view={view}"))
        assert policy["sandbox"] == set(), view
        assert policy["img-src"] == ({"'none'"} if view == "images" else {"'self'", "https:", "http:", "data:"}), view


def test_no_page_of_the_team_lets_a_frame_run_anything(addresses, owner):
    sent = addresses["campaigns_sent.frame"].removesuffix("/frame")
    for address in ("/campaigns/1", sent, "/settings/brand", addresses["inbox.html"].removesuffix("/html")):
        page = owner.get(address).text
        frames = page.split("<iframe")[1:]
        assert frames, address
        for frame in frames:
            tag = frame.partition(">")[0]
            assert " sandbox" in tag, address
            assert "allow-scripts" not in tag, address
            assert "allow-same-origin" not in tag, address
