"""Letters found by their words and under their tags: what is found, what is not, and that unlisted ones never are."""

import json

import feedparser
import pytest

from app import factory
from app.database.session import reading, transaction
from app.factory import create_app
from app.models import ArchiveMode, Brand, Campaign, CampaignStatus, IssueWord
from app.public import archive, archive_feeds, archive_finds
from app.services import archive_tags, archives
from app.services.archive_index import index_issue
from emails.articles.blocks import Article, Heading, Paragraph, Sponsor
from tests.factories.issues import make_archive, make_issue

on_one_database = pytest.mark.parametrize("database_address", ["sqlite"], indirect=True)
HOME = "/archive/the-spring/"
LISTINGS = (HOME, f"{HOME}search?q=water", f"{HOME}tag/springs/", f"{HOME}feed.xml", f"{HOME}tag/springs/feed.xml", f"{HOME}sitemap.xml")  # fmt: skip  # noqa: E501


@pytest.fixture
def app(database, monkeypatch):
    doors = (archive.blueprint, archive_finds.blueprint, archive_feeds.blueprint)
    monkeypatch.setattr(factory, "READER_DOORS", doors)
    return create_app(database)


@pytest.fixture
def brand(database) -> int:
    with transaction() as session:
        return make_archive(session).id


@pytest.fixture
def issue(brand):
    """issue("a-slug", article, tags="Springs, Wells") puts a letter into the archive and has its words kept."""

    def put(slug: str, article: Article | None = None, *, tags: str = "", **given) -> int:
        with transaction() as session:
            made = make_issue(session, session.get_one(Brand, brand), slug, article, **given).id
            archive_tags.set_tags(session, made, tags)
            index_issue(session, made)
            return made

    return put


def found(client, query: str) -> list[str]:
    """The slugs of what a search shows, in order."""
    page = client.get(f"{HOME}search", query_string={"q": query}).text
    return [part.split("/", 1)[0] for part in page.split(f'<h2><a href="{HOME}')[1:]]


def test_a_letter_is_found_by_the_beginnings_of_its_words(client, issue):
    issue("wells", Article("Deep wells", (Paragraph("Drink <b>enough</b> of Übergrößen."),)))
    issue("other", Article("Something else", (Paragraph("Nothing of the kind."),)), days=1)
    for query in ("wells", "WELL", "enou deep", "ubergrossen", "drink, enough!"):
        assert found(client, query) == ["wells"], query
    assert found(client, "wells nothing") == []
    assert "No letter has all these words" in client.get(f"{HOME}search?q=zzz").text


def test_titles_say_more_than_text_and_the_newest_comes_first_among_equals(client, issue):
    issue("in-text", Article("One", (Paragraph("A word about marble."),)), days=9)
    issue("in-title", Article("Marble", (Paragraph("Stone."),)))
    issue("in-heading", Article("Two", (Heading(2, "Marble"),)), days=1)
    issue("again", Article("Three", (Paragraph("A word about marble."),)), days=10)
    assert found(client, "marble") == ["in-title", "in-heading", "again", "in-text"]


def test_a_whole_word_says_more_than_a_beginning(client, issue):
    issue("begun", Article("One", (Paragraph("cart carton cartoon"),)), days=3)
    issue("whole", Article("Two", (Paragraph("car car car"),)))
    assert found(client, "car") == ["whole", "begun"]


def test_every_script_is_found(client, issue):
    issue("arabic", Article("الْمَاءُ في الشتاء", (Paragraph("اشرب."),)), language="ar")
    issue("japanese", Article("水の話", (Paragraph("東京都の水道"),)), language="ja")
    assert found(client, "الماء") == ["arabic"]
    assert found(client, "京都") == ["japanese"]


def test_the_lines_around_a_find_are_shown_with_the_find_marked(client, issue):
    issue("wells", Article("Wells", (Paragraph("One <b>deep</b> well."), Paragraph("And <i>another</i>."))))
    page = client.get(f"{HOME}search?q=deep").text
    assert "One <mark>deep</mark> well. And another." in page
    assert "Letters found: 1" in page


@on_one_database
def test_a_search_is_turned_by_pages_and_found_by_no_robot(client, issue):
    for number in range(21):
        issue(f"letter-{number}", days=number)
    page = client.get(f"{HOME}search?q=letter")
    assert page.text.count("<h2>") == 20
    assert page.headers["X-Robots-Tag"] == "noindex, follow"
    assert 'href="?q=letter&amp;page=2"' in page.text
    assert client.get(f"{HOME}search?q=letter&page=2").text.count("<h2>") == 1
    assert client.get(f"{HOME}search?q=letter&page=3").status_code == 404


@on_one_database
@pytest.mark.parametrize("query", ["", "   ", "%", "_", "'; DROP TABLE campaign; --", "\x00", "\U0010ffff", "a" * 5000])
def test_whatever_is_asked_is_answered(client, issue, query):
    issue("water")
    answer = client.get(f"{HOME}search", query_string={"q": query})
    assert answer.status_code == 200


@on_one_database
def test_what_is_typed_is_shown_as_text(client, issue):
    issue("water")
    page = client.get(f"{HOME}search", query_string={"q": '"><script>alert(1)</script>'}).text
    assert "<script>" not in page
    assert "&#34;&gt;&lt;script&gt;" in page


def test_a_tag_gathers_its_letters_on_a_page_and_in_a_feed_of_its_own(client, issue):
    issue("one", tags="Springs, Deep wells")
    issue("two", tags="springs", days=1)
    issue("three", days=2)
    index = client.get(HOME).text
    assert f'href="{HOME}tag/springs/"' in index
    assert f'href="{HOME}tag/deep-wells/"' in index
    page = client.get(f"{HOME}tag/springs/").text
    assert page.index(f'href="{HOME}two/"') < page.index(f'href="{HOME}one/"')
    assert f'href="{HOME}three/"' not in page
    assert '<link rel="canonical" href="http://127.0.0.1:8000/archive/the-spring/tag/springs/">' in page
    feed = feedparser.parse(client.get(f"{HOME}tag/springs/feed.xml").data)
    assert not feed.bozo
    assert [entry.title for entry in feed.entries] == ["Two", "One"]
    assert [tag.label for tag in feed.entries[1].tags] == ["Springs", "Deep wells"]
    whole = feedparser.parse(client.get(f"{HOME}feed.xml").data)
    assert whole.feed.id != feed.feed.id
    assert client.get(f"{HOME}tag/nothing/").status_code == 404
    assert client.get(f"{HOME}tag/nothing/feed.xml").status_code == 404


def test_an_unlisted_letter_is_in_no_list_of_any_kind(client, issue):
    held = issue("water", tags="Springs")
    issue("water-too", tags="Springs", days=1)
    for listing in LISTINGS:
        assert f"{HOME}water/" in client.get(listing).text, listing
    for facts in ({"archive": ArchiveMode.UNLISTED}, {"archive": ArchiveMode.OFF}, {"status": CampaignStatus.HELD}):
        with transaction() as session:
            row = session.get_one(Campaign, held)
            row.archive, row.status = ArchiveMode.PUBLIC, CampaignStatus.SENT
            for name, value in facts.items():
                setattr(row, name, value)
        for listing in LISTINGS:
            assert f"{HOME}water/" not in client.get(listing).text, (facts, listing)
    with transaction() as session:
        row = session.get_one(Campaign, held)
        row.archive, row.status = ArchiveMode.UNLISTED, CampaignStatus.SENT
    page = client.get(f"{HOME}water/").text
    assert "tag/springs/" not in page
    assert "<bdi>Springs</bdi>" in page


def test_a_letter_hidden_and_shown_again_is_found_again(client, issue):
    held = issue("water")
    for mode, slugs in ((ArchiveMode.OFF, []), (ArchiveMode.PUBLIC, ["water"])):
        with transaction() as session:
            archives.publish(session, held, mode)
        assert found(client, "water") == slugs
    with transaction() as session:
        archives.publish(session, held, ArchiveMode.UNLISTED)
    with reading() as session:
        assert session.query(IssueWord).count() == 0


@on_one_database
def test_an_issue_tells_machines_what_it_is(client, issue):
    blocks = (Paragraph("</script><script>alert(1)</script> & more"), Sponsor("Acme", "Paid by Acme"))
    issue("water", Article('Water "in" winter', blocks, author="Ada Quill"), tags="Springs")
    page = client.get(f"{HOME}water/").text
    facts = json.loads(page.split('<script type="application/ld+json">')[1].split("</script>")[0])
    assert facts["@type"] == "BlogPosting"
    assert facts["headline"] == 'Water "in" winter'
    assert facts["author"] == {"@type": "Person", "name": "Ada Quill"}
    assert facts["datePublished"] == facts["dateModified"] == "2026-03-01T09:00:00+00:00"
    assert facts["keywords"] == ["Springs"]
    assert facts["sponsor"]["name"] == "Sponsored · Acme"
    assert facts["mainEntityOfPage"] == "http://127.0.0.1:8000/archive/the-spring/water/"
    assert '<meta property="article:tag" content="Springs">' in page
    assert '<meta name="twitter:title" content="Water &#34;in&#34; winter">' in page


@on_one_database
def test_the_archive_speaks_of_itself_in_its_brands_language(client, issue, brand):
    issue("water", tags="Springs")
    with transaction() as session:
        session.get_one(Brand, brand).language = "de"
    assert "Briefe durchsuchen" in client.get(HOME).text
    assert "Briefe zum Thema Springs" in client.get(f"{HOME}tag/springs/").text
    assert "Gefundene Briefe: 1" in client.get(f"{HOME}search?q=water").text
