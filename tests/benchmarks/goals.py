"""All goals in one table, with a peer's figures beside ours, as Markdown in a file of the day.

Another product that was measured on the same machine is named by BENCH_PEER, a JSON file:
`{"name": "Product 5.1", "goals": {"2": 41}}`, numbers in the units of the table.
"""

import json
import os
import platform
from collections.abc import Sequence
from pathlib import Path

from app.clock import now
from tests.benchmarks.measuring import Row, table

FOLDER = Path(__file__).parent
CPU_INFO = Path("/proc/cpuinfo")


def read_peer() -> tuple[str, dict[str, float]]:
    """Its name and its figures by goal; an open slot where nobody was measured."""
    path = os.environ.get("BENCH_PEER", "")
    if not path:
        return "another product", {}
    given = json.loads(Path(path).read_text(encoding="utf-8"))
    return given["name"], given["goals"]


def goal_table(rows: Sequence[Row], peer: tuple[str, dict[str, float]]) -> str:
    name, figures = peer
    lines = [f"| # | what | unit | min | median | max | must | aim | met | {name} |", "|---" * 10 + "|"]
    for row in sorted((one for one in rows if one.goal), key=lambda one: one.goal):
        sign = "at most " if row.at_most else ""
        measured = f"{min(row.values):.1f} | **{row.median:.1f}** | {max(row.values):.1f}"
        met = "yes" if row.met else "NO"
        other = figures.get(str(row.goal), "not measured")
        told = f"{row.goal} | {row.name} | {row.unit} | {measured} | {sign}{row.must:g} | {row.aim:g} | {met} | {other}"
        lines.append(f"| {told} |")
    return "\n".join(lines)


def machine() -> str:
    models = [line.partition(":")[2].strip() for line in CPU_INFO.read_text().splitlines() if "model name" in line]
    busy = os.getloadavg()[1]
    return (
        f"{os.cpu_count()} cores ({models[0] if models else platform.machine()}), Python {platform.python_version()}, "
        f"everything on one machine; load average of the last five minutes {busy:.1f}."
    )


def write_results(rows: Sequence[Row]) -> Path:
    """`results-<date>.md` beside this file; a second run of the day replaces it."""
    moment = now()
    path = FOLDER / f"results-{moment:%Y-%m-%d}.md"
    words = [
        f"# Benchmarks of {moment:%-d %B %Y}",
        f"{machine()} Minimum, median and maximum of runs in turns; ratios are of neighbours in time.",
        goal_table(rows, read_peer()),
        "## Everything measured",
        f"```\n{table(rows)}\n```",
    ]
    path.write_text("\n\n".join(words) + "\n", encoding="utf-8")
    return path
