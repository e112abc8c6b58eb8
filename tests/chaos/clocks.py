"""Wall clocks of all workers that jump by hours and back, by libfaketime; clocks that nobody sets go on."""

import time
from pathlib import Path

from tests.chaos.house import Plan
from tests.chaos.report import Outcome, say
from tests.chaos.trial import spread, trial

PEOPLE = 3_000
LIBRARY = "faketime/libfaketime.so.1"
FOLDERS = ("/usr/lib", "/usr/lib64", "/usr/local/lib")
JUMPS = ("+2h", "+0", "-2h", "+0")
BETWEEN_SECONDS = 8


def run_clock_jumps(kind: str, seed: int) -> Outcome:
    library = find_library()
    if library is None:
        return Outcome(f"clock jumps, {kind}", not_run="libfaketime is missing; Debian's package is libfaketime")
    clock = Path(f"/dev/shm/letterwright-clock-{time.monotonic_ns()}")
    set_clock(clock, "+0")
    environment = {
        "LD_PRELOAD": str(library),
        "FAKETIME_TIMESTAMP_FILE": str(clock),
        "FAKETIME_NO_CACHE": "1",
        "FAKETIME_DONT_FAKE_MONOTONIC": "1",
    }
    try:
        with trial(spread(Plan(kind, environment=environment), PEOPLE, 60), PEOPLE, seed) as one:
            one.wait_until_accepted(0.1)
            for jump in JUMPS:
                set_clock(clock, jump)
                say(f"  the clock stands at {jump}, {one.accepted} of {PEOPLE} accepted")
                time.sleep(BETWEEN_SECONDS)
            one.wait_for_the_end()
            return one.judge("clock jumps of 2 h", f"{len(JUMPS)} jumps")
    finally:
        clock.unlink(missing_ok=True)


def find_library() -> Path | None:
    found = [path for folder in FOLDERS for path in (Path(folder) / LIBRARY, *Path(folder).glob(f"*/{LIBRARY}"))]
    return next((path for path in found if path.exists()), None)


def set_clock(file: Path, offset: str) -> None:
    """In one step, since the workers read it at every look at the clock."""
    fresh = file.with_suffix(".new")
    fresh.write_text(offset, encoding="ascii")
    fresh.replace(file)
