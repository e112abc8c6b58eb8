"""`letterwright up` as a person runs it, in a process of its own, and what is left of it."""

import os
import re
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parents[3]
PATIENCE_SECONDS = 120
OURS = ("LETTERWRIGHT_", "REDIS_URL", "DATABASE_URL", "SMTP_URL", "SEND_WORKERS", "PORT", "HOST")


def letterwright(*arguments: object, **settings: str) -> subprocess.Popen[str]:
    """Starts the command with these settings and none of those around the test run."""
    plain = {name: value for name, value in os.environ.items() if not name.startswith(OURS)}
    return subprocess.Popen(
        [sys.executable, "-P", "-m", "app.cli", *map(str, arguments)],
        env={**plain, "PYTHONPATH": str(ROOT), "SEND_WORKERS": "1", **settings},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def wait_until(is_so: Callable[[], bool], what: str) -> None:
    until = time.monotonic() + PATIENCE_SECONDS
    while not is_so():
        assert time.monotonic() < until, f"waited in vain until {what}"
        time.sleep(0.05)


def descendants(pid: int) -> set[int]:
    """Everything that `pid` started, and what those started."""
    found: set[int] = set()
    fresh = {pid}
    while fresh:
        parents = dict(living())
        fresh = {child for child, parent in parents.items() if parent in found | {pid}} - found
        found |= fresh
    return found


def living() -> Iterator[tuple[int, int]]:
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            state, parent = stat.read_text("ascii", "replace").rpartition(")")[2].split()[:2]
        except (FileNotFoundError, ProcessLookupError):
            continue
        if state not in "ZX":
            yield int(stat.parent.name), int(parent)


class RunningUp:
    """A `letterwright up` that says what it says into `lines`."""

    def __init__(self, data: Path, *arguments: object, **settings: str) -> None:
        self.data = data
        self.lines: list[str] = []
        self.process = letterwright("up", "--data", data, "--port", 0, *arguments, **settings)
        self.listener = threading.Thread(target=self.listen)
        self.listener.start()

    def listen(self) -> None:
        for line in self.process.stdout:
            self.lines.append(line.rstrip("\n"))

    def said(self, pattern: str) -> re.Match[str] | None:
        return next((found for line in list(self.lines) if (found := re.search(pattern, line))), None)

    def wait_until_ready(self) -> str:
        """The address it answers at."""
        wait_until(lambda: self.said("Ctrl-C stops") or self.process.poll() is not None, "it was ready")
        found = self.said(r"ready at (http://\S+)")
        assert found, "\n".join([*self.lines, self.process.stderr.read()])
        return found[1]

    def processes(self) -> set[int]:
        return descendants(self.process.pid)

    def finish(self) -> int:
        status = self.process.wait(PATIENCE_SECONDS)
        self.close()
        return status

    def close(self) -> None:
        self.listener.join()
        self.process.stdout.close()
        self.process.stderr.close()

    def raze(self) -> None:
        left = self.processes()
        if self.process.poll() is None:
            self.process.kill()
            self.process.wait()
        for pid in left & dict(living()).keys():
            os.kill(pid, signal.SIGKILL)
        self.close()
