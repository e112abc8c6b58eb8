"""The team's choice: an archive that is open or not, and a campaign's place in it."""

import pytest

from app.clock import now
from app.database.session import reading, transaction
from app.models import ArchiveMode, Brand, Campaign, CampaignStatus, Role
from tests.factories.brands import make_brand
from tests.factories.campaigns import make_campaign


@pytest.fixture
def brand(app) -> int:
    with transaction() as session:
        return make_brand(session, name="The Spring").id


@pytest.fixture
def campaign(brand) -> int:
    """A draft of a brand whose archive is open."""
    with transaction() as session:
        row = session.get_one(Brand, brand)
        row.slug, row.archive_opened_at = "the-spring", now()
        return make_campaign(session, brand_id=brand).id


def kept(campaign_id: int) -> tuple[ArchiveMode, str | None]:
    with reading() as session:
        row = session.get_one(Campaign, campaign_id)
        return row.archive, row.slug


def test_before_there_is_a_brand_there_is_no_archive(owner):
    assert owner.get("/settings/archive").location == "/settings/brand"
    assert owner.post("/settings/archive", {"opened": "yes", "slug": "x-y"}).status_code == 409


def test_a_closed_archive_offers_an_address_and_says_what_opening_brings(owner, brand):
    page = owner.get("/settings/archive").text
    assert 'value="the-spring"' in page
    assert "Your archive is closed. Open it" in page


def test_an_opened_archive_shows_its_address_and_teaches_the_next_step(owner, brand):
    assert owner.post("/settings/archive", {"opened": "yes", "slug": "spring-post"}).status_code == 303
    page = owner.get("/settings/archive").text
    assert 'href="http://127.0.0.1:8000/archive/spring-post/"' in page
    assert "0 letters stand there." in page
    assert "To put a letter there" in page
    assert owner.get("/archive/spring-post/").status_code == 200
    owner.post("/settings/archive", {"opened": "no", "slug": "spring-post"})
    assert owner.get("/archive/spring-post/").status_code == 404


def test_a_wrong_address_is_refused_under_its_field_with_what_was_typed(owner, brand):
    answer = owner.post("/settings/archive", {"opened": "yes", "slug": "Spring Post!"})
    assert answer.status_code == 422
    assert 'id="slug-error"' in answer.text
    assert 'value="Spring Post!"' in answer.text
    assert 'value="yes" checked' in answer.text


def test_an_editor_sees_the_archive_but_does_not_change_it(owner, brand, visit):
    editor = visit(Role.EDITOR)
    page = editor.get("/settings/archive").text
    assert "Only owners change it" in page
    assert (
        "<button"
        not in page[page.index('action="/settings/archive"') : page.index("</form>", page.index("novalidate"))]
    )
    assert editor.post("/settings/archive", {"opened": "yes", "slug": "x-y"}).status_code == 403


def test_a_draft_is_put_into_the_archive_from_its_page(owner, campaign):
    assert 'value="off" checked' in owner.get(f"/campaigns/{campaign}").text
    answer = owner.post(f"/campaigns/{campaign}/archive", {"archive": "public", "slug": ""})
    assert (answer.status_code, answer.location) == (303, f"/campaigns/{campaign}#step-people")
    assert kept(campaign) == (ArchiveMode.PUBLIC, "water-in-winter")
    page = owner.get(f"/campaigns/{campaign}").text
    assert "http://127.0.0.1:8000/archive/the-spring/water-in-winter/" in page
    assert "It will stand there as soon as the first letters leave." in page


def test_the_page_asks_for_the_part_alone_and_gets_the_refusal_in_it(owner, campaign):
    live = {"HX-Request": "true"}
    saved = owner.post(f"/campaigns/{campaign}/archive", {"archive": "public", "slug": "mine"}, headers=live)
    assert (saved.status_code, "<html" in saved.text) == (200, False)
    assert "Saved." in saved.text
    refused = owner.post(f"/campaigns/{campaign}/archive", {"archive": "unlisted", "slug": "not this"}, headers=live)
    assert 'id="slug-error"' in refused.text
    assert 'value="not this"' in refused.text
    assert kept(campaign) == (ArchiveMode.PUBLIC, "mine")


def test_without_script_a_refusal_is_told_on_the_page(owner, campaign):
    owner.post(f"/campaigns/{campaign}/archive", {"archive": "public", "slug": "not this"})
    assert "Use small letters from a to z" in owner.get(f"/campaigns/{campaign}").text
    assert kept(campaign) == (ArchiveMode.OFF, None)


@pytest.mark.parametrize(
    ("status", "words"),
    [
        (CampaignStatus.SENT, "Anybody can read it."),
        (CampaignStatus.SENDING, "Anybody can read it."),
        (CampaignStatus.HELD, "It is not shown while it stands still."),
        (CampaignStatus.CANCELLED, "A cancelled letter is not shown on the web."),
    ],
)
def test_a_campaign_that_left_says_whether_it_can_be_read(owner, campaign, status, words):
    with transaction() as session:
        row = session.get_one(Campaign, campaign)
        row.status, row.started_at, row.archive, row.slug = status, now(), ArchiveMode.PUBLIC, "water"
    page = owner.get(f"/campaigns/{campaign}").text
    assert words in page
    assert 'name="slug"' not in page
    assert ('href="http://127.0.0.1:8000/archive/the-spring/water/"' in page) == ("Anybody" in words)


def test_a_letter_is_taken_off_the_web_after_it_left(owner, campaign):
    with transaction() as session:
        row = session.get_one(Campaign, campaign)
        row.status, row.started_at, row.archive, row.slug = CampaignStatus.SENT, now(), ArchiveMode.PUBLIC, "water"
    assert owner.get("/archive/the-spring/water/").status_code == 200
    answer = owner.post(f"/campaigns/{campaign}/archive", {"archive": "off"})
    assert answer.location == f"/campaigns/{campaign}#on-the-web"
    assert owner.get("/archive/the-spring/water/").status_code == 404
    assert "Taken off the web" in owner.get(f"/campaigns/{campaign}").text


def test_where_the_archive_is_closed_the_campaign_says_so_and_leads_there(owner, campaign, visit):
    with transaction() as session:
        row = session.get_one(Campaign, campaign)
        session.get_one(Brand, row.brand_id).archive_opened_at = None
    page = owner.get(f"/campaigns/{campaign}").text
    assert "Your archive is closed" in page
    assert 'href="/settings/archive"' in page
    assert "Open your archive" not in visit(Role.EDITOR).get(f"/campaigns/{campaign}").text


def test_a_viewer_changes_nothing(campaign, visit):
    viewer = visit(Role.VIEWER)
    assert "disabled" in viewer.get(f"/campaigns/{campaign}").text
    assert viewer.post(f"/campaigns/{campaign}/archive", {"archive": "public"}).status_code == 403
