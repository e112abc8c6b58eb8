"""Goodbyes by mail: a letter to `u+<token>@…`, as List-Unsubscribe asks mail programs to write, leaves the lists.

The token alone decides for whom; who claims to write decides nothing. Called by the catcher, off its event loop.
"""

from collections.abc import Iterable
from threading import Lock

from app.config import Settings
from app.database.session import transaction
from app.services import leaving
from app.startup import open_house
from emails.feedback.unsubscribe_mail import is_automatic, tokens_of


class Goodbyes:
    """The house is opened with the first goodbye: the catcher starts before the database is there."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._opening = Lock()
        self._open = False

    def take(self, letter: bytes, recipients: Iterable[str]) -> int:
        """How many of these recipients were goodbyes that count; everything else is left alone.

        Raises:
            one of NOT_WRITTEN: it could not be written down, and should come again.
        """
        tokens = tokens_of(recipients)
        if not tokens or is_automatic(letter):
            return 0
        self.open_house()
        return sum(say_goodbye(token) for token in tokens)

    def open_house(self) -> None:
        with self._opening:
            if not self._open:
                open_house(self._settings)
                self._open = True


def say_goodbye(token: str) -> bool:
    with transaction() as session:
        return leaving.leave_by_mail(session, token)
