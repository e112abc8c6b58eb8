"""Whether the owner of a journal lives, which its lock tells; and how one that hangs is ended, but no other process."""

import fcntl
import os
import signal
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from workers.sending.host import boot_id, pid_namespace, start_time
from workers.sending.journal import Header
from workers.sending.marks import read_header

BLOCK = 1 << 20
POLL_SECONDS = 0.02
LONGEST_HEADER = 400
CAN_END = hasattr(os, "pidfd_open")


@contextmanager
def locked(path: Path, *, patience: float = 0.0) -> Iterator[int | None]:
    """The file with its lock, or None: held by its owner or by another reaper, or gone. Never waits for longer."""
    try:
        file = os.open(path, os.O_RDWR | os.O_CLOEXEC)
    except FileNotFoundError:
        yield None
        return
    try:
        yield file if take_lock(file, patience) and os.fstat(file).st_nlink else None
    finally:
        os.close(file)


def take_lock(file: int, patience: float) -> bool:
    until = time.monotonic() + patience
    while True:
        with suppress(BlockingIOError):
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            return True
        if time.monotonic() >= until:
            return False
        time.sleep(POLL_SECONDS)


def read_all(file: int) -> bytes:
    blocks, place = [], 0
    while block := os.pread(file, BLOCK, place):
        blocks.append(block)
        place += len(block)
    return b"".join(blocks)


def end_owner(path: Path) -> bool:
    """Ends the process that holds a journal's lock, if its header proves which one that is; else nobody is touched."""
    with suppress(FileNotFoundError), path.open("rb") as file:
        header = read_header(file.readline(LONGEST_HEADER))
        return header is not None and is_of_ours(header) and end_process(header)
    return False


def is_of_ours(header: Header) -> bool:
    """Whether the pid means the same process here: same boot, same pid namespace, where the system tells them."""
    return CAN_END and header.boot == boot_id() != "" and header.namespace == pid_namespace() != ""


def end_process(header: Header) -> bool:
    try:
        process = os.pidfd_open(header.pid)
    except OSError:
        return False
    try:
        if start_time(header.pid) != header.start:
            return False  # the number is another's by now
        signal.pidfd_send_signal(process, signal.SIGKILL)
    except OSError:
        return False
    finally:
        os.close(process)
    return True
