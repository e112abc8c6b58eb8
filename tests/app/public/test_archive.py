"""The archive: what stands there and what does not, its headers, its feed, and that nothing of any reader is in it."""

from datetime import UTC, datetime

import feedparser
import pytest

from app import factory
from app.database.session import transaction
from app.factory import create_app
from app.models import ArchiveMode, Asset, Brand, Campaign, CampaignStatus
from app.public import archive, archive_feeds, archive_finds
from emails.articles.blocks import Article, Heading, Image, Paragraph, Sponsor
from tests.factories.issues import make_archive, make_issue

BASE = "http://127.0.0.1:8000"
HASH = "a" * 64
FACTS = '<script type="application/ld+json">{'
PAID = Article(
    "Water in winter",
    (
        Image(f"/media/{HASH}.jpg", "A glass", "Photo by somebody"),
        Paragraph("Dear {{ subscriber.first_name | default('reader') }}, drink <b>enough</b> of it."),
        Heading(2, "Three glasses"),
        Sponsor("Acme & Sons", "Paid for by Acme & Sons"),
    ),
    author="Ada Quill",
)
# For what is said on pages; what is asked of the database is asked of both kinds.
on_one_database = pytest.mark.parametrize("database_address", ["sqlite"], indirect=True)
STANDING = {CampaignStatus.SENDING, CampaignStatus.WAITING, CampaignStatus.SENT}


@pytest.fixture
def app(database, monkeypatch):
    monkeypatch.setattr(factory, "READER_DOORS", (archive.blueprint, archive_finds.blueprint, archive_feeds.blueprint))
    return create_app(database)


@pytest.fixture
def brand(database) -> int:
    with transaction() as session:
        return make_archive(session).id


@pytest.fixture
def issue(brand):
    """issue("a-slug", ...) puts a letter into the archive."""

    def put(slug: str = "water", article: Article | None = None, **given) -> int:
        with transaction() as session:
            return make_issue(session, session.get_one(Brand, brand), slug, article, **given).id

    return put


def change(campaign_id: int, **facts) -> None:
    with transaction() as session:
        for name, value in facts.items():
            setattr(session.get_one(Campaign, campaign_id), name, value)


@on_one_database
def test_the_only_archive_is_opened_at_once(client, brand):
    answer = client.get("/archive/")
    assert (answer.status_code, answer.location) == (302, "/archive/the-spring/")
    assert client.get("/archive/feed.xml").location == "/archive/the-spring/feed.xml"


def test_several_archives_are_offered_in_the_readers_language(client, brand):
    with transaction() as session:
        make_archive(session, "night-post", name="Night <Post>")
        make_archive(session, "closed", name="Closed", archive_opened_at=None)
    page = client.get("/archive/", headers={"Accept-Language": "de"})
    assert "Briefe zum Lesen" in page.text
    assert 'href="/archive/night-post/"' in page.text
    assert "Night &lt;Post&gt;" in page.text
    assert "Closed" not in page.text
    assert "Accept-Language" in page.headers["Vary"]
    assert client.get("/archive/feed.xml").status_code == 404


@on_one_database
def test_where_nobody_opened_an_archive_there_is_none(client):
    answer = client.get("/archive/")
    assert answer.status_code == 404
    assert "This page is not here" in answer.text


def test_an_index_shows_the_newest_first_with_date_first_words_and_who_paid(client, issue):
    issue("older")
    issue("newer", PAID, days=30)
    page = client.get("/archive/the-spring/").text
    assert page.index("Water in winter") < page.index(">Older</a>")
    for words in ("31 March 2026", "1 March 2026", "Dear reader, drink enough of it.", "Sponsored · Acme &amp; Sons"):
        assert words in page
    assert "{{" not in page


def test_an_index_turns_its_pages_by_twenty(client, issue):
    for number in range(21):
        issue(f"letter-{number}", days=number)
    first, second = client.get("/archive/the-spring/").text, client.get("/archive/the-spring/?page=2").text
    assert first.count("<h2>") == 20
    assert 'href="/archive/the-spring/letter-0/"' not in first
    assert 'rel="next" href="/archive/the-spring/?page=2"' in first
    assert 'href="/archive/the-spring/letter-0/"' in second
    assert 'rel="prev" href="/archive/the-spring/"' in second
    for nonsense in ("0", "3", "x", "-1", "²", "9" * 30):
        assert client.get(f"/archive/the-spring/?page={nonsense}").status_code == 404


@on_one_database
def test_an_empty_archive_says_so(client, brand):
    page = client.get("/archive/the-spring/")
    assert page.status_code == 200
    assert "No letter stands here yet" in page.text


@on_one_database
def test_an_issue_is_a_page_of_its_own(client, issue):
    issue("water", PAID)
    page = client.get("/archive/the-spring/water/").text
    for part in (
        '<article class="issue" lang="en" dir="ltr">',
        "<h1>Water in winter</h1>",
        "<p>Dear reader, drink <b>enough</b> of it.</p>",
        "<h2>Three glasses</h2>",
        f'<img src="{BASE}/media/{HASH}.jpg" alt="A glass"',
        "<title>Water in winter · The Spring</title>",
        f'<link rel="canonical" href="{BASE}/archive/the-spring/water/">',
        '<meta property="og:title" content="Water in winter">',
        'content="Sponsored · Acme &amp; Sons · Dear reader, drink enough of it."',
        f'<meta property="og:image" content="{BASE}/media/{HASH}.jpg">',
        f'type="application/atom+xml" title="The Spring" href="{BASE}/archive/the-spring/feed.xml">',
    ):
        assert part in page
    assert page.count("Sponsored · Acme &amp; Sons") >= 3
    assert page.count("<script") == page.count(FACTS) == 1
    for word in ("/c/", "/u/", "/v/", "Hi there", "noindex"):
        assert word not in page


def test_an_uploaded_picture_brings_its_size(client, issue):
    with transaction() as session:
        session.add(
            Asset(sha256=HASH, extension="jpg", content_type="image/jpeg", filename="x", width=640, height=480, size=9)
        )
    issue("water", PAID)
    assert 'alt="A glass" width="640" height="480"' in client.get("/archive/the-spring/water/").text


def test_an_issue_leads_to_the_ones_beside_it(client, issue):
    issue("first")
    issue("second", days=1)
    issue("hidden", days=2, archive=ArchiveMode.UNLISTED)
    issue("third", days=3)
    page = client.get("/archive/the-spring/second/").text
    assert 'class="prev" href="/archive/the-spring/first/"' in page
    assert 'class="next" href="/archive/the-spring/third/"' in page
    assert "hidden" not in page


@on_one_database
def test_an_issue_speaks_its_own_language(client, issue):
    issue("ma", Article("الماء في الشتاء", (Paragraph("اشرب."),)), language="ar")
    page = client.get("/archive/the-spring/ma/", headers={"Accept-Language": "de"}).text
    assert '<html lang="ar" dir="rtl">' in page
    assert "كل الرسائل" in page


@on_one_database
def test_words_of_a_language_without_pages_are_marked_as_such(client, issue):
    issue("vatten", Article("Vatten", (Paragraph("Drick."),)), language="sv")
    page = client.get("/archive/the-spring/vatten/").text
    assert '<html lang="en" dir="ltr">' in page
    assert '<article class="issue" lang="sv" dir="ltr">' in page


def test_only_what_has_really_left_is_there(client, issue):
    held = issue("water")
    for status in CampaignStatus:
        change(held, status=status)
        expected = 200 if status in STANDING else 404
        assert client.get("/archive/the-spring/water/").status_code == expected, status
        for listing in ("/archive/the-spring/", "/archive/the-spring/feed.xml"):
            assert ("/archive/the-spring/water/" in client.get(listing).text) == (status in STANDING), status


def test_what_never_started_is_not_there_whatever_its_status_says(client, issue):
    issue("water", started_at=None)
    assert client.get("/archive/the-spring/water/").status_code == 404


def test_an_unlisted_issue_is_for_those_who_know_its_address(client, issue):
    issue("secret-water", archive=ArchiveMode.UNLISTED)
    page = client.get("/archive/the-spring/secret-water/")
    assert page.status_code == 200
    assert page.headers["X-Robots-Tag"] == "noindex"
    assert '<meta name="robots" content="noindex">' in page.text
    for listing in ("/archive/the-spring/", "/archive/the-spring/feed.xml"):
        assert "secret-water" not in client.get(listing).text


def test_what_is_taken_back_is_gone_at_once_and_its_page_leads_to_the_rest(client, issue):
    held = issue("water")
    kept = client.get("/archive/the-spring/water/").headers["ETag"]
    change(held, archive=ArchiveMode.OFF)
    answer = client.get("/archive/the-spring/water/", headers={"If-None-Match": kept})
    assert answer.status_code == 404
    assert answer.headers["Cache-Control"] == "no-store"
    assert 'href="/archive/the-spring/"' in answer.text


@on_one_database
def test_a_closed_archive_shows_nothing(client, issue, brand):
    issue("water")
    with transaction() as session:
        session.get_one(Brand, brand).archive_opened_at = None
    for address in ("", "feed.xml", "water/"):
        assert client.get(f"/archive/the-spring/{address}").status_code == 404


def test_an_issue_is_not_in_another_brands_archive(client, issue):
    issue("water")
    with transaction() as session:
        make_archive(session, "night-post", name="Night Post")
    assert client.get("/archive/night-post/water/").status_code == 404


@on_one_database
def test_answers_may_be_kept_but_are_asked_for_again_and_run_nothing(client, issue):
    issue("water")
    for address in ("/archive/the-spring/", "/archive/the-spring/water/", "/archive/the-spring/feed.xml"):
        answer = client.get(address)
        headers = answer.headers
        assert "script-src 'none'" in headers["Content-Security-Policy"]
        assert "unsafe" not in headers["Content-Security-Policy"]
        assert headers["Cache-Control"] == "public, max-age=0, must-revalidate"
        assert headers["Last-Modified"] == "Sun, 01 Mar 2026 09:00:00 GMT"
        assert "Set-Cookie" not in headers
        assert "X-Robots-Tag" not in headers
        again = client.get(address, headers={"If-None-Match": headers["ETag"]})
        assert (again.status_code, again.data) == (304, b"")
        assert client.head(address).headers["ETag"] == headers["ETag"]


@on_one_database
def test_an_older_date_alone_never_hides_a_change(client, issue, brand):
    issue("water")
    since = client.get("/archive/the-spring/").headers["Last-Modified"]
    with transaction() as session:
        session.get_one(Brand, brand).name = "The New Spring"
    answer = client.get("/archive/the-spring/", headers={"If-Modified-Since": since})
    assert (answer.status_code, "The New Spring" in answer.text) == (200, True)


@on_one_database
def test_the_feed_is_valid_atom_with_whole_articles(client, issue):
    issue("older")
    issue("water", PAID, days=30)
    answer = client.get("/archive/the-spring/feed.xml")
    feed = feedparser.parse(answer.data, response_headers={"content-type": answer.content_type})
    assert not feed.bozo
    assert feed.version == "atom10"
    assert feed.feed.title == "The Spring"
    assert {link.rel: link.href for link in feed.feed.links} == {
        "self": f"{BASE}/archive/the-spring/feed.xml",
        "alternate": f"{BASE}/archive/the-spring/",
    }
    newest, oldest = feed.entries
    assert (newest.title, oldest.title) == ("Water in winter", "Older")
    assert newest.link == f"{BASE}/archive/the-spring/water/"
    assert newest.published == newest.updated == feed.feed.updated == "2026-03-31T09:00:00Z"
    assert newest.author == "Ada Quill"
    assert newest.summary.startswith("Sponsored · Acme & Sons")
    content = newest.content[0].value
    assert content.index("Sponsored") < content.index("Dear reader")
    assert f"{BASE}/media/{HASH}.jpg" in content
    assert [tag.term for tag in newest.tags] == ["sponsored"]


def test_the_feeds_ids_stay_when_names_and_addresses_change(client, issue, brand):
    held = issue("water")
    before = feedparser.parse(client.get("/archive/the-spring/feed.xml").data)
    change(held, slug="water-again")
    with transaction() as session:
        row = session.get_one(Brand, brand)
        row.slug, row.name, row.base_url = "renamed", "Renamed", "https://elsewhere.example.test"
    after = feedparser.parse(client.get("/archive/renamed/feed.xml").data)
    assert after.entries[0].link == "https://elsewhere.example.test/archive/renamed/water-again/"
    assert [after.feed.id, after.entries[0].id] == [before.feed.id, before.entries[0].id]
    assert after.feed.id.startswith("urn:uuid:")
    assert after.feed.id != after.entries[0].id


@on_one_database
def test_an_empty_feed_is_a_feed(client, brand):
    with transaction() as session:
        session.get_one(Brand, brand).archive_opened_at = datetime(2026, 5, 4, 3, 2, 1, tzinfo=UTC)
    feed = feedparser.parse(client.get("/archive/the-spring/feed.xml").data)
    assert (feed.bozo, feed.entries, feed.feed.updated) == (False, [], "2026-05-04T03:02:01Z")


@on_one_database
def test_what_writers_write_is_text_in_page_and_feed(client, issue):
    nasty = '</title><script>alert(1)</script>]]>&"\x07'
    issue("nasty", Article(nasty, (Paragraph(nasty),), author=nasty))
    for address in ("", "nasty/", "feed.xml"):
        answer = client.get(f"/archive/the-spring/{address}")
        assert "<script" not in answer.text.replace(FACTS, "")
    assert not feedparser.parse(client.get("/archive/the-spring/feed.xml").data).bozo


@on_one_database
def test_an_answer_runs_nothing_and_is_a_stranger_at_its_own_origin(client, issue):
    issue("water")
    for address in ("", "water/", "search?q=water", "feed.xml", "sitemap.xml"):
        policy = client.get(f"/archive/the-spring/{address}").headers["Content-Security-Policy"].split("; ")
        assert {"default-src 'none'", "script-src 'none'", "frame-ancestors 'none'"} <= set(policy)
        [sandbox] = [part.split()[1:] for part in policy if part.startswith("sandbox")]
        assert not {"allow-scripts", "allow-same-origin"} & set(sandbox)
