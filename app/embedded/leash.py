"""Ties the life of a process to its parent's: when the parent is gone, even by `kill -9`, so is the child.

On Linux the kernel does it. Elsewhere the child runs under this module, which ends it when the pipe on stdin closes.
"""

import ctypes
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Callable

PR_SET_PDEATHSIG = 1
BY_KERNEL = sys.platform == "linux"

_libc = ctypes.CDLL(None) if BY_KERNEL else None


def die_with(parent: int) -> None:
    """To be called in the child, before or after exec: ends this process when the process `parent` ends."""
    if _libc is None:
        return
    _libc.prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
    if os.getppid() != parent:  # it went before we could ask
        os._exit(1)


def before_exec() -> Callable[[], None] | None:
    """What `Popen(preexec_fn=…)` needs to put a child on the leash; None where the kernel offers nothing."""
    parent = os.getpid()
    return (lambda: die_with(parent)) if BY_KERNEL else None


def leashed(command: tuple[str, ...], *, by_kernel: bool = BY_KERNEL) -> tuple[str, ...]:
    """`command` as it must be started here; where the kernel does not help it is wrapped in this module."""
    return command if by_kernel else (sys.executable, "-m", "app.embedded.leash", *command)


def run_until_stdin_closes(command: list[str]) -> int:
    """Runs `command`, hands signals on to it, and kills our whole group when stdin reaches its end."""
    child = subprocess.Popen(command, stdin=subprocess.DEVNULL)  # noqa: S603  our own child
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda received, _frame: child.send_signal(received))
    threading.Thread(target=kill_group_at_end_of_stdin, daemon=True).start()
    return child.wait()


def kill_group_at_end_of_stdin() -> None:
    while os.read(0, 4096):
        pass
    os.killpg(os.getpgrp(), signal.SIGKILL)


if __name__ == "__main__":
    sys.exit(run_until_stdin_closes(sys.argv[1:]))
