"""The servers a trial may take away: the database, the queue and the sink. True ones, on loopback and sockets."""

import subprocess
import sys
from pathlib import Path

from app.database.engine import make_engine
from app.database.migrate import migrate
from tests.chaos.sink import Habits
from tests.servers.pgbouncer import PgbouncerServer, start_pgbouncer
from tests.servers.postgresql import PostgresqlServer, start_postgresql
from tests.servers.valkey import ValkeyServer, start_valkey


class Database:
    """A migrated SQLite file, or a PostgreSQL server as durable as in production, perhaps with PgBouncer before it."""

    def __init__(self, kind: str, folder: Path) -> None:
        self.kind = kind
        self.file = folder / "letterwright.db"
        self.server: PostgresqlServer | None = None
        if kind != "sqlite":
            self.server = start_postgresql(durable=True)
            self.server.run("CREATE DATABASE chaos")
        self.pooler: PgbouncerServer | None = None
        self.address = self.server.address("chaos") if self.server else f"sqlite:///{self.file}"
        if kind == "pgbouncer" and self.server:
            self.pooler = start_pgbouncer(self.server)
            self.address = self.pooler.address("chaos")
        engine = make_engine(self.address)
        migrate(engine)
        engine.dispose()

    def crash(self) -> None:
        assert self.server is not None, "only a server can be taken away"
        self.server.crash()

    def start_again(self) -> None:
        assert self.server is not None
        self.server.start_again()

    def stop(self) -> None:
        if self.pooler:
            self.pooler.stop()
        if self.server:
            self.server.stop()


class Queue:
    """Valkey on one socket, without persistence: killed and started again, it has forgotten everything."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.server: ValkeyServer = start_valkey(folder)

    @property
    def address(self) -> str:
        return self.server.address

    def flush(self) -> None:
        self.server.flush()

    def crash(self) -> None:
        self.server.process.kill()
        self.server.process.wait(10)

    def start_again(self) -> None:
        self.server = start_valkey(self.folder)

    def stop(self) -> None:
        self.server.stop()


class Sink:
    """The sink in a process of its own, which no trial ever touches."""

    def __init__(self, log: Path, habits: Habits) -> None:
        self.log = log
        self.habits = habits
        command = [sys.executable, "-m", "tests.chaos.sink", str(log)]
        command += ["--mail-delay", str(habits.mail_delay), "--dot-delay", str(habits.dot_delay)]
        command += ["--pipelining"] * habits.pipelining
        self.process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
        assert self.process.stdout is not None
        with self.process.stdout as said:
            self.port = int(said.readline())

    def stop(self) -> None:
        self.process.terminate()
        self.process.wait(10)
