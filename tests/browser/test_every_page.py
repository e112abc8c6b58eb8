"""Every page of the route table in Chromium, narrow and wide, light and dark: none is forgotten, none is unsound."""

from urllib.parse import urlsplit

import pytest
from flask import Flask
from werkzeug.exceptions import NotFound

from tests.browser import reading
from tests.browser.conformity import hold, measure_sandboxed
from tests.browser.scenes import SCENES, Scene
from tests.browser.touching import too_small

LANGUAGES = ("en", "de", "fr", "ar")
PART, FRAME, FILE, TEXT = (
    "a part of a page, which the page holds from the beginning",
    "the letter itself, in a frame: test_letter.py holds it",
    "a file to keep",
    "for machines",
)
NOT_PAGES = {
    "campaigns.check": PART,
    "campaigns_article.news": PART,
    "campaigns_preflight.checks": PART,
    "campaigns_reader.index": PART,
    "campaigns_tests.outcomes": PART,
    "campaigns_leaving.live": PART,
    "delivery.live": PART,
    "campaigns_leaving.people": PART,
    "imports.live": PART,
    "article_imports.live": PART,
    "campaigns_pictures.live": PART,
    "browser_view.show": FRAME,
    "campaigns_letter.frame": FRAME,
    "brands_look.sample": FRAME,
    "designs_form.sample": FRAME,
    "notices.sample": FRAME,
    "campaigns_report.letter": FRAME,
    "campaigns_sent.frame": FRAME,
    "campaigns_sent.download": FILE,
    "inbox.html": FRAME,
    "sender_domains.probe": PART,
    "campaigns_report.figures_csv": FILE,
    "campaigns_report.links_csv": FILE,
    "campaigns_report.people_csv": FILE,
    "imports.rejected": FILE,
    "inbox.raw": FILE,
    "media.named": FILE,
    "media.show": FILE,
    "media_library.pick": PART,
    "transports.tests": PART,
    "static": FILE,
    "archive_feeds.feed": TEXT,
    "archive_feeds.only_feed": TEXT,
    "archive_feeds.robots": TEXT,
    "archive_feeds.sitemap": TEXT,
    "archive_feeds.sitemaps": TEXT,
    "archive_feeds.tag_feed": TEXT,
    "health.alive": TEXT,
    "health.ready": TEXT,
    "metrics.show": TEXT,
}


def endpoint_of(app: Flask, address: str) -> str:
    """What answers at this address; "" where nothing does."""
    try:
        return app.url_map.bind("").match(urlsplit(address).path, method="GET")[0]
    except NotFound:
        return ""


def look_at(page, addresses: list[str], *, everywhere: bool = False) -> None:
    measure_sandboxed(page)
    for address in addresses:
        page.goto(address)
        hold(page, everywhere=everywhere)
        assert (address, too_small(page)) == (address, [])


@pytest.fixture(params=[False, pytest.param(True, marks=pytest.mark.long)], ids=["opposites", "everywhere"])
def everywhere(request) -> bool:
    """Whether the walk looks at each width in each light."""
    return request.param


def test_every_route_that_shows_a_page_is_walked_or_has_its_reason(server):
    shown = {rule.endpoint for rule in server.app.url_map.iter_rules() if "GET" in rule.methods}
    walked = frozenset().union(*(scene.endpoints for scene in SCENES), reading.ENDPOINTS)
    assert walked & NOT_PAGES.keys() == set()
    assert shown == walked | NOT_PAGES.keys()


@pytest.mark.parametrize("scene", SCENES, ids=lambda scene: scene.name)
def test_every_page_is_sound(scene: Scene, server, windows, signed_in, settings, everywhere):
    addresses = scene.build(settings.model_copy(update={"url": server.url}))
    assert {endpoint_of(server.app, address) for address in addresses} == scene.endpoints
    page = signed_in(addresses[0]) if scene.is_for_team else windows.open(addresses[0])
    look_at(page, addresses, everywhere=everywhere)


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_readers_page_is_sound(language, server, windows, everywhere):
    addresses = reading.read(language)
    assert {endpoint_of(server.app, address) for address in addresses.values()} == reading.ENDPOINTS
    page = windows.open(addresses["sign up"])
    look_at(page, list(addresses.values()), everywhere=everywhere)


def test_pages_that_are_not_there_are_sound(signed_in):
    look_at(signed_in("/nowhere"), ["/nowhere", "/people/99"])
