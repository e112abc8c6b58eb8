"""A send worker that hands over and writes nothing down: what the ledger and the journal cost is the difference.

Started by `bench_recording.py` as `python -m tests.benchmarks.unrecorded send`; its letters are in nobody's books.
"""

import sys

from sqlalchemy import update

from app.database.session import transaction
from app.models import Chunk, ChunkState
from workers.__main__ import main
from workers.sending import chunk, recorder
from workers.sending.chunk import HeldChunk
from workers.sending.journal import Journal


def only_done(held: HeldChunk) -> None:
    """Ends a lease as if all were recorded, so that nobody leases the chunk again."""
    with transaction() as session:
        session.execute(update(Chunk).where(Chunk.id == held.lease.chunk_id).values(state=ChunkState.DONE, owner=None))


def write_nothing() -> None:
    Journal.begin = lambda self, number, fence: True
    Journal.reply = lambda self, number, fence, outcome: None
    recorder.write_down = lambda batch: set(batch.windows)
    chunk.give_back = only_done


if __name__ == "__main__":
    write_nothing()
    sys.exit(main())
