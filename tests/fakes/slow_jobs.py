"""Jobs for tests of the worker: each leaves a file that says what it lived through."""

import os
import signal
import time
from pathlib import Path


def write_pid_and_wait(folder: str) -> None:
    """Waits like a send job: SIGTERM is heard, and the job ends by itself."""
    told: list[int] = []
    signal.signal(signal.SIGTERM, lambda number, _frame: told.append(number))
    Path(folder, "horse").write_text(str(os.getpid()), encoding="ascii")
    while not told:
        time.sleep(0.02)
    Path(folder, "drained").write_text("yes", encoding="ascii")


def leave_a_mark(folder: str) -> None:
    Path(folder, "mark").write_text("here", encoding="ascii")
