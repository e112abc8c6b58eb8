"""Archives at host names of their own, and what robots are told at each: sitemaps, and where these are."""

import feedparser
import pytest
from lxml import etree

from app import factory
from app.database.session import transaction
from app.factory import create_app
from app.models import Brand
from app.public import archive, archive_feeds, archive_finds
from app.queries import archive as questions
from app.services import archive_tags
from tests.factories.issues import make_archive, make_issue

on_one_database = pytest.mark.parametrize("database_address", ["sqlite"], indirect=True)
OWN = "https://letters.spring.test"
NIGHT = "https://night.test:8443"


@pytest.fixture
def app(database, monkeypatch):
    doors = (archive.blueprint, archive_finds.blueprint, archive_feeds.blueprint)
    monkeypatch.setattr(factory, "READER_DOORS", doors)
    return create_app(database)


@pytest.fixture
def brands(database) -> None:
    """The Spring and Night Post at hosts of their own, Day Post at the house's; each with a letter."""
    with transaction() as session:
        for slug, name, base in (
            ("spring", "The Spring", OWN),
            ("night", "Night Post", NIGHT),
            ("day", "Day Post", ""),
        ):
            brand = make_archive(session, slug, name=name, base_url=base)
            made = make_issue(session, brand, f"{slug}-water")
            archive_tags.set_tags(session, made.id, "Springs")


def locations(answer) -> list[str]:
    assert answer.mimetype == "application/xml"
    return [one.text for one in etree.fromstring(answer.data).iter("{*}loc")]


@on_one_database
def test_at_its_own_host_only_a_brands_letters_stand(client, brands):
    assert client.get("/archive/", base_url=OWN).location == "/archive/spring/"
    assert client.get("/archive/feed.xml", base_url=NIGHT).location == "/archive/night/feed.xml"
    assert client.get("/archive/spring/", base_url=OWN).status_code == 200
    for path in ("", "night-water/", "search?q=water", "tag/springs/", "feed.xml", "sitemap.xml"):
        led = client.get(f"/archive/night/{path}", base_url=OWN)
        assert (led.status_code, led.location) == (302, f"{NIGHT}/archive/night/{path}"), path


@on_one_database
@pytest.mark.parametrize("host", ["http://127.0.0.1:8000", "http://nobody-knows.test", "https://spring.test"])
def test_at_the_houses_host_and_at_unknown_ones_all_stand(client, brands, host):
    page = client.get("/archive/", base_url=host).text
    for address in (f"{OWN}/archive/spring/", f"{NIGHT}/archive/night/", 'href="/archive/day/"'):
        assert address in page
    assert client.get("/archive/spring/", base_url=host).status_code == 200
    assert client.get("/archive/day/", base_url=host).status_code == 200


@on_one_database
def test_addresses_are_those_of_the_brands_own_host_wherever_they_are_told(client, brands):
    page = client.get("/archive/spring/spring-water/").text
    assert f'<link rel="canonical" href="{OWN}/archive/spring/spring-water/">' in page
    assert f'<meta property="og:url" content="{OWN}/archive/spring/spring-water/">' in page
    feed = feedparser.parse(client.get("/archive/spring/feed.xml").data)
    assert feed.entries[0].link == f"{OWN}/archive/spring/spring-water/"


@on_one_database
def test_robots_are_told_the_sitemap_of_the_host_they_ask(client, brands):
    assert f"\nSitemap: {OWN}/sitemap.xml\n" in client.get("/robots.txt", base_url=OWN).text
    lines = client.get("/robots.txt").text.splitlines()
    assert lines == [
        "User-agent: *",
        "Disallow: /archive/*/search",
        "Allow: /archive/",
        "Allow: /media/",
        "Allow: /static/dist/",
        "Allow: /sitemap.xml",
        "Disallow: /",
        "",
        "Sitemap: http://127.0.0.1:8000/sitemap.xml",
    ]


@on_one_database
def test_where_no_archive_is_open_there_is_no_sitemap(client, database):
    assert client.get("/sitemap.xml").status_code == 404
    assert "Sitemap" not in client.get("/robots.txt").text


def test_a_sitemap_names_the_archive_its_tags_and_every_listed_letter(client, brands):
    assert locations(client.get("/sitemap.xml", base_url=OWN)) == [f"{OWN}/archive/spring/sitemap.xml"]
    assert len(locations(client.get("/sitemap.xml"))) == 3
    answer = client.get("/archive/spring/sitemap.xml", base_url=OWN)
    home = f"{OWN}/archive/spring/"
    assert locations(answer) == [home, f"{home}tag/springs/", f"{home}spring-water/"]
    assert b"<lastmod>2026-03-01T09:00:00Z</lastmod>" in answer.data


def test_a_long_sitemap_is_cut(client, brands, monkeypatch):
    monkeypatch.setattr(questions, "ISSUES_A_SITEMAP", 2)
    with transaction() as session:
        day = session.query(Brand).filter_by(slug="day").one()
        for number in range(2):
            make_issue(session, day, f"more-{number}", days=number + 1)
    home = "http://127.0.0.1:8000/archive/day/"
    own = [one for one in locations(client.get("/sitemap.xml")) if "/day/" in one]
    assert own == [f"{home}sitemap.xml", f"{home}sitemap.xml?page=2"]
    assert locations(client.get("/archive/day/sitemap.xml?page=2")) == [f"{home}day-water/"]
    assert client.get("/archive/day/sitemap.xml?page=3").status_code == 404
