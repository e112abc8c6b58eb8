"""One process under the supervisor: what to start (`Child`), and its lives so far (`Life`)."""

import os
import signal
import subprocess
import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from app.embedded import leash

SHORTEST_WAIT_SECONDS = 0.5
LONGEST_WAIT_SECONDS = 30.0
STEADY_AFTER_SECONDS = 60.0
MOST_ROUNDS = 200
ROUND_SECONDS = 0.01
PROC = Path("/proc/self").parent


@dataclass(frozen=True)
class Child:
    """What to run. Those with a lower `starts` are ready before others begin; a lower `stops` is stopped earlier."""

    name: str
    command: tuple[str, ...]
    environment: Mapping[str, str]
    starts: int = 0
    stops: int = 0
    is_ready: Callable[[], bool] = lambda: True
    ends: bool = False
    """It does one thing and ends; ready means that it ended well, and it is never started again."""
    hear: Callable[[str], None] | None = None
    """Takes the lines of stdout instead of the log."""
    unsaid: tuple[str, ...] = ()
    """Lines that hold one of these are not worth showing."""
    stop_within_seconds: float = 5.0


@dataclass(eq=False)
class Life:
    """A child as it runs, dies and is started again."""

    child: Child
    process: subprocess.Popen[bytes] | None = None
    ready: bool = False
    was_ready: bool = False
    early_deaths: int = 0
    born_at: float = 0.0
    died_at: float | None = None
    """Set while what it left behind finishes."""
    due_at: float = 0.0
    wait_seconds: float = SHORTEST_WAIT_SECONDS

    @property
    def name(self) -> str:
        return self.child.name

    def begin(self, now: float) -> subprocess.Popen[bytes]:
        """Starts it in a session of its own, on the leash, its output in pipes."""
        self.process = subprocess.Popen(  # noqa: S603  commands of our own
            leash.leashed(self.child.command),
            stdin=subprocess.DEVNULL if leash.BY_KERNEL else subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE if self.child.hear else subprocess.STDOUT,
            env=dict(self.child.environment),
            start_new_session=True,
            preexec_fn=leash.before_exec(),  # noqa: PLW1509  the supervisor has one thread
        )
        self.born_at = now
        self.ready = False
        return self.process

    def note_ready(self) -> None:
        self.ready = self.was_ready = True

    def note_end(self, now: float) -> float:
        """Books a death and returns the seconds until the next start; they double while deaths come quickly."""
        if now - self.born_at >= STEADY_AFTER_SECONDS:
            self.wait_seconds = SHORTEST_WAIT_SECONDS
        wait = self.wait_seconds
        self.wait_seconds = min(wait * 2, LONGEST_WAIT_SECONDS)
        self.due_at = now + wait
        self.early_deaths += not self.was_ready
        self.process = self.died_at = None
        self.ready = False
        return wait

    def ask_to_stop(self) -> None:
        if self.process:
            self.process.send_signal(signal.SIGTERM)

    def is_running(self) -> bool:
        return self.process is not None and self.process.poll() is None

    def orphans(self) -> list[int]:
        """What a dead child left behind in its session."""
        return living_members(self.process.pid) if self.process else []

    def kill(self) -> None:
        """Ends it, and whatever it left behind in its session, at once."""
        if self.process:
            end_session(self.process.pid)
            self.process.wait()


def end_session(session: int) -> None:
    """Kills every process of a session, those included that are born meanwhile."""
    for _ in range(MOST_ROUNDS):
        members = living_members(session)
        if not members:
            return
        for pid in members:
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        time.sleep(ROUND_SECONDS)


def living_members(session: int) -> list[int]:
    """The processes of one session, zombies left out; where there is no /proc, its leader alone."""
    if not PROC.is_dir():
        return [session] if leader_lives(session) else []
    found = []
    for stat in PROC.glob("[0-9]*/stat"):
        with suppress(OSError):
            state, _parent, _group, member_of = stat.read_text("ascii", "replace").rpartition(")")[2].split()[:4]
            if int(member_of) == session and state not in "ZX":
                found.append(int(stat.parent.name))
    return found


def leader_lives(session: int) -> bool:
    try:
        os.killpg(session, 0)
    except (ProcessLookupError, PermissionError):
        return False
    return True


def how_it_ended(status: int) -> str:
    return f"was ended by {signal.Signals(-status).name}" if status < 0 else f"ended with status {status}"
