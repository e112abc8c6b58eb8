"""A reader's way out: preferences by a fresh link, a break, goodbye with a reason, back again, and erased."""

from datetime import date, timedelta
from zoneinfo import ZoneInfo

from playwright.sync_api import Page, expect
from sqlalchemy import select

from app.database.session import Session, reading
from app.models import ReaderAct, ReaderRequest, Subscriber, Suppression, SuppressionReason
from tests.browser.conformity import hold
from tests.journeys.marketer import press
from tests.journeys.reader import Reader, assert_speaks, consents, events, link, standing
from tests.journeys.whole_house import WholeHouse

NEW_TOWN = "Rotterdam"


def ask_for_preferences(page: Page, house: WholeHouse, reader: Reader, person: int) -> str:
    """From the letter to the fresh link in the mailbox."""
    say = reader.preferences()
    page.goto(link(reader.letters(house, at_least=2)[1], "p"))
    assert_speaks(page, reader.language)
    expect(page.locator("body")).not_to_contain_text(reader.email)
    hold(page)
    press(page, say.send_link)
    expect(page.locator("h1")).to_have_text(say.sent_title)
    with reading() as session:
        assert wishes(session, person) == [(ReaderAct.PREFERENCES, False)]
    return link(reader.letters(house, at_least=3)[2], "p")


def change_details(page: Page, fresh: str, reader: Reader, person: int) -> None:
    say, after = reader.preferences(), reader.preferences(reader.other)
    page.goto(fresh)
    hold(page)
    page.get_by_label("Town").fill(NEW_TOWN)
    page.get_by_label(say.language_label).select_option(reader.other)
    press(page, say.about_save)
    assert_speaks(page, reader.other)
    expect(page.locator("#about .saved")).to_have_text(after.saved)
    with reading() as session:
        row = session.get_one(Subscriber, person)
        assert (row.language, row.fields, row.first_name) == (reader.other, {"town": NEW_TOWN}, reader.first_name)


def pause(page: Page, reader: Reader, person: int) -> None:
    say, day = reader.preferences(reader.other), date.today() + timedelta(days=40)  # noqa: DTZ011  far from any midnight
    page.get_by_role("radio", name=say.until_date).check()
    page.locator("input[name=until]").fill(day.isoformat())
    press(page, say.pause_save)
    expect(page.get_by_role("button", name=say.resume)).to_be_visible()
    hold(page)
    with reading() as session:
        row = session.get_one(Subscriber, person)
        assert row.paused_until.astimezone(ZoneInfo("America/New_York")).date() == day
        assert standing(session, person) == ["confirmed"]
        assert events(session, person)[-1] == "paused"


def leave_and_say_why(page: Page, house: WholeHouse, reader: Reader, person: int) -> None:
    words, say = reader.words(reader.other), reader.preferences(reader.other)
    page.goto(link(reader.letters(house, at_least=2)[1], "u"))
    with reading() as session:
        assert standing(session, person) == ["confirmed"]
    press(page, words.unsubscribe)
    expect(page.locator("h1")).to_have_text(words.gone_title)
    page.locator("summary", has_text=say.why_title).click()
    hold(page)
    page.get_by_label(say.why_too_many).check()
    page.get_by_label(say.why_words).fill("One letter a month is enough for me.")
    press(page, say.why_send)
    expect(page.locator("body")).to_contain_text(say.why_thanks)
    with reading() as session:
        assert standing(session, person) == ["unsubscribed"]
        assert consents(session, person)[-1] == ("unsubscribed", "page")
        assert events(session, person)[-2:] == ["unsubscribed", "reason_given"]


def come_back(page: Page, reader: Reader, person: int) -> None:
    words = reader.words(reader.other)
    press(page, words.undo)
    expect(page.locator("h1")).to_have_text(words.back_title)
    with reading() as session:
        assert standing(session, person) == ["confirmed"]
        assert consents(session, person)[-1] == ("resubscribed", "page")
        assert session.get_one(Subscriber, person).paused_until is not None


def be_erased(page: Page, house: WholeHouse, fresh: str, reader: Reader, person: int) -> None:
    say = reader.preferences(reader.other)
    page.goto(fresh)
    press(page, say.erase_ask)
    expect(page.locator("h1")).to_have_text(say.sent_title)
    with reading() as session:
        assert wishes(session, person)[-1] == (ReaderAct.ERASE, False)
        known = session.get_one(Subscriber, person).address_hash
    page.goto(link(reader.letters(house, at_least=4)[3], "p"))
    expect(page.locator("body")).to_contain_text(say.stays_hash)
    hold(page)
    press(page, say.erase_do)
    expect(page.locator("h1")).to_have_text(say.erased_title)
    with reading() as session:
        row = session.get_one(Subscriber, person)
        assert (row.email, row.email_key, row.address_hash, row.first_name, row.fields) == ("", None, None, "", {})
        assert row.erased_at is not None
        assert standing(session, person) == ["unsubscribed"]
        silenced = session.scalars(select(Suppression).where(Suppression.address_hash == known)).one()
        assert silenced.reason is SuppressionReason.ERASED


def wishes(session: Session, person: int) -> list[tuple]:
    rows = select(ReaderRequest).where(ReaderRequest.subscriber_id == person).order_by(ReaderRequest.created_at)
    return [(row.act, row.done_at is not None) for row in session.scalars(rows)]
