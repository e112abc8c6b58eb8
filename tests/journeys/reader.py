"""One reader of a journey: which languages they read, what they told, where their letters are, and their own rows."""

import re
import time
from collections.abc import Callable
from dataclasses import dataclass
from email.message import EmailMessage

from playwright.sync_api import Page, expect
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.models import Consent, Event, Subscriber, Subscription
from app.readers.preferences.said import PreferenceWords
from app.readers.preferences.spoken import SPOKEN as PREFERENCES
from app.readers.sign_up_words import SPOKEN as SIGN_UP
from app.readers.sign_up_words import SignUpWords
from app.readers.words import SPOKEN as WORDS
from app.readers.words import Words
from tests.journeys.whole_house import WholeHouse

PATIENCE_SECONDS = 30
FOOT = r"http\S+/{door}/[\w-]{{32}}"


@dataclass(frozen=True)
class Reader:
    """Reads `language` first and `other` once they have chosen it; their form, list and letter share one name."""

    email: str
    first_name: str
    town: str
    language: str
    other: str
    list_name: str

    def words(self, language: str = "") -> Words:
        return WORDS[language or self.language]

    def preferences(self, language: str = "") -> PreferenceWords:
        return PREFERENCES[language or self.language]

    @property
    def sign_up(self) -> SignUpWords:
        return SIGN_UP[self.language]

    def letters(self, house: WholeHouse, *, at_least: int) -> list[EmailMessage]:
        """The letters caught for them, the oldest first, as soon as there are so many."""

        def caught() -> list[EmailMessage]:
            return [one for one in house.letters() if one["X-Envelope-To"] == self.email]

        wait_for(lambda: len(caught()) >= at_least)
        return caught()

    def row(self, session: Session) -> Subscriber:
        return session.scalars(select(Subscriber).where(Subscriber.email == self.email)).one()


def link(letter: EmailMessage, door: str) -> str:
    return re.search(FOOT.format(door=door), letter.get_body(("plain",)).get_content())[0]


def standing(session: Session, person_id: int) -> list[str]:
    """The states of their subscriptions."""
    rows = session.scalars(select(Subscription.status).where(Subscription.subscriber_id == person_id))
    return [row.value for row in rows]


def consents(session: Session, person_id: int) -> list[tuple[str, str]]:
    """(act, way) of everything that was said about them, in order."""
    rows = select(Consent.act, Consent.way).where(Consent.subscriber_id == person_id).order_by(Consent.id)
    return [(act.value, way.value) for act, way in session.execute(rows)]


def events(session: Session, person_id: int) -> list[str]:
    rows = session.scalars(select(Event.kind).where(Event.subscriber_id == person_id).order_by(Event.id))
    return [row.value for row in rows]


def assert_speaks(page: Page, language: str) -> None:
    expect(page.locator("html")).to_have_attribute("lang", language)
    expect(page.locator("html")).to_have_attribute("dir", "rtl" if language == "ar" else "ltr")


def wait_for(holds: Callable[[], object]) -> None:
    until = time.monotonic() + PATIENCE_SECONDS
    while not holds():
        assert time.monotonic() < until
        time.sleep(0.05)
