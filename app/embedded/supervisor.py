"""Starts children in order, keeps them running, and stops them all: one loop, one thread.

The first SIGINT or SIGTERM drains; the second ends everything at once. Nothing is left behind in either case.
"""

import os
import selectors
import signal
import socket
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from itertools import groupby
from typing import Any

from app.embedded.child import Child, Life, end_session, how_it_ended
from app.embedded.output import Log, Pipe

DRAIN_SECONDS = 30.0
MOST_EARLY_DEATHS = 5
LOOK_SECONDS = 0.05
IDLE_SECONDS = 1.0
STOP_SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


class StartFailed(Exception):
    """The house could not be opened; `str()` says which part and why."""


class Supervisor:
    """`run()` returns when everything was stopped by a signal."""

    def __init__(self, children: Sequence[Child], log: Log, *, when_ready: Callable[[], None] = lambda: None) -> None:
        self.lives = [Life(child) for child in children]
        self.log = log
        self.when_ready = when_ready
        self.told_ready = False
        self.stops_asked = 0
        self.selector = selectors.DefaultSelector()
        self.pipes: dict[Life, list[Pipe]] = {life: [] for life in self.lives}

    def run(self) -> None:
        """Raises StartFailed when a child cannot be brought up; by then the others are stopped."""
        with self.signals_heard():
            try:
                while not self.stops_asked:
                    self.bury_the_dead()
                    self.start_the_due()
                    self.look_who_is_ready()
                    self.listen(IDLE_SECONDS if self.told_ready else LOOK_SECONDS)
                self.log.tell("Stopping; once more Ctrl-C ends everything at once.")
            finally:
                self.drain()

    # starting

    def start_the_due(self) -> None:
        now = time.monotonic()
        stage = min((life.child.starts for life in self.lives if not life.was_ready), default=None)
        for life in self.lives:
            may = stage is None or life.child.starts <= stage
            if may and life.process is None and now >= life.due_at and not (life.child.ends and life.was_ready):
                self.start(life, now)

    def start(self, life: Life, now: float) -> None:
        process = life.begin(now)
        streams = [(process.stderr, self.say_for(life)), (process.stdout, life.child.hear or self.say_for(life))]
        for stream, hear in streams:
            if stream:
                pipe = Pipe(stream, hear)
                self.pipes[life].append(pipe)
                self.selector.register(pipe, selectors.EVENT_READ, pipe)

    def say_for(self, life: Life) -> Callable[[str], None]:
        def say(line: str) -> None:
            if not any(part in line for part in life.child.unsaid):
                self.log.say(life.name, line)

        return say

    def look_who_is_ready(self) -> None:
        for life in self.lives:
            if not life.ready and life.is_running() and not life.child.ends and life.child.is_ready():
                life.note_ready()
        if not self.told_ready and all(life.was_ready for life in self.lives):
            self.told_ready = True
            self.when_ready()

    # keeping

    def bury_the_dead(self) -> None:
        for life in self.lives:
            if life.process is not None and not life.is_running() and not self.has_orphans_at_work(life):
                status = life.process.returncode
                self.clear_up(life)
                self.note_death(life, status)

    def has_orphans_at_work(self, life: Life) -> bool:
        """What a dead child leaves behind may finish what it has in hand, as long as the child itself might have."""
        orphans = life.orphans()
        if orphans and life.died_at is None:
            life.died_at, life.ready = time.monotonic(), False
            for pid in orphans:
                with suppress(ProcessLookupError):
                    os.kill(pid, signal.SIGTERM)
        return bool(orphans) and time.monotonic() - (life.died_at or 0) < life.child.stop_within_seconds

    def note_death(self, life: Life, status: int) -> None:
        wait = life.note_end(time.monotonic())
        if life.child.ends:
            if status:
                raise StartFailed(f"{life.name} {how_it_ended(status)}; see its lines above.")
            life.note_ready()
            return
        if life.early_deaths >= MOST_EARLY_DEATHS:
            raise StartFailed(f"{life.name} {how_it_ended(status)} {MOST_EARLY_DEATHS} times; see its lines above.")
        self.log.say(life.name, f"{how_it_ended(status)}; it is started again in {wait:g} s")

    def clear_up(self, life: Life) -> None:
        """What a dead child leaves: orphans of its session, and lines not yet read."""
        if life.process:
            end_session(life.process.pid)
        for pipe in self.pipes[life]:
            if pipe in self.selector.get_map():
                self.selector.unregister(pipe)
            pipe.finish()
        self.pipes[life].clear()

    def listen(self, longest_seconds: float) -> None:
        """Reads what children say, until one dies, a signal comes, or `longest_seconds` are over."""
        waits = [life.due_at - time.monotonic() for life in self.lives if life.process is None]
        pause = LOOK_SECONDS if any(life.process and not life.ready for life in self.lives) else longest_seconds
        for key, _events in self.selector.select(max(0.0, min([pause, *(wait for wait in waits if wait > 0)]))):
            if key.data is None:
                key.fileobj.recv(4096)  # type: ignore[union-attr]
            elif not key.data.read():
                self.selector.unregister(key.fileobj)

    # stopping

    def drain(self) -> None:
        """Stops the children in order, each within its time and all within DRAIN_SECONDS; then kills what is left."""
        end = time.monotonic() + DRAIN_SECONDS
        self.lives.sort(key=lambda life: life.child.stops)
        for _rank, lives in groupby(self.lives, key=lambda life: life.child.stops):
            self.stop([life for life in lives if life.is_running()], end)
        for life in self.lives:
            life.kill()
            self.clear_up(life)

    def stop(self, lives: list[Life], end: float) -> None:
        if self.stops_asked > 1:
            return
        began = time.monotonic()
        for life in lives:
            life.ask_to_stop()
        while any(life.is_running() for life in lives) and self.stops_asked <= 1:
            now = time.monotonic()
            for life in lives:
                if life.is_running() and now >= min(end, began + life.child.stop_within_seconds):
                    self.log.say(life.name, "did not stop in time and is ended")
                    life.kill()
            self.listen(LOOK_SECONDS)
        for life in lives:
            self.clear_up(life)

    @contextmanager
    def signals_heard(self) -> Iterator[None]:
        """Signals wake the loop through a socket; the former handlers are put back at the end."""
        hearing, ringing = socket.socketpair()
        with hearing, ringing:
            ringing.setblocking(False)
            self.selector.register(hearing, selectors.EVENT_READ, None)
            former: dict[signal.Signals, Any] = {signal.SIGCHLD: signal.signal(signal.SIGCHLD, lambda *_: None)}
            for number in STOP_SIGNALS:
                if number != signal.SIGHUP or signal.getsignal(number) != signal.SIG_IGN:  # nohup stays nohup
                    former[number] = signal.signal(number, self.note_stop)
            woken = signal.set_wakeup_fd(ringing.fileno(), warn_on_full_buffer=False)
            try:
                yield
            finally:
                signal.set_wakeup_fd(woken)
                for number, handler in former.items():
                    signal.signal(number, handler)
                self.selector.close()

    def note_stop(self, number: int, _frame: object) -> None:
        # A closing terminal rings several times; that is one wish to stop, not haste.
        self.stops_asked = max(1, self.stops_asked) if number == signal.SIGHUP else self.stops_asked + 1
