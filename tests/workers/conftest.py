"""Worker processes for tests, and a way to wait for what they do."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from app.config import child_environment
from tests.servers.lifetime import die_with_parent

PATIENCE_SECONDS = 60


def wait_for(happened: Callable[[], object], what: str) -> None:
    until = time.monotonic() + PATIENCE_SECONDS
    while not happened():
        assert time.monotonic() < until, f"waited in vain for {what}"
        time.sleep(0.02)


def is_alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return "Z" not in Path(f"/proc/{pid}/stat").read_text(encoding="ascii").rpartition(")")[2]


class Processes:
    """Starts `python -m workers ROLE` and ends whatever it started."""

    def __init__(self, folder: Path, environment: dict[str, str]) -> None:
        self.folder = folder
        self.environment = environment
        self.started: list[subprocess.Popen] = []

    def start(self, role: str) -> subprocess.Popen:
        log = (self.folder / f"{role}-{len(self.started)}.log").open("wb")
        process = subprocess.Popen(
            [sys.executable, "-m", "workers", role],
            env=child_environment(**self.environment),
            stderr=log,
            stdout=log,
            preexec_fn=die_with_parent,
        )
        log.close()
        self.started.append(process)
        return process

    def logs(self) -> str:
        return "\n".join(one.read_text(encoding="utf-8") for one in sorted(self.folder.glob("*.log")))

    def stop(self) -> None:
        for process in self.started:
            if process.poll() is None:
                process.send_signal(signal.SIGTERM)
        for process in self.started:
            try:
                process.wait(PATIENCE_SECONDS)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait(5)


@pytest.fixture
def processes(tmp_path: Path, valkey: str):
    folder = tmp_path / "processes"
    folder.mkdir()
    environment = {
        "LETTERWRIGHT_DATA": str(tmp_path),
        "LETTERWRIGHT_SECRET": "a secret for tests, long enough to be accepted",
        "REDIS_URL": valkey,
        "PYTHONPATH": str(Path.cwd()),
    }
    group = Processes(folder, environment)
    yield group
    group.stop()
