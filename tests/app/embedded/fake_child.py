"""A child for the supervisor's tests: notes its pid, its coming and its going in a folder.

Habits: `stubborn` does not stop, `parent` has a child in its group that does not stop, `kin` one on the leash,
in a group of its own.
"""

import os
import signal
import sys
import time
from pathlib import Path

from app.embedded.leash import die_with

FOREVER = 3600


def note(folder: Path, file: str, text: object) -> None:
    with (folder / file).open("a") as out:
        out.write(f"{text}\n")


def stay(folder: Path) -> None:
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    note(folder, "pids", os.getpid())
    time.sleep(FOREVER)


def main(name: str, folder: Path, habits: list[str]) -> None:
    def stop(_number: int, _frame: object) -> None:
        note(folder, "stopped", name)
        os._exit(0)

    signal.signal(signal.SIGTERM, signal.SIG_IGN if "stubborn" in habits else stop)
    parent = os.getpid()
    note(folder, "pids", parent)
    note(folder, f"{name}.pids", parent)
    if ("parent" in habits or "kin" in habits) and os.fork() == 0:
        if "kin" in habits:
            die_with(parent)
            os.setpgid(0, 0)
        stay(folder)
    note(folder, "started", name)
    print(f"{name} is up", flush=True)
    (folder / f"{name}.up").touch()
    while True:
        time.sleep(FOREVER)


if __name__ == "__main__":
    main(sys.argv[1], Path(sys.argv[2]), sys.argv[3:])
