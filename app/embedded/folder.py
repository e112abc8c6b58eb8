"""What must hold before anything is started: a data folder that is ours alone, and a free port."""

import errno
import fcntl
import os
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

LOCK_NAME = "up.lock"


class StartRefused(Exception):
    """Why nothing was started; `str()` names the cause and the cure."""


@contextmanager
def locked(folder: Path) -> Iterator[None]:
    """Holds the data folder for this process; the kernel lets go of it when the process ends, however that comes.

    Raises:
        StartRefused: the folder cannot be made or written, or another `letterwright up` holds it.
    """
    descriptor = open_lock(folder)
    try:
        take_lock(descriptor, folder)
        os.ftruncate(descriptor, 0)
        os.pwrite(descriptor, f"{os.getpid()}\n".encode(), 0)
        yield
    finally:
        os.close(descriptor)


def open_lock(folder: Path) -> int:
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        probe = folder / f".writable-{os.getpid()}"
        probe.write_bytes(b"")
        probe.unlink()
        return os.open(folder / LOCK_NAME, os.O_RDWR | os.O_CREAT, 0o600)
    except OSError as error:
        raise StartRefused(
            f"The data folder {folder} cannot be written ({error.strerror}). "
            "Choose another one with --data or LETTERWRIGHT_DATA, or give this user the right to write there."
        ) from error


def take_lock(descriptor: int, folder: Path) -> None:
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        holder = os.pread(descriptor, 32, 0).decode("ascii", "replace").strip()
        raise StartRefused(
            f"The data folder {folder} is in use by another letterwright up (process {holder or 'unknown'}). "
            "Stop that one first, or choose another folder with --data."
        ) from None
    except OSError as error:
        raise StartRefused(
            f"The data folder {folder} cannot be locked ({error.strerror}): it seems to lie on a network file "
            "system without locks. Choose a folder on a disk of this machine with --data."
        ) from error


def check_address(host: str, port: int) -> int:
    """The port to listen on: `port`, or a free one for 0.

    Raises:
        StartRefused: the port is taken, forbidden, or the host is not an address of this machine.
    """
    try:
        family, kind, _protocol, _name, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
        with socket.socket(family, kind) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind(address)
            return int(probe.getsockname()[1])
    except OSError as error:
        raise StartRefused(why_not(host, port, error)) from error


def why_not(host: str, port: int, error: OSError) -> str:
    if error.errno == errno.EADDRINUSE:
        return f"Port {port} on {host} is taken by another program. Stop it, or choose another with --port or PORT."
    if error.errno == errno.EACCES:
        return f"Port {port} is kept for the system administrator. Choose one above 1023 with --port or PORT."
    return f"{host} is not an address of this machine ({error.strerror}). Choose one with --host or HOST."
