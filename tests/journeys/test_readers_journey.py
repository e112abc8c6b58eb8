"""One journey in two languages, every process true: from a form over a letter to being gone, and gone for good.

After each step the rows are asked as well as the page. Both readers go side by side, so that they wait together.
"""

import re
from urllib.parse import urlsplit

from playwright.sync_api import Page, expect
from sqlalchemy import select

from app.database.session import reading
from app.models import Base, MailingList, Subscriber, Subscription
from tests.browser.conformity import NARROW
from tests.browser.conftest import Windows
from tests.journeys.arriving import (
    PERSON,
    assert_a_person_opened_and_clicked,
    confirm,
    open_and_click,
    receive,
    sign_up,
)
from tests.journeys.leaving import (
    NEW_TOWN,
    ask_for_preferences,
    be_erased,
    change_details,
    come_back,
    leave_and_say_why,
    pause,
)
from tests.journeys.marketer import (
    BUTTON,
    bring_in,
    come_in,
    let_half_a_minute_pass,
    make_form,
    make_list,
    press,
    write_campaign,
)
from tests.journeys.reader import Reader
from tests.journeys.whole_house import WholeHouse

READERS = (
    Reader("nadia.roux@example.test", "Nadia", "Valparaiso", "en", "de", "Harbour letter"),
    Reader("samir.haddad@example.test", "Samir", "Byblos", "ar", "fr", "Spring letter"),
)


def test_readers_sign_up_read_click_change_pause_leave_return_and_are_erased(house: WholeHouse, windows: Windows):
    team = windows.open("/sign-in")
    come_in(team, house)
    forms = [invite(team, reader) for reader in READERS]
    pages = [windows.open(form, width=NARROW, agent=PERSON) for form in forms]
    together = list(zip(READERS, pages, strict=True))
    for reader, page in together:
        sign_up(page, reader)
    people = [confirm(page, house, reader) for reader, page in together]
    campaigns = [write_campaign(team, reader.list_name) for reader in READERS]
    for campaign in campaigns:
        let_half_a_minute_pass(campaign)
    for reader, person, campaign in zip(READERS, people, campaigns, strict=True):
        receive(house, reader, person, campaign)
    for reader, campaign in zip(READERS, campaigns, strict=True):
        open_and_click(windows, team, reader, campaign)
    for campaign in campaigns:
        assert_a_person_opened_and_clicked(campaign)
    for (reader, page), person in zip(together, people, strict=True):
        fresh = ask_for_preferences(page, house, reader, person)
        change_details(page, fresh, reader, person)
        pause(page, reader, person)
        leave_and_say_why(page, house, reader, person)
        come_back(page, reader, person)
        be_erased(page, house, fresh, reader, person)
    assert_nothing_tells_who_they_were()
    for reader, campaign, person in zip(READERS, campaigns, people, strict=True):
        assert_report_is_honest(team, reader, campaign, person)
        assert_never_brought_back(team, reader)


def invite(team: Page, reader: Reader) -> str:
    make_list(team, reader.list_name)
    return urlsplit(make_form(team, reader.list_name, language=reader.language)).path


def assert_nothing_tells_who_they_were() -> None:
    """No cell of any table holds what they told of themselves."""
    told = [word for one in READERS for word in (one.email, one.first_name, one.town, NEW_TOWN)]
    with reading() as session:
        for table in Base.metadata.sorted_tables:
            rows = " ".join(str(tuple(row)) for row in session.execute(select(table)))
            assert [word for word in told if word in rows] == [], table.name


def assert_report_is_honest(team: Page, reader: Reader, campaign: int, person: int) -> None:
    team.goto(f"/campaigns/{campaign}")
    report = team.locator(".report")
    expect(report.locator(".report-sentence")).to_contain_text("1 of 1 people opened it, as far as can be told, and 1")
    for name in ("Accepted by their mail server", "Opened", "Clicked"):
        row = report.locator(".report-figures > div", has=team.locator("dt", has_text=name))
        expect(row.locator(".report-value")).to_have_text("1")
    expect(report.locator(".split-key-human")).to_contain_text([re.compile("^1")] * 2)
    expect(report.locator(".split-key-automated")).to_contain_text([re.compile("^0")] * 2)
    expect(report.locator("tr", has_text=BUTTON).locator("td").first).to_contain_text("1")
    expect(team.locator("#people")).to_contain_text("an erased person")
    shown = (
        f"/campaigns/{campaign}",
        f"/campaigns/{campaign}/people/{person}",
        f"/campaigns/{campaign}/report/people?did=opened",
        f"/campaigns/{campaign}/report/people?did=clicked",
        f"/people/{person}",
        "/people",
        "/lists",
        "/imports",
    )
    for address in shown:
        words = team.request.get(address).text()
        assert [one for one in (reader.email, reader.first_name, reader.town) if one in words] == [], address


def assert_never_brought_back(team: Page, reader: Reader) -> None:
    """Neither by a file nor by hand, and the team is told why."""
    bring_in(team, reader.email, reader.list_name)
    expect(team.locator(".reasons")).to_have_text(re.compile(r"1\s+erased here on their own wish"))
    press(team, "Bring in the file")
    expect(team.get_by_text("Of 1 rows, 0 brought somebody new")).to_be_visible()
    team.goto("/people/new")
    team.get_by_label("Email").fill(reader.email)
    team.get_by_label("How did this person agree?").fill("They asked me at the fair")
    press(team, "Add this person")
    expect(team.locator("body")).to_contain_text("its owner was erased")
    with reading() as session:
        assert session.scalars(select(Subscriber).where(Subscriber.email == reader.email)).all() == []
        on_list = select(Subscription.status).join(MailingList).where(MailingList.name == reader.list_name)
        assert [one.value for one in session.scalars(on_list)] == ["unsubscribed"]
