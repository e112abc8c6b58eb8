"""Openings and clicks, kept so that `kill -9` loses none, against a Flask hello on the same server.

Both servers run side by side and are asked in turns. At the end ours is killed, and its spool must hold one whole line
for each answer that was given.
    python -m tests.benchmarks.bench_tracking [--pairs 7] [--seconds 2] [--connections 32]
"""

import argparse
import json
import logging
import os
import signal
import subprocess
import sys
import tempfile
import time
from collections import defaultdict
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

from sqlalchemy import select

from app.config import Settings, child_environment, load_settings
from app.database.engine import make_engine
from app.database.migrate import migrate
from app.database.session import dispose, transaction
from app.models import Link, Message
from app.queries.spool import MAGIC, SUFFIX
from app.services.hits import hit_in
from app.startup import open_house
from app.tokens import Purpose, sign
from tests.benchmarks.bench_campaign import SECRET, running
from tests.benchmarks.measuring import Row, free_port, keep, table
from tests.factories.campaigns import make_sending
from tests.factories.mailing_lists import make_list
from tests.factories.subscribers import make_confirmed

LETTERS = 2_000
LINKS = 15
START_SECONDS = 60
TICKS = os.sysconf("SC_CLK_TCK")


def furnish(settings: Settings, folder: Path) -> dict[str, Path]:
    """A campaign that is leaving; files with the addresses that its readers open and follow."""
    with transaction() as session:
        readers = make_list(session)
        make_confirmed(session, readers, LETTERS)
        campaign = make_sending(session, readers)
        session.add_all(
            Link(campaign_id=campaign.id, number=number, url=f"https://example.test/water/{number}?from=letter")
            for number in range(1, LINKS + 1)
        )
        letters = list(session.scalars(select(Message.id).where(Message.campaign_id == campaign.id)))
    tokens = [sign(Purpose.TRACK, letter) for letter in letters]
    paths = {
        "hello": ["/"],
        "opening": [f"/o/{token}.gif" for token in tokens],
        "click": [f"/c/{place % LINKS + 1}/{token}" for place, token in enumerate(tokens)],
    }
    files = {name: folder / f"{name}.paths" for name in paths}
    for name, file in files.items():
        file.write_text("\n".join(paths[name]), encoding="ascii")
    dispose()
    return files


def ask(port: int, connections: int, seconds: float, file: Path) -> tuple[float, int]:
    """Answers a second, and how many there were."""
    command = [sys.executable, "-m", "tests.benchmarks.http_load", str(port), str(connections), str(seconds), str(file)]
    told = json.loads(subprocess.run(command, check=True, capture_output=True, text=True).stdout)
    if set(told["answers"]) - {"200", "302"}:
        raise SystemExit(f"the server answered {told['answers']}")
    answers = sum(told["answers"].values())
    return answers / told["seconds"], answers


def wait_until_open(port: int, file: Path) -> None:
    until = time.monotonic() + START_SECONDS
    while True:
        try:
            ask(port, 1, 0.2, file)
        except subprocess.CalledProcessError:
            if time.monotonic() > until:
                raise
            time.sleep(0.2)
        else:
            return


def family_of(pid: int) -> Iterator[int]:
    yield pid
    for child in Path(f"/proc/{pid}/task/{pid}/children").read_text(encoding="ascii").split():
        yield from family_of(int(child))


def cpu_of(pid: int) -> float:
    """Seconds of user and system time of a process and its living descendants."""
    total = 0
    for one in family_of(pid):
        fields = Path(f"/proc/{one}/stat").read_text(encoding="ascii").rpartition(")")[2].split()
        total += int(fields[11]) + int(fields[12])
    return total / TICKS


def kept_in(spool: Path) -> int:
    """Whole lines of hits; a damaged one ends the benchmark."""
    count = 0
    for file in spool.glob(f"*{SUFFIX}"):
        for line in file.read_bytes().splitlines(keepends=True):
            if line.startswith(MAGIC.encode()):
                continue
            if hit_in(line, file.stem) is None:
                raise SystemExit(f"a damaged line in the spool: {line!r}")
            count += 1
    return count


def measure(pairs: int, seconds: float, connections: int) -> list[Row]:
    rates: dict[str, list[float]] = defaultdict(list)
    costs: dict[str, list[float]] = defaultdict(list)
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="lwb")))
        settings = load_settings(data=folder, given_secret=SECRET, database_url=f"sqlite:///{folder / 'house.db'}")
        engine = make_engine(settings.database_url)
        migrate(engine)
        engine.dispose()
        open_house(settings)
        files = furnish(settings, folder)
        ours, theirs = free_port(), free_port()
        given = {
            "LETTERWRIGHT_DATA": str(folder),
            "LETTERWRIGHT_SECRET": SECRET,
            "DATABASE_URL": settings.database_url,
            "PORT": str(ours),
        }
        serve = [str(Path(sys.executable).with_name("letterwright")), "serve"]
        house = stack.enter_context(running(serve, env=child_environment(**given)))
        hello = stack.enter_context(running([sys.executable, "-m", "tests.benchmarks.flask_hello", str(theirs)]))
        wait_until_open(theirs, files["hello"])
        wait_until_open(ours, files["opening"])
        wait_until_open(ours, files["click"])
        before, answered = kept_in(settings.spool), 0
        for _ in range(pairs):
            for name, port, process in (("hello", theirs, hello), ("opening", ours, house), ("click", ours, house)):
                began = cpu_of(process.pid)
                rate, answers = ask(port, connections, seconds, files[name])
                rates[name].append(rate)
                costs[name].append(1e6 * (cpu_of(process.pid) - began) / answers)
                answered += answers if process is house else 0
        for pid in [*family_of(house.pid)][::-1]:
            os.kill(pid, signal.SIGKILL)
        kept = kept_in(settings.spool) - before
        if kept != answered:
            raise SystemExit(f"{answered} answers were given, {kept} lines are kept")
        print(f"{answered} openings and clicks answered, {kept} lines kept after kill -9")
    return rows_of(rates, costs)


def rows_of(rates: dict[str, list[float]], costs: dict[str, list[float]]) -> list[Row]:
    rows = [Row(f"{name}, answers", "a second", tuple(rates[name])) for name in rates]
    rows += [Row(f"{name}, CPU of the server", "us", tuple(costs[name])) for name in costs]
    for name in ("opening", "click"):
        ratios = [100 * mine / other for mine, other in zip(rates[name], rates["hello"], strict=True)]
        rows.append(Row(f"{name} / Flask hello", "%", tuple(ratios), must=80, aim=250, goal=12))
    return rows


def main(arguments: list[str] | None = None) -> list[Row]:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--pairs", type=int, default=7)
    parser.add_argument("--seconds", type=float, default=2)
    parser.add_argument("--connections", type=int, default=32)
    given = parser.parse_args(arguments)
    logging.getLogger("app.jobs").setLevel(logging.ERROR)  # there is no queue here, and none is needed
    rows = measure(given.pairs, given.seconds, given.connections)
    print(table(rows))
    print("written to", keep("tracking", rows))
    return rows


if __name__ == "__main__":
    main()
