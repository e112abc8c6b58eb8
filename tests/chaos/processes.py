"""Signals to processes, and what the system says about them."""

import os
import signal
import subprocess
import time
from pathlib import Path

PATIENCE_SECONDS = 40


def is_alive(pid: int) -> bool:
    try:
        stat = Path(f"/proc/{pid}/stat").read_text(encoding="ascii", errors="replace")
    except (FileNotFoundError, ProcessLookupError):
        return False
    return stat.rpartition(")")[2].split()[0] not in "ZX"


def kill(pid: int, number: signal.Signals) -> bool:
    """Whether there was anybody to hear it."""
    try:
        os.kill(pid, number)
    except ProcessLookupError:
        return False
    return True


def wait_until_gone(pid: int, seconds: float = PATIENCE_SECONDS) -> bool:
    until = time.monotonic() + seconds
    while is_alive(pid):
        if time.monotonic() > until:
            return False
        time.sleep(0.002)
    return True


def end_all(processes: list[subprocess.Popen]) -> None:
    """Asks all of them to leave, and after a while makes them."""
    for process in processes:
        if process.poll() is None:
            process.send_signal(signal.SIGCONT)
            process.terminate()
    for process in processes:
        try:
            process.wait(PATIENCE_SECONDS)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait(5)
