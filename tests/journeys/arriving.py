"""A reader's way in: the form, the letter that asks, the campaign's letter, its opening and one link of it."""

from playwright.sync_api import Page, expect
from sqlalchemy import select

from app.clock import now
from app.database.session import reading
from app.models import (
    Campaign,
    CampaignStatus,
    Event,
    EventKind,
    Link,
    Message,
    MessageStatus,
    SignUp,
    Subscriber,
    Verdict,
)
from app.services.form_defence import FASTEST_SECONDS
from app.services.verdicts import TOO_SOON
from tests.browser.conformity import hold
from tests.browser.conftest import Windows
from tests.journeys.marketer import press
from tests.journeys.reader import Reader, assert_speaks, consents, link, standing, wait_for
from tests.journeys.whole_house import WholeHouse

PERSON = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"
LANDING = "<!doctype html><html lang='en'><title>Book</title><h1>Book a visit</h1>"


def sign_up(page: Page, reader: Reader) -> None:
    say = reader.sign_up
    assert_speaks(page, reader.language)
    hold(page)
    page.get_by_label(say.email).fill(reader.email)
    page.locator("#first_name").fill(reader.first_name)
    page.locator("#town").fill(reader.town)
    wait_for(lambda: page.evaluate("performance.now()") > FASTEST_SECONDS * 1000)  # nobody types faster, it believes
    press(page, say.subscribe)
    expect(page.locator("h1")).to_have_text(say.look_title)
    with reading() as session:
        typed = session.scalars(select(SignUp).where(SignUp.email == reader.email)).one()
        assert (typed.language, typed.challenge is not None, typed.confirmed_at) == (reader.language, True, None)
        assert session.scalars(select(Subscriber).where(Subscriber.email == reader.email)).all() == []


def confirm(page: Page, house: WholeHouse, reader: Reader) -> int:
    """Presses the button behind the mailed link; the id of who is there from then on."""
    say = reader.sign_up
    page.goto(link(reader.letters(house, at_least=1)[0], "confirm"))
    expect(page.locator("h1")).to_have_text(say.confirm_title)
    hold(page)
    press(page, say.confirm_button)
    expect(page.locator("h1")).to_have_text(say.done_title)
    with reading() as session:
        person = reader.row(session)
        assert (person.first_name, person.fields) == (reader.first_name, {"town": reader.town})
        assert standing(session, person.id) == ["confirmed"]
        assert consents(session, person.id) == [("added", "form"), ("confirmed", "form")]
        return person.id


def receive(house: WholeHouse, reader: Reader, person: int, campaign: int) -> None:
    letter = reader.letters(house, at_least=2)[1]
    assert f"Hi {reader.first_name}," in letter.get_body(("plain",)).get_content()
    wait_for(lambda: campaign_of(campaign).status is CampaignStatus.SENT)
    with reading() as session:
        [message] = session.scalars(select(Message).where(Message.campaign_id == campaign))
        assert (message.subscriber_id, message.status, message.attempts) == (person, MessageStatus.SENT, 1)
        too_soon_until = message.sent_at + TOO_SOON
    wait_for(lambda: now() > too_soon_until)


def campaign_of(campaign: int) -> Campaign:
    with reading() as session:
        return session.get_one(Campaign, campaign)


def open_and_click(windows: Windows, team: Page, reader: Reader, campaign: int) -> None:
    inbox = windows.open(f"/inbox?person={reader.email}", like=team, agent=PERSON)
    inbox.context.route("https://example.test/**", lambda route: route.fulfill(body=LANDING, content_type="text/html"))
    inbox.locator(".letters a", has_text="Embracing").click()
    letter = inbox.frame_locator("iframe.mailbox-frame")
    expect(letter.locator("body")).to_contain_text(f"Hi {reader.first_name},")
    with inbox.context.expect_page() as opened:
        letter.get_by_role("link", name="Contact IV Drips").click()
    expect(opened.value.get_by_role("heading", name="Book a visit")).to_be_visible()
    with reading() as session:
        assert opened.value.url in session.scalars(select(Link.url).where(Link.campaign_id == campaign)).all()


def assert_a_person_opened_and_clicked(campaign: int) -> None:
    def hits() -> list[tuple]:
        with reading() as session:
            rows = select(Event.kind, Event.verdict, Event.verdict_rule).where(Event.campaign_id == campaign)
            return [tuple(row) for row in session.execute(rows) if row.verdict]

    wait_for(lambda: {kind for kind, *_ in hits()} == {EventKind.OPENED, EventKind.CLICKED})
    assert {(verdict, rule) for _, verdict, rule in hits()} == {(Verdict.HUMAN, "reader")}
