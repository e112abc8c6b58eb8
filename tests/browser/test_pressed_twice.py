"""A form that is pressed twice asks once: the second answer would hide the first one's."""

import time
from contextlib import suppress

from playwright.sync_api import Error, Page, Route, expect
from sqlalchemy import func, select

from app.database.session import reading, transaction
from app.models import Transport, TransportTest
from tests.factories.transports import make_transport

TWICE = "one => { one.click(); setTimeout(() => one.click(), 50); }"
HELD_SECONDS = 0.4


def answer_late(page: Page, addresses: str) -> None:
    """The first press is acted on at once and answered late, so that the second comes between."""

    def hold(route: Route) -> None:
        if route.request.method != "POST" or held:
            route.continue_()
            return
        held.append(route)
        answer = route.fetch(max_redirects=0)
        time.sleep(HELD_SECONDS)
        with suppress(Error):  # the second press took its place
            route.fulfill(response=answer)

    held: list[Route] = []
    page.route(addresses, hold)


def counted(what) -> int:
    with reading() as session:
        return session.scalar(select(func.count()).select_from(what)) or 0


def test_a_transport_that_is_added_by_two_presses_is_there_once_and_no_refusal_is_shown(signed_in):
    page = signed_in("/delivery/transports/new/smtp")
    page.get_by_label("Name", exact=True).fill("Ours")
    page.get_by_label("Host").fill("smtp.example.org")
    answer_late(page, "**/new/smtp")
    page.get_by_role("button", name="Add the transport").evaluate(TWICE)
    expect(page.get_by_role("heading", name="Ours")).to_be_visible()
    assert counted(Transport) == 1


def test_a_refused_form_may_be_pressed_again_and_two_presses_send_one_letter(signed_in):
    with transaction() as session:
        made = make_transport(session).id
    page = signed_in(f"/delivery/transports/{made}")
    send = page.get_by_role("button", name="Send a test letter")
    page.get_by_label("To", exact=True).fill("nobody")
    send.click()
    expect(page.get_by_label("To", exact=True)).to_be_focused()
    page.get_by_label("To", exact=True).fill("ada@example.org")
    answer_late(page, "**/test")
    send.evaluate(TWICE)
    expect(page.get_by_text("On its way")).to_be_visible()
    assert counted(TransportTest) == 1
