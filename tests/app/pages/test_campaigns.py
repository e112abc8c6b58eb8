"""A marketer at the campaign's pages: pastes, edits, chooses people, schedules, takes back."""

import re
from pathlib import Path

import pytest
from sqlalchemy import select

from app.database.session import reading, transaction
from app.models import Article, Campaign, CampaignStatus, ConsentWay, Role, Subscription, SubscriptionStatus
from app.services.brands import BrandDetails, create_brand
from app.services.lists import create_list
from app.services.senders import SenderDetails, create_sender
from app.services.subscribers import Person, add_person
from app.services.subscriptions import Proof

ARTICLE = (Path(__file__).parents[2] / "data" / "article.txt").read_text()


@pytest.fixture
def house(app):
    with transaction() as session:
        brand = create_brand(session, BrandDetails(name="Clearer Days", address="48 Harbour Street, Portland"))
        create_sender(session, SenderDetails("Clearer Days", "news@clearer.example"), brand_id=brand.id)
        return create_list(session, "demo", brand_id=brand.id)


@pytest.fixture
def draft(owner, house) -> int:
    answer = owner.post("/campaigns", {"text": ARTICLE})
    assert answer.status_code == 303
    return int(answer.location.rsplit("/", 1)[1])


def content(campaign_id: int) -> dict:
    with reading() as session:
        return session.get(Article, session.get(Campaign, campaign_id).article_id).content


def fields(html: str) -> dict[str, str]:
    """What the editor's form would send, read from the page itself."""
    from lxml import html as parser  # noqa: PLC0415

    form = parser.fromstring(html).get_element_by_id("article")
    return {name: value for name, value in form.form_values() if name != "csrf_token"}


def test_a_pasted_article_becomes_a_draft_with_its_title_its_list_and_its_sender(owner, draft):
    with reading() as session:
        campaign = session.get(Campaign, draft)
        assert campaign.subject.startswith("Embracing New Beginnings")
        assert campaign.sender_id
    assert [block["type"] for block in content(draft)["blocks"]].count("heading") == 4


def test_saving_the_page_unchanged_changes_no_word(owner, draft):
    before = content(draft)
    answer = owner.post(f"/campaigns/{draft}/article", {**fields(owner.get(f"/campaigns/{draft}").text), "act": ""})
    assert answer.status_code == 303
    assert content(draft)["blocks"] == before["blocks"]


def test_a_block_is_moved_and_removed_and_brought_back(owner, draft):
    page = fields(owner.get(f"/campaigns/{draft}").text)
    owner.post(f"/campaigns/{draft}/article", {**page, "act": "down:1"})
    moved = content(draft)["blocks"]
    page = fields(owner.get(f"/campaigns/{draft}").text)
    answer = owner.client.post(
        f"/campaigns/{draft}/article",
        data={"csrf_token": owner.token, **page, "act": "remove:2"},
        headers={"HX-Request": "true"},
    )
    assert len(content(draft)["blocks"]) == len(moved) - 1
    removed = re.search(r'name="removed" value="([^"]*)"', answer.text)[1].replace("&#34;", '"').replace("&amp;", "&")
    page = fields(owner.get(f"/campaigns/{draft}").text)
    owner.post(f"/campaigns/{draft}/article", {**page, "act": "restore", "removed": removed})
    assert content(draft)["blocks"] == moved


def test_a_second_person_overwrites_nothing(owner, draft):
    page = fields(owner.get(f"/campaigns/{draft}").text)
    owner.post(f"/campaigns/{draft}/article", {**page, "title": "First", "act": ""})
    answer = owner.post(f"/campaigns/{draft}/article", {**page, "title": "Second", "act": ""})
    assert answer.status_code == 409
    assert content(draft)["title"] == "First"


def test_the_letter_is_shown_in_every_view_without_script(owner, draft):
    for view in ("desktop", "phone", "dark", "images", "text", "inbox"):
        answer = owner.get(f"/campaigns/{draft}/letter?view={view}&near=3")
        assert answer.status_code == 200
        assert "Embracing New Beginnings" in answer.text
        assert "sandbox" in answer.headers["Content-Security-Policy"]
        assert "script-src" not in answer.headers["Content-Security-Policy"]


def test_a_letter_with_open_ends_cannot_leave_and_says_why(owner, draft):
    answer = owner.post(f"/campaigns/{draft}/send")
    assert answer.status_code == 422
    assert "button" in answer.text.lower()
    with reading() as session:
        assert session.get(Campaign, draft).status is CampaignStatus.DRAFT


@pytest.fixture
def ready(owner, draft, house) -> int:
    """A draft in whose way nothing stands."""
    with transaction() as session:
        for name in ("Amara", "Bo"):
            person = Person(email=f"{name.lower()}@example.test", first_name=name)
            add_person(session, person, (house.id,), Proof(ConsentWay.TEAM, basis="asked us"), confirmed=True)
    page = fields(owner.get(f"/campaigns/{draft}").text)
    call = next(name for name in page if name.endswith("-url"))
    picture = next(name for name in page if name.endswith("-src"))
    page |= {call: "https://example.test/book", picture: "https://example.test/couch.jpg", "act": ""}
    assert owner.post(f"/campaigns/{draft}/article", page).status_code == 303
    answer = owner.post(
        f"/campaigns/{draft}/look",
        {
            "subject": "New beginnings",
            "preheader": "What ketamine changes in the treatment of depression, and for whom.",
        },
    )
    assert answer.status_code == 303
    return draft


def test_a_campaign_is_sent_with_half_a_minute_to_take_it_back(owner, ready):
    assert owner.post(f"/campaigns/{ready}/send").status_code == 303
    with reading() as session:
        assert session.get(Campaign, ready).status is CampaignStatus.SCHEDULED
    assert "Take it back" in owner.get(f"/campaigns/{ready}").text
    owner.post(f"/campaigns/{ready}/unschedule")
    with reading() as session:
        assert session.get(Campaign, ready).status is CampaignStatus.DRAFT


def test_a_time_that_exists_twice_is_refused_with_both_readings(owner, ready):
    answer = owner.post(f"/campaigns/{ready}/schedule", {"at": "2027-10-31T02:30", "zone": "Europe/Paris"})
    assert answer.status_code == 422
    assert "02:30+02:00" in answer.text
    assert "02:30+01:00" in answer.text


def test_the_list_shows_every_campaign_with_its_state(owner, ready):
    answer = owner.get("/campaigns")
    assert "Draft" in answer.text
    assert "Embracing New Beginnings" in answer.text


def test_a_draft_is_duplicated_and_deleted(owner, ready):
    copy = owner.post(f"/campaigns/{ready}/duplicate")
    copied = int(copy.location.rsplit("/", 1)[1])
    assert content(copied)["blocks"] == content(ready)["blocks"]
    owner.post(f"/campaigns/{copied}/delete")
    with reading() as session:
        assert session.scalars(select(Campaign.id)).all() == [ready]


def test_a_viewer_looks_and_changes_nothing(visit, owner, ready):
    viewer = visit(Role.VIEWER, email="v@example.test")
    assert viewer.get(f"/campaigns/{ready}").status_code == 200
    assert viewer.post(f"/campaigns/{ready}/send").status_code == 403
    assert viewer.post(f"/campaigns/{ready}/article", {"act": ""}).status_code == 403


def test_an_unreadable_article_is_named_and_what_was_pasted_stays(owner, house):
    answer = owner.post("/campaigns", {"text": "   "})
    assert answer.status_code == 422
    with reading() as session:
        assert session.scalars(select(Campaign)).all() == []
        assert (
            session.scalars(select(Subscription).where(Subscription.status == SubscriptionStatus.CONFIRMED)).all() == []
        )
