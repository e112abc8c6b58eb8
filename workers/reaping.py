"""A round every few seconds, in a thread beside RQ's own loop: it goes on while the queue is away.

The dead of this host are reaped, then its openings and clicks are written down.
Nothing of it is open while a horse is forked: `still` waits for the round to end and keeps the next one away.
"""

import logging
import threading
from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy.exc import DBAPIError

from app.config import Settings
from app.database.session import close_connections
from app.startup import open_house
from workers.runtime import survive
from workers.sending.reaper import LOOK_SECONDS, Reaper
from workers.spooled import flush, keep

log = logging.getLogger(__name__)

FLUSH_SECONDS = 1.0


class Reaping:
    """Runs from `start` until the process ends."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._reaper = Reaper(settings)
        self._busy = threading.Lock()
        self._wanted = threading.Event()
        self._thread = threading.Thread(target=self._run, name="reaper", daemon=True)
        self._away = False

    def start(self) -> None:
        if not self._thread.is_alive():
            self._thread.start()

    def poke(self) -> None:
        """Somebody has just died: look at once."""
        self._wanted.set()

    @contextmanager
    def still(self) -> Iterator[None]:
        with self._busy:
            yield

    def _run(self) -> None:
        while True:
            with self._busy:
                survive(self._look, "the reaper's round failed; the next one comes soon")
            self._wanted.wait(LOOK_SECONDS)
            self._wanted.clear()

    def _look(self) -> None:
        try:
            open_house(self._settings, tries_again=True)
            self._reaper.look()
            flush(self._settings.spool, keep, seconds=FLUSH_SECONDS)
        except DBAPIError as error:
            if not self._away:
                log.warning("nobody can be reaped and nothing counted while the database is away (%s)", error.orig)
            self._away = True
        else:
            self._away = False
        finally:
            close_connections()  # none may be open while a horse is forked
