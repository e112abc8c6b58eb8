"""Polls the books ten times a second while letters leave, and every row's state once a second."""

import threading

from sqlalchemy import select
from sqlalchemy.exc import DBAPIError

from app.database.session import reading
from app.errors import NotFound
from app.models import Chunk
from app.models.message import MessageStatus
from app.queries.books import Books, books_of
from tests.chaos.accepted import SinkLog
from tests.chaos.campaign import statuses_of
from tests.chaos.checker import forbidden_moves
from tests.chaos.sink import milliseconds

POLL_SECONDS = 0.1
POLLS_A_SNAPSHOT = 10
MOST_SHOWN = 5


class Watcher(threading.Thread):
    """`complaints` is empty as long as the equation held at every poll and rows moved only as they may.

    `leased_until` says when an owner was last seen to hold a chunk, on the clock of `milliseconds`.
    """

    def __init__(self, campaign_id: int, log: SinkLog) -> None:
        super().__init__(name="watcher", daemon=True)
        self.campaign_id = campaign_id
        self.log = log
        self.polls = 0
        self.books: Books | None = None
        self.found: list[str] = []
        self.leased_until: dict[str, float] = {}
        self._statuses: dict[int, MessageStatus] = {}
        self._over = threading.Event()

    def run(self) -> None:
        while not self._over.wait(POLL_SECONDS):
            try:
                self.look()
            except (DBAPIError, NotFound):
                self.log.refresh()

    def look(self) -> None:
        with reading() as session:
            books = books_of(session, self.campaign_id)
            owners = session.scalars(select(Chunk.owner).where(Chunk.owner.is_not(None)).distinct()).all()
        self.leased_until.update(dict.fromkeys(owners, milliseconds()))
        accepted = len(self.log.refresh().accepted)
        self.books = books
        self.polls += 1
        if not books.balanced:
            self.found.append(f"the books did not balance: {books.to_json()}")
        if books.sent > accepted:
            self.found.append(f"the books said {books.sent} sent when the server had accepted {accepted}")
        if self.polls % POLLS_A_SNAPSHOT == 0:
            self.compare_rows()

    def compare_rows(self) -> None:
        statuses = statuses_of(self.campaign_id)
        self.found += forbidden_moves(self._statuses, statuses)
        self._statuses = statuses

    def complaints(self) -> list[str]:
        more = len(self.found) - MOST_SHOWN
        return self.found[:MOST_SHOWN] + ([f"and {more} more while it ran"] if more > 0 else [])

    def stop(self) -> None:
        self._over.set()
        if self.is_alive():
            self.join()
