"""An upgrade in the middle of a campaign: the code from before the newest migration begins it, this code ends it."""

import subprocess
import tarfile
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

from alembic.script import Script, ScriptDirectory

from app.database.engine import make_engine
from app.database.migrate import alembic_config, downgrade, migrate
from tests.chaos.drains import judge, leave_all
from tests.chaos.house import Plan
from tests.chaos.report import Outcome, say
from tests.chaos.trial import spread, trial

PEOPLE = 2_000
SECONDS = 30


def run_upgrade(kind: str, seed: int) -> Outcome:
    """Freeze and first letters by the old code on the old schema; asked to leave, migrated, started as this code."""
    with before_the_newest_migration() as old_code:
        plan = replace(spread(Plan(kind), PEOPLE, SECONDS), supervised=False)
        with trial(plan, PEOPLE, seed) as one:
            host, address = one.house.hosts[0], one.house.database.address
            engine = make_engine(address)
            downgrade(engine, newest_migration().down_revision)
            engine.dispose()
            for member in host.members:
                member.code = old_code
            host.supervised = True
            one.wait_until_accepted(0.4)
            host.supervised = False
            longest = leave_all(one, host.members)
            say(f"  {one.accepted} of {PEOPLE} accepted by the old code")
            migrate(engine)
            engine.dispose()
            for member in host.members:
                member.code = None
            host.supervised = True
            one.wait_for_the_end()
            return judge(one, "upgrade in the middle", "1 upgrade", longest)


def newest_migration() -> Script:
    scripts = ScriptDirectory.from_config(alembic_config(make_engine("sqlite://")))
    return scripts.get_revision(scripts.get_current_head())


@contextmanager
def before_the_newest_migration() -> Iterator[Path]:
    """A folder with the code as it was then, from the history of this checkout."""
    added = git("log", "-1", "--diff-filter=A", "--format=%H", "--", newest_migration().path).decode().strip()
    if not added:
        raise SystemExit("The upgrade needs the history of this checkout: clone it whole (git fetch --unshallow).")
    with tempfile.TemporaryDirectory(prefix="lwo") as folder:
        packed = Path(folder) / "code.tar"
        packed.write_bytes(git("archive", f"{added}^", "app", "emails", "workers"))
        with tarfile.open(packed) as archive:
            archive.extractall(folder, filter="data")
        yield Path(folder)


def git(*words: str) -> bytes:
    return subprocess.run(["git", *words], capture_output=True, check=False).stdout
