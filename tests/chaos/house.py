"""A whole house under test: servers, hosts, worker processes, and a supervisor that starts again whatever dies."""

import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager, nullcontext
from dataclasses import dataclass, field
from pathlib import Path

from app.config import child_environment, load_settings
from app.database.session import dispose
from app.startup import open_house
from tests.chaos.journals import JournalKeeper
from tests.chaos.processes import end_all, is_alive, kill, wait_until_gone
from tests.chaos.servers import Database, Queue, Sink
from tests.chaos.sink import Habits
from tests.servers.lifetime import die_with_parent

SECRET = "a secret for trials of what dies, long enough"
AGAIN_AFTER_SECONDS = 0.5
LOOK_SECONDS = 0.05
Furnish = Callable[[Path], AbstractContextManager[object]]


@dataclass(frozen=True)
class Plan:
    """What a trial needs: the kind of database, how many of each process a host has, and the sink's habits.

    `take_out` names a guard that the engine goes without (`take_out.py`). Not `supervised`: nothing starts at first.
    """

    kind: str = "sqlite"
    senders: int = 3
    connections: int = 5
    schedulers: int = 1
    hosts: int = 1
    habits: Habits = field(default_factory=Habits)
    environment: dict[str, str] = field(default_factory=dict)
    take_out: str = ""
    supervised: bool = True

    @property
    def lanes(self) -> int:
        """How many letters may be on the wire at once."""
        return self.hosts * self.senders * self.connections


@dataclass
class Member:
    """One worker process, its horse aside. `code` is the folder of another release to start it from."""

    role: str
    environment: dict[str, str]
    log: Path
    code: Path | None = None
    process: subprocess.Popen | None = None
    died_at: float | None = None

    def start(self) -> None:
        module = "workers" if self.code else "tests.chaos.worker"
        path = {"PYTHONPATH": str(self.code)} if self.code else {}
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(
                [sys.executable, "-m", module, self.role],
                env=self.environment | path,
                cwd=self.code,
                stdout=log,
                stderr=log,
                preexec_fn=die_with_parent if self.code else None,  # ours say it themselves
            )
        self.died_at = None

    @property
    def pid(self) -> int:
        assert self.process is not None
        return self.process.pid

    @property
    def alive(self) -> bool:
        return self.process is not None and self.process.poll() is None

    def horses(self) -> list[int]:
        """What it forked for the job at hand."""
        try:
            listed = Path(f"/proc/{self.pid}/task/{self.pid}/children").read_text(encoding="ascii")
        except (FileNotFoundError, ProcessLookupError):
            return []
        return [int(pid) for pid in listed.split() if is_alive(int(pid))]


@dataclass
class Host:
    """One machine: a data folder, and the processes that live on it."""

    folder: Path
    members: list[Member]
    supervised: bool = True

    @property
    def journals(self) -> Path:
        return self.folder / "journals"

    def of(self, role: str) -> list[Member]:
        return [member for member in self.members if member.role == role]

    def start(self) -> None:
        for member in self.members:
            member.start()
        self.supervised = True

    def kill_all(self) -> None:
        """kill -9 of everything at one moment; horses first seen are named before the first signal."""
        pids = [pid for member in self.members if member.alive for pid in (member.pid, *member.horses())]
        for pid in pids:
            kill(pid, signal.SIGKILL)


class House:
    """Everything that runs while letters leave. Made by `house(plan)`."""

    def __init__(self, plan: Plan, folder: Path, stack: ExitStack) -> None:
        self.plan = plan
        self.folder = folder
        self.database = Database(plan.kind, folder)
        stack.callback(self.database.stop)
        self.queue = Queue(folder)
        stack.callback(self.queue.stop)
        self.sink = Sink(folder / "sink.log", plan.habits)
        stack.callback(self.sink.stop)
        self.hosts = [self._furnish(number) for number in range(plan.hosts)]
        self.keeper = JournalKeeper(host.journals for host in self.hosts)
        self._over = threading.Event()
        self._supervisor = threading.Thread(target=self._supervise, name="supervisor", daemon=True)

    def _furnish(self, number: int) -> Host:
        folder = self.folder / f"host{number}"
        folder.mkdir()
        own = {"CHAOS_TAKE_OUT": self.plan.take_out, "PYTHONPATH": str(Path.cwd())}
        environment = child_environment(**self.settings_of(folder), **self.plan.environment, **own)
        roles = ["send"] * self.plan.senders + ["general"] + ["schedule"] * self.plan.schedulers
        members = [
            Member(role, environment, self.folder / f"host{number}-{role}{place}.log")
            for place, role in enumerate(roles)
        ]
        return Host(folder, members, self.plan.supervised)

    def settings_of(self, folder: Path) -> dict[str, str]:
        return {
            "LETTERWRIGHT_DATA": str(folder),
            "LETTERWRIGHT_SECRET": SECRET,
            "DATABASE_URL": self.database.address,
            "REDIS_URL": self.queue.address,
            "SMTP_URL": f"smtp://127.0.0.1:{self.sink.port}?connections={self.plan.connections}&letters=1000000",
        }

    @property
    def members(self) -> list[Member]:
        return [member for host in self.hosts for member in host.members]

    def of(self, role: str) -> list[Member]:
        return [member for member in self.members if member.role == role]

    def open(self) -> None:
        """Connects this process to the house, so that it can ask and say what pages ask and say."""
        given = self.settings_of(self.hosts[0].folder)
        open_house(
            load_settings(
                data=self.hosts[0].folder,
                given_secret=SECRET,
                database_url=given["DATABASE_URL"],
                redis_url=given["REDIS_URL"],
                smtp_url=given["SMTP_URL"],
            )
        )

    def start(self) -> None:
        """Processes are started by the supervisor's thread alone: each dies with the thread that started it."""
        self.keeper.start()
        self._supervisor.start()

    def _supervise(self) -> None:
        for host in [one for one in self.hosts if one.supervised]:
            host.start()
        while not self._over.wait(LOOK_SECONDS):
            moment = time.monotonic()
            for member in [one for host in self.hosts if host.supervised for one in host.members if not one.alive]:
                if member.died_at is None:
                    member.died_at = moment
                elif moment - member.died_at >= AGAIN_AFTER_SECONDS:
                    member.start()
        horses = [horse for member in self.members if member.alive for horse in member.horses()]
        end_all([member.process for member in self.members if member.process])
        for horse in horses:
            if not wait_until_gone(horse):
                kill(horse, signal.SIGKILL)

    def stop(self) -> None:
        self._over.set()
        self._supervisor.join()
        self.keeper.stop()

    def logs(self) -> str:
        return "\n".join(f"== {one.name}\n{one.read_text('utf-8')}" for one in sorted(self.folder.glob("host*.log")))


@contextmanager
def house(plan: Plan, furnish: Furnish = nullcontext) -> Iterator[House]:
    """A house that is open and running; gone at the end, with everything in it. `furnish` prepares a data folder."""
    with ExitStack() as stack:
        folder = Path(tempfile.mkdtemp(prefix="lwc"))
        stack.callback(shutil.rmtree, folder, ignore_errors=True)
        built = House(plan, folder, stack)
        for host in built.hosts:
            stack.enter_context(furnish(host.folder))
        built.open()
        stack.callback(dispose)
        built.start()
        stack.callback(built.stop)
        yield built
