"""A worker's append-only file of begins and results: what was handed over, whatever becomes of the database and of us.

Written here, read by `marks.py`. One for each run that leases, under a name never used again; its lock says that the
owner lives. A line is one of

    B id fence ms                            the letter's first body byte is about to leave
    S id fence code enhanced verdict text    a final reply
    N id fence why                           begun, and for certain not delivered: its dot never left
    C id fence                               about to be written for this person (in chunks where owners died)
    W id fence                               it was written: whatever follows, not this killed its owner
"""

import fcntl
import logging
import os
from collections import deque
from dataclasses import dataclass
from pathlib import Path

from workers.sending.host import boot_id, pid_namespace, since_boot, start_time
from workers.smtp.outcome import Deferred, Refused, Sent

log = logging.getLogger(__name__)

SUFFIX = ".journal"
MAGIC = "letterwright-journal"
VERSION = 1
LOST, STOPPED = "lost", "stopped"


@dataclass(frozen=True, slots=True)
class Header:
    """The first line: who owns the file, and whether its ids are of messages ("campaign") or of notices."""

    boot: str
    pid: int
    start: str
    namespace: str
    kind: str

    def line(self) -> bytes:
        words = (MAGIC, VERSION, self.boot or "-", self.pid, self.start or "-", self.namespace or "-", self.kind)
        return " ".join(map(str, words)).encode("ascii") + b"\n"


def own_header(kind: str) -> Header:
    pid = os.getpid()
    return Header(boot_id(), pid, start_time(pid), pid_namespace(), kind)


def verdict(outcome: Sent | Refused | Deferred) -> str:
    """What a reply meant, in one word for the journal."""
    if isinstance(outcome, Sent):
        return "sent"
    kind = "refused" if isinstance(outcome, Refused) else "deferred"
    bad = "!" if isinstance(outcome, Refused) and outcome.suppress else ""
    return f"{kind}:{outcome.reason.value}{bad}"


class Journal:
    """The owner's side. `cut` is the letter whose begin mark last found no room: some of it may stand there.

    No process may be forked while it is open: the lock would outlive its owner.

    Raises (when made): OSError, where the folder cannot be written.
    """

    def __init__(self, folder: Path, owner: str, *, kind: str = "campaign") -> None:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        self.path = folder / f"{owner}{SUFFIX}"
        fresh = folder / f".{owner}"
        self._file = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_APPEND | os.O_CLOEXEC, 0o600)
        self._torn = False
        self.cut: int | None = None
        self._owed: deque[bytes] = deque()
        try:
            fcntl.flock(self._file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            header = own_header(kind).line()
            if os.write(self._file, header) != len(header):
                raise OSError(f"no room for a journal in {folder}")  # noqa: TRY301  caught to close the file
            os.fsync(self._file)
            os.link(fresh, self.path)  # under its name it is never seen without lock and header
            sync_folder(folder)
        except OSError:
            os.close(self._file)
            raise
        finally:
            fresh.unlink(missing_ok=True)

    @property
    def usable(self) -> bool:
        """Whether a letter may begin: every line so far is written."""
        return not self._owed

    def begin(self, number: int, fence: int) -> bool:
        """Writes B; where that fails the letter must not be sent."""
        if self._owed:
            return False
        if self._write(b"B %d %d %d\n" % (number, fence, int(since_boot() * 1000))):
            return True
        if self._torn:
            self.cut = number
            self._owe(b"N %d %d %s\n" % (number, fence, STOPPED.encode("ascii")))
        return False

    def compose(self, number: int, fence: int) -> None:
        self._write(b"C %d %d\n" % (number, fence))

    def composed(self, number: int, fence: int) -> None:
        self._write(b"W %d %d\n" % (number, fence))

    def reply(self, number: int, fence: int, outcome: Sent | Refused | Deferred) -> None:
        said = f"S {number} {fence} {outcome.code} {outcome.enhanced or '-'} {verdict(outcome)} {outcome.reply}"
        self._owe(said.encode("ascii", "replace") + b"\n")

    def not_sent(self, number: int, fence: int, why: str) -> None:
        self._owe(b"N %d %d %s\n" % (number, fence, why.encode("ascii")))

    def heal(self) -> bool:
        """Tries to write what is owed; whether nothing is any more."""
        while self._owed and self._write(self._owed[0]):
            self._owed.popleft()
        return not self._owed

    def close(self, *, delete: bool) -> None:
        """Ends ownership. Only a journal of which every line is committed may be deleted; others are replayed."""
        if delete:
            self.path.unlink(missing_ok=True)
        os.close(self._file)

    def _owe(self, line: bytes) -> None:
        if not self._owed and self._write(line):
            return
        self._owed.append(line)
        if not self.heal():
            log.error("a line of the journal cannot be written to %s; nothing begins until it is", self.path.parent)

    def _write(self, line: bytes) -> bool:
        data = b"\n" + line if self._torn else line
        try:
            written = os.write(self._file, data)
        except OSError:
            return False
        self._torn = written != len(data)
        return not self._torn


def sync_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY | os.O_CLOEXEC)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
