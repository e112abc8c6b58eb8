"""Houses of fake children in processes of their own, and whether anything of them is left."""

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[3]
PATIENCE_SECONDS = 60


def wait_until(is_so: Callable[[], bool], what: str) -> None:
    until = time.monotonic() + PATIENCE_SECONDS
    while not is_so():
        assert time.monotonic() < until, f"waited in vain until {what}"
        time.sleep(0.02)


def is_alive(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] not in "ZX"
    except FileNotFoundError:
        return False


def noted_pids(folder: Path) -> list[int]:
    path = folder / "pids"
    return [int(pid) for pid in path.read_text().split()] if path.exists() else []


def all_gone(folder: Path) -> bool:
    return not any(is_alive(pid) for pid in noted_pids(folder))


class House:
    """A supervisor with fake children; `folder` holds what they noted."""

    def __init__(self, folder: Path, children: list[dict]) -> None:
        self.folder = folder
        self.process = subprocess.Popen(
            [sys.executable, Path(__file__).with_name("house_of_fakes.py"), folder, json.dumps(children)],
            env={**os.environ, "PYTHONPATH": str(ROOT)},
            stdout=subprocess.PIPE,
            text=True,
        )

    def wait_until_ready(self) -> None:
        wait_until((self.folder / "ready").exists, "the house was ready")

    def noted(self, file: str) -> list[str]:
        path = self.folder / file
        return path.read_text().split() if path.exists() else []

    def pids(self) -> list[int]:
        return noted_pids(self.folder)

    def wait_until_noted(self, processes: int) -> None:
        """A child's own child may note itself after the house is ready."""
        wait_until(lambda: len(self.pids()) >= processes, f"{processes} processes had come")
        assert len(self.pids()) == processes

    def wait_until_empty(self) -> None:
        wait_until(lambda: all_gone(self.folder), "every process was gone")

    def finish(self) -> str:
        out, _ = self.process.communicate(timeout=PATIENCE_SECONDS)
        return out

    def raze(self) -> None:
        if self.process.poll() is None:
            self.process.kill()
        self.process.wait()
        self.process.stdout.close()
        for pid in self.pids():
            if is_alive(pid):
                os.kill(pid, signal.SIGKILL)


@pytest.fixture
def open_house_of(tmp_path: Path):
    """Call it with one dict per child (see house_of_fakes.py); returns the House, not yet ready."""
    houses = []

    def open_it(*children: dict) -> House:
        houses.append(House(tmp_path, list(children)))
        return houses[-1]

    yield open_it
    for house in houses:
        house.raze()


@pytest.fixture
def wait() -> Callable[[Callable[[], bool], str], None]:
    """`wait(is_so, what)`: until it is so; fails naming what did not come."""
    return wait_until


@pytest.fixture
def pids_of() -> Callable[[Path], list[int]]:
    """The processes that noted themselves in a folder."""
    return noted_pids


@pytest.fixture
def gone() -> Callable[[Path], bool]:
    """Whether none of them is left."""
    return all_gone
