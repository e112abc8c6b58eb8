"""One worker process of a trial: `python -m tests.chaos.worker send|general|schedule`.

The same as `python -m workers`, with its longest waits shortened where the trial says so, or with one of the guards
taken out (`take_out.py`), to show that the trials notice.
"""

import os
import select
import sys
import time
from importlib import import_module

from tests.chaos.take_out import take_out
from tests.servers.lifetime import die_with_parent
from workers import __main__ as workers

WAITS = {
    "CHAOS_LEASE_SECONDS": ("LEASE_SECONDS", ("workers.sending.chunk", "workers.sending.reaper")),
    "CHAOS_RENEW_SECONDS": ("RENEW_SECONDS", ("workers.sending.chunk", "workers.sending.reaper")),
    "CHAOS_GRACE_SECONDS": ("JOURNAL_GRACE_SECONDS", ("workers.sending.reaper",)),
}


def sleep(seconds: float) -> None:
    select.select([], [], [], seconds)


def main() -> int:
    die_with_parent()
    for name, (constant, modules) in WAITS.items():
        if given := os.environ.get(name):
            for module in modules:
                setattr(import_module(module), constant, float(given))
    if "FAKETIME_TIMESTAMP_FILE" in os.environ:
        # libfaketime 0.9 answers EINVAL to a sleep until a moment of a clock that it leaves alone.
        time.sleep = sleep
    if guard := os.environ.get("CHAOS_TAKE_OUT"):
        take_out(guard)
    return workers.main(sys.argv[1:])


if __name__ == "__main__":
    sys.exit(main())
