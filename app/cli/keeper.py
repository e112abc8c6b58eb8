"""Keeps a process beside the web server that writes this machine's openings and clicks down, and starts it again."""

import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager

from app.config import Settings, child_environment
from app.embedded.leash import before_exec, leashed

COMMAND = (sys.executable, "-P", "-m", "workers.keeping")
AGAIN_AFTER_SECONDS = 5.0
GOES_WITHIN_SECONDS = 8.0


@contextmanager
def keeper(settings: Settings) -> Iterator[None]:
    """One process, for as long as the block lasts. It ends with us, even by `kill -9`."""
    over = threading.Event()
    environment = child_environment(LETTERWRIGHT_DATA=str(settings.data))
    thread = threading.Thread(target=keep_one, args=(environment, over), name="keeper", daemon=True)
    thread.start()
    try:
        yield
    finally:
        over.set()
        thread.join()


def keep_one(environment: dict[str, str], over: threading.Event) -> None:
    """In a thread that lives as long as the process: the kernel ends a child with the thread that started it."""
    while not over.is_set():
        child = subprocess.Popen(  # noqa: S603  a command of our own
            leashed(COMMAND),
            env=environment,
            stdin=subprocess.PIPE,
            preexec_fn=before_exec(),  # noqa: PLW1509  it only asks the kernel for a signal
        )
        while child.poll() is None and not over.wait(0.2):
            pass
        if child.poll() is None:
            end(child)
        if child.stdin:
            child.stdin.close()
        over.wait(AGAIN_AFTER_SECONDS)


def end(child: "subprocess.Popen[bytes]") -> None:
    child.terminate()
    try:
        child.wait(GOES_WITHIN_SECONDS)
    except subprocess.TimeoutExpired:
        child.kill()
        child.wait()
