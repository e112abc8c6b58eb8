"""The journals' disk full, several times: no letter may begin that cannot be marked, and none may be forgotten."""

import os
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.chaos.house import Furnish, Plan
from tests.chaos.report import Outcome, say
from tests.chaos.trial import Trial, spread, trial

PEOPLE = 3_000
SIZE = "8m"
BLOCK = b"\0" * 65536
FILLS = 5
FULL_SECONDS = 4.0


def run_full_disk(kind: str, seed: int) -> Outcome:
    plan = spread(Plan(kind), PEOPLE, 60)
    refusals: list[str] = []
    with trial(plan, PEOPLE, seed, furnish=mounted_journals(refusals)) as one:
        if refusals:
            return Outcome(f"disk full, {kind}", not_run=refusals[0])
        fills = sum(fill_once(one, (place + 1) / (FILLS + 2)) for place in range(FILLS))
        one.wait_for_the_end()
        if fills < FILLS:
            one.complaints.append(f"only {fills} of {FILLS} times full before the campaign ended")
        return one.judge(f"disk full for {FULL_SECONDS:.0f} s at a time", f"{fills} times")


def mounted_journals(refusals: list[str]) -> Furnish:
    """Puts a host's journals on a small disk of their own; `refusals` says why that cannot be."""

    @contextmanager
    def furnish(folder: Path) -> Iterator[None]:
        disk = folder / "disk"
        disk.mkdir()
        done = subprocess.run(
            ["mount", "-t", "tmpfs", "-o", f"size={SIZE}", "tmpfs", disk], capture_output=True, text=True, check=False
        )
        if done.returncode:
            refusals.append(f"a tmpfs could not be mounted ({done.stderr.strip()}); only root may")
            yield
            return
        (disk / "journals").mkdir(mode=0o700)
        (folder / "journals").symlink_to(disk / "journals")
        try:
            yield
        finally:
            subprocess.run(["umount", "-l", disk], check=False)

    return furnish


def fill_once(one: Trial, share: float) -> bool:
    """Leaves no byte free for a while; whether the campaign was still on its way."""
    if not one.wait_until_accepted(share):
        return False
    filler = one.house.hosts[0].folder / "disk" / "filler"
    with filler.open("wb", buffering=0) as file:
        fill_to_the_brim(file.fileno())
        time.sleep(FULL_SECONDS)
    filler.unlink()
    say(f"  full once more, {one.accepted} of {one.people} accepted")
    return True


def fill_to_the_brim(file: int) -> None:
    block = BLOCK
    while block:
        try:
            os.write(file, block)
        except OSError:
            block = block[: len(block) // 2]
