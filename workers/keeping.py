"""`python -m workers.keeping`: writes down the openings and clicks of a machine that has pages and no workers.

Started by `letterwright serve`. It looks after nothing else: whether the house was looked after, workers alone say.
"""

import logging
import signal
import time

from sqlalchemy.exc import DBAPIError

from app.config import Settings
from app.database.session import dispose
from app.queries.spool import SUFFIX
from app.startup import open_house
from workers.runtime import set_up_logging, settings, stop_while_waiting, survive
from workers.spooled import flush, keep

log = logging.getLogger(__name__)

LOOK_SECONDS = 5.0
FLUSH_SECONDS = 4.0


def look(own: Settings) -> int:
    """Writes down what lies there, and closes the database again; how many lines. Asks nobody where nothing lies."""
    if not any(own.spool.glob(f"*{SUFFIX}")):
        return 0
    try:
        open_house(own)
        return flush(own.spool, keep, seconds=FLUSH_SECONDS)
    except DBAPIError as error:
        log.warning("nothing is counted while the database is away (%s)", error.orig)
        return 0
    finally:
        dispose()


def main() -> None:
    set_up_logging()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, stop_while_waiting)
    own = settings()
    while True:
        survive(lambda: look(own), "a look at openings and clicks failed; the next one comes soon")
        time.sleep(LOOK_SECONDS)


if __name__ == "__main__":
    main()
