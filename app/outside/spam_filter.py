"""SpamAssassin's opinion of a whole message, where it is installed; local rules only, nothing is asked of the net."""

import re
import shutil
import subprocess
from dataclasses import dataclass

PROGRAM = "spamassassin"
SECONDS = 25.0
TOTAL = re.compile(r"\((-?[\d.]+)\s+points,\s+(-?[\d.]+)\s+required\)")
RULE = re.compile(r"^\s*(-?\d+\.\d+)\s+([A-Z][A-Z0-9_]{2,})\s+(.+?)\s*$", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class RuleHit:
    points: float
    name: str
    words: str


@dataclass(frozen=True, slots=True)
class SpamOpinion:
    """`points` of which `required` make spam; `rules` that count, the heaviest first."""

    points: float
    required: float
    rules: tuple[RuleHit, ...]


def find_program() -> str:
    """Where it is installed, "" where it is not."""
    return shutil.which(PROGRAM) or ""


def judge(message: bytes, *, program: str = "") -> SpamOpinion | None:
    """What it says of a message; None where it is not installed, takes too long or says nothing that can be read."""
    path = program or find_program()
    if not path:
        return None
    try:
        done = subprocess.run(  # noqa: S603  a program of the operator's own, with a message on its standard input
            [path, "--local", "--test-mode", "--nocreate-prefs"],
            input=message,
            capture_output=True,
            check=False,
            timeout=SECONDS,
        )
    except (OSError, subprocess.TimeoutExpired):
        return None
    return read_opinion(done.stdout.decode("utf-8", "replace"))


def read_opinion(report: str) -> SpamOpinion | None:
    """The figures in the report that stands below the message."""
    totals = list(TOTAL.finditer(report))
    if not totals:
        return None
    total = totals[-1]
    rules = [RuleHit(float(points), name, words) for points, name, words in RULE.findall(report[total.end() :])]
    counting = sorted((rule for rule in rules if rule.points > 0), key=lambda rule: -rule.points)
    return SpamOpinion(float(total[1]), float(total[2]), tuple(counting))
