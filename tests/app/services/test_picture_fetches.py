"""Pictures of a draft from the web: fetched by the guarded way, checked as uploads, put in the article's place once."""

from functools import partial
from io import BytesIO
from ipaddress import ip_address

import pytest
from PIL import Image as Pillow
from sqlalchemy import select

from app.database.session import reading, transaction
from app.errors import InvalidInput, WrongState
from app.models import Article, Campaign, CampaignStatus, MediaItem, PictureFetch, PictureFetchStatus
from app.outside.http import PICTURES, Fetcher
from app.services import picture_fetches
from app.services.articles import article_of, save_article
from app.services.assets import LARGEST_FILE
from app.services.media import OF_MEDIA
from emails.articles.article_json import article_to_json
from emails.articles.blocks import Article as Written
from emails.articles.blocks import Image, Paragraph
from tests.factories.campaigns import make_campaign
from tests.fakes.web_server import leads_to, page, web_server

HERE = ip_address("127.0.0.1")
FETCHER = Fetcher(may_reach=lambda address, _port: address == HERE)
fetch_here = partial(FETCHER.fetch, accept=PICTURES, most=LARGEST_FILE)


def png(colour="teal") -> bytes:
    out = BytesIO()
    Pillow.new("RGB", (30, 20), colour).save(out, "PNG")
    return out.getvalue()


@pytest.fixture
def server():
    with web_server() as served:
        yield served


def drafted(*sources: str, **given) -> int:
    with transaction() as session:
        campaign = make_campaign(session, **given)
        blocks = (Paragraph("Words"), *(Image(source, "A hill") for source in sources))
        session.get_one(Article, campaign.article_id).content = article_to_json(Written("Water", blocks))
        return campaign.id


def begun(campaign_id: int) -> int:
    with transaction() as session:
        return picture_fetches.begin(session, campaign_id).id


def wanted(number: int) -> str:
    with reading() as session:
        return picture_fetches.next_address(session, number)


def try_all(number: int, uploads, *, most: int = 100) -> None:
    """What the job does."""
    while (address := wanted(number)) and most:
        outcome = picture_fetches.try_picture(address, fetch_here)
        with transaction() as session:
            picture_fetches.note(session, number, address, outcome, uploads)
        most -= 1


def finish(number: int) -> PictureFetch:
    with transaction() as session:
        picture_fetches.finish(session, number)
        return session.get_one(PictureFetch, number)


def sources(campaign_id: int) -> list[str]:
    with reading() as session:
        return [block.src for block in article_of(session, campaign_id).article.blocks if isinstance(block, Image)]


def test_pictures_that_came_stand_in_the_article_and_in_the_library(database, server):
    server.answers = {"/a/hill.png?w=9": page(png(), "Content-Type: image/png")}
    address = server.url("/a/hill.png?w=9")
    campaign = drafted(address, address, "/media/" + "a" * 64 + ".png", "")
    number = begun(campaign)
    try_all(number, database.uploads)
    assert sources(campaign)[0] == address
    row = finish(number)
    assert (row.status, row.failed) == (PictureFetchStatus.DONE, {})
    first, again, *_others = sources(campaign)
    assert first == again
    assert OF_MEDIA.fullmatch(first)
    assert len(server.asked) == 1
    with reading() as session:
        assert [item.name for item in session.scalars(select(MediaItem))] == ["hill"]
        assert article_of(session, campaign).revision == 2


def test_what_does_not_come_is_listed_with_its_reason_and_keeps_its_address(database, server):
    server.answers = {
        "/page": page("<script>alert(1)</script>"),
        "/svg": page(b"<svg onload=alert(1)>", "Content-Type: image/svg+xml"),
        "/not-a-picture": page(b"<script>alert(1)</script>", "Content-Type: image/png"),
        "/inside": leads_to("http://10.0.0.1/secret.png"),
        "/bomb": page(b"\x89PNG\r\n\x1a\n" + b"\x00" * 50, "Content-Type: image/png"),
    }
    addresses = [server.url(path) for path in (*server.answers, "/missing")]
    campaign = drafted(*addresses)
    number = begun(campaign)
    try_all(number, database.uploads)
    row = finish(number)
    assert set(row.failed) == set(addresses)
    assert sources(campaign) == addresses
    assert "not a picture we know" in row.failed[server.url("/not-a-picture")]
    assert "private network" in row.failed[server.url("/inside")]
    assert "no such page" in row.failed[server.url("/missing")]
    assert not database.uploads.exists() or not list(database.uploads.iterdir())


def test_the_true_way_reaches_nothing_of_our_own_house(server):
    server.answers = {"/a.png": page(png(), "Content-Type: image/png")}
    outcome = picture_fetches.try_picture(server.url("/a.png"))
    assert "private network" in str(outcome)
    assert server.asked == []


def test_after_a_death_it_goes_on_with_those_that_are_missing(database, server):
    server.answers = {f"/{name}.png": page(png(name), "Content-Type: image/png") for name in ("red", "blue")}
    campaign = drafted(server.url("/red.png"), server.url("/blue.png"))
    number = begun(campaign)
    try_all(number, database.uploads, most=1)
    with transaction() as session:
        row = session.get_one(PictureFetch, number)
        assert len(row.came) == 1
        row.beat_at -= 2 * picture_fetches.STILL_AFTER
        assert picture_fetches.standing_still(session) == (number,)
    try_all(number, database.uploads)
    finish(number)
    finish(number)
    assert len(server.asked) == 2
    assert all(OF_MEDIA.fullmatch(source) for source in sources(campaign))


def test_whoever_writes_meanwhile_is_told_and_loses_nothing(database, server):
    server.answers = {"/a.png": page(png(), "Content-Type: image/png")}
    campaign = drafted(server.url("/a.png"))
    number = begun(campaign)
    with transaction() as session:
        written = article_to_json(Written("Written meanwhile", (Image(server.url("/a.png"), "A hill"),)))
        assert save_article(session, campaign, written, revision=1) == 2
    try_all(number, database.uploads)
    finish(number)
    with reading() as session:
        assert article_of(session, campaign).article.title == "Written meanwhile"
    assert OF_MEDIA.fullmatch(sources(campaign)[0])
    with transaction() as session, pytest.raises(WrongState):
        save_article(session, campaign, written, revision=2)


def test_a_letter_that_was_scheduled_meanwhile_stays_as_it_is(database, server):
    server.answers = {"/a.png": page(png(), "Content-Type: image/png")}
    campaign = drafted(server.url("/a.png"))
    number = begun(campaign)
    with transaction() as session:
        session.get_one(Campaign, campaign).status = CampaignStatus.SCHEDULED
    try_all(number, database.uploads)
    assert finish(number).status is PictureFetchStatus.CANCELLED
    assert sources(campaign) == [server.url("/a.png")]


def test_asked_twice_it_is_one_fetch_and_asked_for_nothing_it_is_refused(database):
    campaign = drafted("https://example.test/a.png")
    assert begun(campaign) == begun(campaign)
    for sources_given, status, refusal in (
        (["/media/" + "a" * 64 + "/hill.png", ""], CampaignStatus.DRAFT, InvalidInput),
        (["https://example.test/a.png"], CampaignStatus.SCHEDULED, WrongState),
    ):
        other = drafted(*sources_given, status=status)
        with transaction() as session, pytest.raises(refusal):
            picture_fetches.begin(session, other)


def test_beyond_a_hundred_pictures_the_rest_waits_for_another_press(database):
    campaign = drafted(*(f"https://example.test/{number}.png" for number in range(103)))
    number = begun(campaign)
    with reading() as session:
        row = session.get_one(PictureFetch, number)
        assert (len(row.wanted), len(row.failed)) == (103, 3)


def test_stopped_what_came_by_then_stands_in_its_place(database, server):
    server.answers = {f"/{name}.png": page(png(name), "Content-Type: image/png") for name in ("red", "blue")}
    campaign = drafted(server.url("/red.png"), server.url("/blue.png"))
    number = begun(campaign)
    try_all(number, database.uploads, most=1)
    with transaction() as session:
        picture_fetches.stop(session, campaign)
    assert wanted(number) == ""
    first, second = sources(campaign)
    assert OF_MEDIA.fullmatch(first)
    assert second == server.url("/blue.png")
    with transaction() as session:
        picture_fetches.note(session, number, server.url("/blue.png"), "too late", database.uploads)
    with reading() as session:
        assert session.get_one(PictureFetch, number).failed == {}
        assert [item.alt for item in session.scalars(select(MediaItem))] == ["A hill"]
