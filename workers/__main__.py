"""`python -m workers send|general|schedule`: one worker process, as `letterwright up` starts them.

`rehearse` works on nothing: it visits the mail server once, for the doctor.
"""

import argparse
import signal
import sys

from app.config import SettingsBroken
from workers.rehearsing import tell_rehearsal
from workers.runtime import set_up_logging, settings, stop_while_waiting
from workers.timetable import keep_time_until_stopped
from workers.worker import work

ROLES = ("send", "general", "schedule", "rehearse")


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m workers", description=__doc__)
    parser.add_argument("role", choices=ROLES)
    given = parser.parse_args(arguments)
    set_up_logging()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, stop_while_waiting)
    try:
        own = settings()
    except SettingsBroken as error:
        sys.stderr.write(f"{error}\n")
        return 1
    if given.role == "schedule":
        keep_time_until_stopped(own)
    elif given.role == "rehearse":
        tell_rehearsal(own)
    else:
        work(own, [given.role])
    return 0


if __name__ == "__main__":
    sys.exit(main())
