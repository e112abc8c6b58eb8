"""What trials report: a line while they run, and a table at the end."""

import sys
from collections.abc import Sequence
from dataclasses import dataclass, field


@dataclass
class Outcome:
    """One row of the table. `resume` is in seconds, `late` in milliseconds; "" where the fault measures none."""

    fault: str
    people: int = 0
    steps: str = ""
    sent: int = 0
    unknown: int = 0
    lost: int = 0
    doubled: int = 0
    polls: int = 0
    resume: float | str = ""
    late: float | str = ""
    note: str = ""
    not_run: str = ""
    complaints: list[str] = field(default_factory=list)

    @property
    def clean(self) -> bool:
        return not (self.complaints or self.lost or self.doubled or self.not_run)

    @property
    def verdict(self) -> str:
        if self.not_run:
            return "NOT RUN"
        return "clean" if self.clean else "FAILED"


COLUMNS = ("fault", "people", "steps", "sent", "unknown", "lost", "doubled", "polls", "resume", "late", "verdict")
HEADS = {"steps": "kills, steps", "resume": "resume s", "late": "latest ms"}


def say(line: str) -> None:
    """Progress goes beside the table."""
    sys.stderr.write(f"{line}\n")
    sys.stderr.flush()


def shown(value: float | str) -> str:
    return f"{value:.1f}" if isinstance(value, float) else str(value)


def table(outcomes: Sequence[Outcome]) -> str:
    """A Markdown table, and below it every complaint and note in words."""
    rows = [[HEADS.get(name, name) for name in COLUMNS]]
    rows += [[shown(getattr(one, name)) for name in COLUMNS] for one in outcomes]
    widths = [max(len(row[place]) for row in rows) for place in range(len(COLUMNS))]
    lines = [
        "| " + " | ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)) + " |" for row in rows
    ]
    lines.insert(1, "|" + "|".join("-" * (width + 2) for width in widths) + "|")
    for one in outcomes:
        lines += [f"{one.fault}: {words}" for words in (one.not_run, *one.complaints, one.note) if words]
    return "\n".join(lines)
