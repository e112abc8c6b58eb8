"""What every benchmark needs: medians, a table, CPU time of processes, a free port, a dated file of results."""

import json
import os
import platform
import socket
import statistics
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from app.clock import now

RESULTS = Path(__file__).parent / "results"
TICKS = os.sysconf("SC_CLK_TCK")


@dataclass(frozen=True)
class Row:
    """One measured quantity over several interleaved repetitions.

    `goal` is the number of the goal it answers, 0 for none; `at_most` says that less is better.
    """

    name: str
    unit: str
    values: tuple[float, ...]
    must: float | None = None
    aim: float | None = None
    goal: int = 0
    at_most: bool = False

    @property
    def median(self) -> float:
        return statistics.median(self.values)

    @property
    def met(self) -> bool:
        if self.must is None:
            return True
        return self.median <= self.must if self.at_most else self.median >= self.must


def table(rows: Sequence[Row]) -> str:
    width = max(len(row.name) for row in rows)
    lines = [f"{'':{width}}  {'min':>9} {'median':>9} {'max':>9}  unit        must  aim"]
    for row in rows:
        measured = f"{min(row.values):9.1f} {row.median:9.1f} {max(row.values):9.1f}  {row.unit:10}"
        goals = f"{row.must or '':>5}  {row.aim or '':<5}" + ("" if row.met else "  NOT MET")
        lines.append(f"{row.name:{width}}  {measured} {goals}".rstrip())
    return "\n".join(lines)


def keep(name: str, rows: Sequence[Row]) -> Path:
    """Writes the results to a file named by the day, one entry a benchmark."""
    moment = now()
    path = RESULTS / f"{moment:%Y-%m-%d}.json"
    kept = json.loads(path.read_text(encoding="utf-8")) if path.exists() else {}
    kept[name] = {
        "at": moment.isoformat(timespec="seconds"),
        "python": platform.python_version(),
        "cores": os.cpu_count(),
        "rows": [asdict(row) | {"median": row.median} for row in rows],
    }
    path.parent.mkdir(exist_ok=True)
    path.write_text(json.dumps(kept, indent=1) + "\n", encoding="utf-8")
    return path


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def cpu_seconds(pid: int) -> float:
    """User and system time of a process and of its children that have ended."""
    fields = Path(f"/proc/{pid}/stat").read_text(encoding="ascii").rpartition(")")[2].split()
    return sum(int(field) for field in fields[11:15]) / TICKS


def has_children(pid: int) -> bool:
    return bool(Path(f"/proc/{pid}/task/{pid}/children").read_text(encoding="ascii").strip())
