"""Where numbered links lead, kept in the process: campaigns by their messages' ids, each letter's addresses.

What is kept is asked for again after half a minute, so that a corrected link is honoured within a minute; while the
database is away, what is kept stays good.
"""

import threading
import time
from collections import OrderedDict
from collections.abc import Callable

from app.database.away import NOT_WRITTEN
from app.database.session import reading
from app.errors import NotFound
from app.queries.addresses import LetterAddresses, addresses_for

FRESH_SECONDS = 30.0
MOST_LETTERS = 200

Clock = Callable[[], float]


class Addresses:
    """The addresses of letters that somebody followed a link of lately."""

    def __init__(self, clock: Clock = time.monotonic) -> None:
        self._clock = clock
        self._lock = threading.Lock()
        self._kept: OrderedDict[int, tuple[float, LetterAddresses]] = OrderedDict()

    def at_hand(self, message_id: int, number: int) -> str | None:
        """The address where it is kept and fresh; None: `find` must be asked."""
        for loaded, letter in tuple(self._kept.values()):
            if letter.holds(message_id) and self._clock() - loaded < FRESH_SECONDS:
                return letter.urls.get(number)
        return None

    def find(self, message_id: int, number: int) -> str:
        """The address, asked of the database, or as it was kept where that is away.

        Raises:
            NotFound: the letter has no such link. What `DATABASE_AWAY` names: away, and nothing is kept.
        """
        try:
            with reading() as session:
                letter = addresses_for(session, message_id)
        except NOT_WRITTEN:
            kept = next((one for _at, one in tuple(self._kept.values()) if one.holds(message_id)), None)
            if kept is None:
                raise
            letter = kept
        else:
            self._keep(letter)
        if number not in letter.urls:
            raise NotFound("This letter has no such link.")
        return letter.urls[number]

    def _keep(self, letter: LetterAddresses) -> None:
        with self._lock:
            self._kept.pop(letter.campaign_id, None)
            self._kept[letter.campaign_id] = (self._clock(), letter)
            self._kept.move_to_end(letter.campaign_id, last=False)
            while len(self._kept) > MOST_LETTERS:
                self._kept.popitem()
