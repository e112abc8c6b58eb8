"""A horse leaves when its worker is killed, with the kernel's help and without."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from tests.workers.conftest import is_alive, wait_for

WORKER = """
import os, sys, time
from workers.leash import Leash
leash = Leash(by_kernel=sys.argv[1] == "kernel")
if os.fork() == 0:
    leash.put_on()
    with open(sys.argv[2], "w") as file:
        file.write(str(os.getpid()))
time.sleep(60)
"""


@pytest.mark.parametrize("way", ["kernel", "pipe"])
def test_the_horse_is_told_when_its_worker_is_killed(way: str, tmp_path: Path):
    note = tmp_path / "horse"
    worker = subprocess.Popen([sys.executable, "-c", WORKER, way, str(note)], env={"PYTHONPATH": str(Path.cwd())})
    wait_for(lambda: note.exists() and note.read_text(), "the horse")
    horse = int(note.read_text())
    os.kill(worker.pid, signal.SIGKILL)
    worker.wait(5)
    wait_for(lambda: not is_alive(horse), "the horse to leave")
