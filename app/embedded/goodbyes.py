"""Goodbyes by mail: a letter to `u+<token>@…`, as List-Unsubscribe asks mail programs to write, leaves the lists.

The token alone decides for whom; who claims to write decides nothing. Called by the catcher, off its event loop.
"""

import logging
import re
from collections.abc import Iterable
from email.parser import BytesHeaderParser
from email.policy import compat32
from threading import Lock

from app.config import Settings
from app.database.session import transaction
from app.errors import NotFound
from app.models import ConsentWay
from app.services import leaving
from app.services.subscriptions import Proof
from app.startup import open_house
from app.tokens import Purpose, verify

log = logging.getLogger(__name__)

GOODBYE = re.compile(r"u\+([A-Za-z0-9_-]{32})@[^@]+", re.IGNORECASE)
AUTOMATIC = {"auto-reply", "auto_reply", "junk", "bulk", "list"}
LARGEST_HEAD_BYTES = 64 * 1024


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
        tokens = [found[1] for one in recipients if (found := GOODBYE.fullmatch(one))]
        if not tokens or is_automatic(letter):
            return 0
        self.open_house()
        return sum(say_goodbye(token) for token in tokens)

    def open_house(self) -> None:
        with self._opening:
            if not self._open:
                open_house(self._settings)
                self._open = True


def is_automatic(letter: bytes) -> bool:
    """Whether a machine answered by itself (RFC 3834), as one does while its owner is away."""
    head = BytesHeaderParser(policy=compat32).parsebytes(letter[:LARGEST_HEAD_BYTES])
    submitted = str(head.get("Auto-Submitted", "no")).partition(";")[0].strip().lower()
    return submitted != "no" or str(head.get("Precedence", "")).strip().lower() in AUTOMATIC


def say_goodbye(token: str) -> bool:
    try:
        message_id = verify(Purpose.UNSUBSCRIBE, token)
        if not message_id:
            return False
        with transaction() as session:
            leaving.leave(session, message_id, Proof(ConsentWay.MAIL, message_id=message_id), everything=False)
    except NotFound:
        log.info("a goodbye by mail bears no token of ours")
        return False
    return True
