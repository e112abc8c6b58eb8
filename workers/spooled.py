"""Reads the spool that web processes write (`app/tracking/spool.py`), each whole line once, and clears it away.

How far a file is read stands beside it, written after the lines were committed. Between the two a flusher may be
killed: then lines are read again, and their source is known. One flusher at a time in a folder. Called by the job, and
by each process that looks after its host (`reaping`), since only it can see that host's folder.
"""

import fcntl
import logging
import math
import os
import secrets
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path

from app.database.session import reading, transaction
from app.models import EventKind
from app.queries.spool import LONGEST_LINE, MAGIC, READ, SUFFIX, place_read
from app.services.hits import Hit, hit_in
from app.services.settlement import ProofWay, prove_accepted
from app.services.tracking import keep_hits, unproved

log = logging.getLogger(__name__)

LOCK = ".flusher"
BLOCK_BYTES = 256 * 1024

Keep = Callable[[Sequence[Hit]], object]


def flush(folder: Path, keep: Keep, *, seconds: float = math.inf) -> int:
    """Hands whole lines to `keep` in batches, for about so long; how many. If it raises, its batch stays unread."""
    until = time.monotonic() + seconds
    with alone(folder) as free:
        if not free:
            return 0
        clear_orphans(folder)
        return sum(flush_file(path, keep, until) for path in sorted(folder.glob(f"*{SUFFIX}")))


@contextmanager
def alone(folder: Path) -> Iterator[bool]:
    """Whether nobody else flushes this folder now."""
    try:
        file = os.open(folder / LOCK, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    except FileNotFoundError:  # nobody has followed a link yet
        yield False
        return
    try:
        yield is_free(file)
    finally:
        os.close(file)


def is_free(file: int) -> bool:
    with suppress(BlockingIOError):
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        return True
    return False


def flush_file(path: Path, keep: Keep, until: float) -> int:
    """The lines of one file that were not read before; the file goes once its writer has gone."""
    try:
        file = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
    except FileNotFoundError:
        return 0
    try:
        gone = is_free(file)  # asked first: whatever a writer that is gone wrote is there by now
        place, count = place_read(path), 0
        while block := whole_lines(os.pread(file, BLOCK_BYTES, place), last=gone):
            hits = list(hits_in(block, path, place))
            keep(hits)
            place += len(block)
            count += len(hits)
            remember(path, place)
            if time.monotonic() >= until:
                return count
        if gone:
            clear(path)
        return count
    finally:
        os.close(file)


def whole_lines(block: bytes, *, last: bool) -> bytes:
    """The block up to its last line's end. What is torn waits for its end; of a writer that is gone, it is dropped."""
    end = block.rfind(b"\n") + 1
    if last and block and not end:
        log.warning("%d bytes of a line that was never finished are dropped", len(block))
        return b""
    if not end and len(block) > LONGEST_LINE:
        return block  # no line of ours: dropped as damaged
    return block[:end]


def hits_in(block: bytes, path: Path, place: int) -> Iterator[Hit]:
    for line in block.splitlines(keepends=True):
        if line.strip() and not line.startswith(MAGIC.encode()):
            hit = hit_in(line, f"{path.stem}:{place}")
            if hit is None:
                log.warning("a damaged line of the spool is dropped: %s at %d", path.name, place)
            else:
                yield hit
        place += len(line)


def remember(path: Path, place: int) -> None:
    fresh = path.with_name(f".{path.stem}-{secrets.token_hex(4)}")
    fresh.write_text(str(place), encoding="ascii")
    fresh.replace(path.with_suffix(READ))


def clear(path: Path) -> None:
    path.unlink(missing_ok=True)
    path.with_suffix(READ).unlink(missing_ok=True)


def clear_orphans(folder: Path) -> None:
    """Places whose file went just before a flusher was killed."""
    for place in folder.glob(f"*{READ}"):
        if not place.with_suffix(SUFFIX).exists():
            place.unlink(missing_ok=True)


def keep(hits: Sequence[Hit]) -> None:
    """Whoever holds a letter's token proves that it was accepted, whatever is kept of the hit itself."""
    ways = {hit.message_id: way_of(hit) for hit in hits}
    with reading() as session:
        news = unproved(session, ways.keys())
    for message_id in news:
        with transaction() as session:
            prove_accepted(session, message_id, ways[message_id])
    with transaction() as session:
        keep_hits(session, hits)


def way_of(hit: Hit) -> ProofWay:
    return ProofWay.OPEN if hit.kind is EventKind.OPENED else ProofWay.CLICK
