"""Scripts in letters, brought in each way that content comes in, do not run in Chromium and reach no page of ours."""

import pytest
from playwright.sync_api import Page

from app.database.session import transaction
from app.embedded.maildir import keep_letter, make_inbox
from app.models import Article, Brand
from app.services import archive_tags
from app.services.archive_index import index_issue
from app.services.corrections import Wanted, correct
from app.services.issues import find_correction
from emails.articles.article_json import article_to_json
from emails.articles.parse import parse_article
from tests.factories.issues import make_archive, make_issue
from tests.factories.ready import make_ready
from tests.factories.sent_letters import make_left

RUN = "document.title='ran';top.document.title='ran';new Image().src='/ran';parent.postMessage('ran','*')"
EVIL = (
    f"<script>{RUN}</script>", f'<img src="x" onerror="{RUN}">', f'<svg onload="{RUN}"></svg>',
    f'<a href="javascript:{RUN}">Press here</a>', f'<iframe srcdoc="<script>{RUN}</script>"></iframe>',
    f'<a href="data:text/html,<script>{RUN}</script>">Press here too</a>', f'<body onload="{RUN}">',
    '<meta http-equiv="refresh" content="0;url=/ran">', '<form action="/ran"><button>Press this</button></form>',
)  # fmt: skip
WHOLE = f"<!doctype html><html><head><title>Mail</title></head><body><p>Words</p>{''.join(EVIL)}</body></html>"
BEYOND = "() => { try { return parent.document.title } catch (error) { return error.name } }"
COOKIES = "() => { try { return document.cookie } catch (error) { return error.name } }"
STORAGE = "() => { try { return String(localStorage.length) } catch (error) { return error.name } }"
LISTEN = "if (window === top) addEventListener('message', event => { window.told = event.data; })"
PATIENCE = 150
"""How many tenths of a second a page may take to go where a script sends it."""
BLOCKED = ("Content Security Policy", "sandboxed", "Refused to", "Blocked")


@pytest.fixture
def house(settings, server) -> dict[str, str]:
    """Name -> the address of a page with a letter in which everything that can be written is hostile."""
    evil = "".join(EVIL)
    make_inbox(settings.data)
    head = b"From: Evil <a@x.test>\r\nTo: b@x.test\r\nSubject: x\r\nContent-Type: text/html; charset=utf-8\r\n\r\n"
    key = keep_letter(settings.data, head + WHOLE.encode(), "x@x.test", ["b@x.test"])
    text = f"Words before.\n\n{evil}\n\nWords after."
    sources = {kind: parse_article(text, kind=kind) for kind in ("html", "markdown", "text")}
    made = {"inbox": f"/inbox/{key}"}
    with transaction() as session:
        brand = make_archive(session, base_url=server.url)
        for kind, article in sources.items():
            issue = make_issue(session, brand, f"by-{kind}", article, subject=evil, preheader=evil)
            archive_tags.set_tags(session, issue.id, "<b>x</b>,<script>y</script>")
            correct(session, issue.id, Wanted(article_to_json(article), note=f"<script>{RUN}</script>"[:400]))
            index_issue(session, issue.id)
            made[f"archive {kind}"] = f"/archive/the-spring/by-{kind}/"
        hostile = find_correction(session, issue.id)
        # What no door lets in: hostile HTML in the row itself.
        hostile.content = {**hostile.content, "blocks": [{"type": "paragraph", "text": evil}]}
        draft = make_ready(session, brand="Night Post")[0]
        draft.subject = draft.preheader = draft.greeting = evil
        session.get_one(Article, draft.article_id).content = article_to_json(sources["html"])
        made |= {f"draft {view}": f"/campaigns/{draft.id}?view={view}" for view in ("desktop", "text", "inbox")}
        sent, person = make_left(session, brand="Day Post")
        person.first_name, person.fields = "<script>x</script>", {"town": evil}
        made["sent"] = f"/campaigns/{sent.id}/people/{person.id}/letter"
        session.get_one(Brand, sent.brand_id).address = evil
        session.flush()
    made |= {"index": "/archive/the-spring/", "search": "/archive/the-spring/search?q=words", "look": "/settings/brand"}
    return made


def watched(page: Page) -> list[str]:
    """What the page does that a letter must not bring it to do."""
    done: list[str] = []
    page.on("request", lambda request: done.append(request.url) if request.url.endswith("/ran") else None)
    page.on("dialog", lambda dialog: (done.append(dialog.message), dialog.dismiss()))
    page.add_init_script(LISTEN)
    return done


@pytest.fixture
def refusals(windows):
    """What Chromium logs where a policy keeps something out is what is wanted here."""
    yield
    windows.complaints[:] = [one for one in windows.complaints if not any(word in one for word in BLOCKED)]


PRESS = """selector => document.querySelectorAll(selector).forEach(one => one.click())"""


def press(page: Page) -> None:
    """Presses everything hostile that a reader could press: in the frames of letters, and in the archive's articles."""
    page.evaluate(PRESS, "article a[href^=javascript], article a[href^=data], article form button")
    for frame in page.main_frame.child_frames:
        frame.evaluate(PRESS, "a[href^=javascript], a[href^=data], button")


def test_nothing_in_a_letter_runs_or_reaches_the_page_around_it(house, signed_in, refusals):
    page = signed_in("/campaigns")
    done = watched(page)
    for name, address in house.items():
        page.goto(address)
        press(page)
        page.wait_for_timeout(60)
        assert done == [], name
        assert page.title() != "ran", name
        assert page.evaluate("window.told") is None, name
        assert "/ran" not in page.url, name


def has_run(page: Page) -> bool:
    return page.title() == "ran" or "/ran" in page.url


def test_the_watch_sees_what_a_letter_without_its_policy_does(house, signed_in, server, refusals):
    page = signed_in("/campaigns")
    done = watched(page)
    bare = {"body": WHOLE, "content_type": "text/html"}
    page.route("**/bare", lambda route: route.fulfill(**bare))
    page.goto(f"{server.url}/bare")
    for _ in range(PATIENCE):
        if not (done and has_run(page)):
            page.wait_for_timeout(100)
    assert done
    assert has_run(page)


def test_a_frame_that_ran_all_the_same_would_be_a_stranger(house, signed_in, refusals):
    page = signed_in(house["inbox"])
    for address in (house["inbox"], house["draft desktop"], house["sent"]):
        page.goto(address)
        inner = [frame for frame in page.frames if frame != page.main_frame]
        assert inner, address
        for frame in inner:
            assert frame.evaluate(BEYOND) == "SecurityError", address
            assert frame.evaluate("location.origin === 'null' || self.origin === 'null'"), address


def test_a_page_of_the_archive_is_a_stranger_to_the_teams_cookies(house, signed_in):
    page = signed_in(house["archive html"])
    assert page.evaluate("self.origin") == "null"
    assert page.evaluate(COOKIES) == page.evaluate(STORAGE) == "SecurityError"


def test_hostile_rows_are_cleaned_again_before_they_are_shown(house, signed_in):
    page = signed_in(house["archive text"])
    assert page.locator("article script, article iframe, article svg, article form").count() == 0
    assert page.locator("article [onerror], article [onload], article a[href^=javascript]").count() == 0
