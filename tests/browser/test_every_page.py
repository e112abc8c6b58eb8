"""Every page that the application has, as its own table of addresses tells: sound in both widths and both lights."""

from io import BytesIO

import pytest
from flask import Flask
from sqlalchemy import select

from app.config import Settings
from app.database.session import transaction
from app.models import (
    Brand,
    Campaign,
    LinkPurpose,
    MailingList,
    Message,
    ReaderAct,
    ReaderRequest,
    User,
    Variant,
)
from app.services import imports, sign_in
from app.services.letters import compile_campaign_letter, letter_plan
from app.tokens import Purpose, sign
from tests.browser.conformity import hold
from tests.browser.furnished import furnish
from tests.factories.campaigns import make_campaign
from tests.factories.events import click, make_ended, make_event
from tests.factories.forms import make_sign_up, make_sign_up_form
from tests.factories.issues import make_issue
from tests.factories.ready import make_ready
from tests.factories.sent_letters import freeze_variant

PARTS = 3
NO_PAGES = {
    "archive.feed": "a feed",
    "archive.only_feed": "a feed",
    "archive.robots": "for robots",
    "brands.preview": "a part of a page",
    "campaigns.check": "a part of a page",
    "campaigns_leaving.live": "a part of a page",
    "campaigns_leaving.people": "a part of a page",
    "campaigns_letter.frame": "a letter, held to its own rules in test_letter",
    "campaigns_report.figures_csv": "a file",
    "campaigns_report.letter": "a letter with figures on it, in a frame",
    "campaigns_report.links_csv": "a file",
    "campaigns_report.people_csv": "a file",
    "browser_view.show": "a letter, held to its own rules in test_letter",
    "clicks.follow": "leads elsewhere",
    "health.alive": "for programs",
    "health.ready": "for programs",
    "home.switch_theme": "acts",
    "imports.live": "a part of a page",
    "imports.rejected": "a file",
    "inbox.html": "somebody's letter",
    "inbox.raw": "a file",
    "media.show": "a picture",
    "metrics.show": "for programs",
    "sign_in.welcome": "only before there is an owner; walked by the newcomer",
    "static": "files",
}


@pytest.fixture
def places(settings: Settings, server) -> dict[str, str]:
    """What stands in each address's gaps, by endpoint or by the gap's name; a house with one of everything."""
    furnish(settings)
    with transaction() as session:
        readers = session.get_one(MailingList, 1)
        brand = session.get_one(Brand, readers.brand_id)
        brand.slug, brand.archive_opened_at = "clearer-days", brand.created_at
        form = make_sign_up_form(session, readers, brand=brand)
        draft, _list = make_ready(session, people=3, brand="The Spring")
        compiled = compile_campaign_letter(session, draft, letter_plan(session, draft, tracked=True))
        urls = tuple(link.url for link in compiled.links)
        ended, messages = make_ended(session, readers, urls=urls, brand_id=brand.id, name="Water in winter")
        session.get_one(Campaign, ended.id).article_id = draft.article_id
        session.query(Variant).filter_by(campaign_id=ended.id).update({"compiled": compiled.to_json()})
        freeze_variant(session, messages[0], compiled.to_json(), base_url=server.url)
        make_event(session, messages[0])
        click(session, messages[0])
        make_issue(session, brand, "spring-water")
        scheduled = make_campaign(session, readers, status="scheduled", brand_id=brand.id)
        wish = ReaderRequest(subscriber_id=1, act=ReaderAct.PREFERENCES, brand_id=brand.id, email="a@b.test")
        session.add(wish)
        session.flush()
        owner = session.scalars(select(User.id)).first()
        letter = messages[0].id
        gaps = {
            "brand_slug": "clearer-days",
            "slug": "spring-water",
            "campaign_id": ended.id,
            "campaigns.confirm_delete": draft.id,
            "campaigns_schedule.confirm_cancel": scheduled.id,
            "subscriber_id": session.get_one(Message, letter).subscriber_id,
            "person_id": 1,
            "subscribers_leaving.lift": 3,
            "subscribers_leaving.subscribe": 2,
            "form_id": form.id,
            "public_id": form.public_id,
            "list_id": 1,
            "sender_id": 1,
            "user_id": owner,
            "import_id": begun_import(session, settings),
            "key": next((settings.data / "inbox" / "new").iterdir()).name,
            "confirm.show": sign(Purpose.CONFIRM, make_sign_up(session, form).id),
            "preferences.show": sign(Purpose.REQUEST, wish.id),
            "unsubscribe.show": sign(Purpose.UNSUBSCRIBE, letter),
            "sign_in.look": sign_in.make_link(session, owner, LinkPurpose.SIGN_IN).rpartition("/")[2],
            "draft": draft.id,
        }
    return {name: str(value) for name, value in gaps.items()}


def begun_import(session, settings: Settings) -> int:
    file = BytesIO(b"email,first_name\nada@example.test,Ada\n")
    received = imports.receive(file, "people.csv", settings.imports)
    return imports.create_import(session, received, user_id=None).id


def addresses(app: Flask, places: dict[str, str]) -> list[str]:
    """One for each rule that answers GET with a page; whoever adds a rule is told here that it must be looked at."""
    found = [f"/campaigns/{places['draft']}", "/people?q=zzz", "/people/3", "/lists/2", "/nowhere"]
    for rule in app.url_map.iter_rules():
        if "GET" not in (rule.methods or ()) or rule.endpoint in NO_PAGES:
            continue
        gaps = {name: places.get(rule.endpoint, places.get(name)) for name in rule.arguments}
        lacking = [name for name, value in gaps.items() if value is None]
        assert not lacking, f"{rule.rule}: say in this file what stands for {lacking}, or why it is no page"
        found.append(rule.build(gaps)[1])
    return found


@pytest.mark.parametrize("part", range(PARTS))
def test_every_page_is_sound(signed_in, places, server, part):
    page = signed_in("/")
    refused = []
    for address in addresses(server.app, places)[part::PARTS]:
        answer = page.goto(address)
        if answer.status >= 400 and address != "/nowhere":
            refused.append((answer.status, address))
        hold(page)
    assert refused == []
