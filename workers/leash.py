"""Ties a horse to its worker: when the worker is gone, however that went, the horse is asked to finish and leave.

On Linux the kernel sends the signal; elsewhere the horse watches a pipe whose other end only the worker holds.
"""

import ctypes
import os
import signal
import sys
import threading

PR_SET_PDEATHSIG = 1
BY_KERNEL = sys.platform == "linux"


class Leash:
    """Made in the worker, put on in the horse right after the fork. SIGTERM lets a send job finish its letters."""

    def __init__(self, *, by_kernel: bool = BY_KERNEL) -> None:
        self._holder = os.getpid()
        self._ends = None if by_kernel else os.pipe()

    def put_on(self) -> None:
        if self._ends is None:
            ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGTERM)
        else:
            watched, held = self._ends
            os.close(held)
            threading.Thread(target=leave_at_end_of, args=(watched,), daemon=True).start()
        if os.getppid() != self._holder:  # it went before we could ask
            os._exit(1)


def leave_at_end_of(pipe: int) -> None:
    while os.read(pipe, 1):
        pass
    os.kill(os.getpid(), signal.SIGTERM)
