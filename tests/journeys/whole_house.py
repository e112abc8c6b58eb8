"""A true `letterwright up` on a folder of its own: every process of it, its inbox, and commands beside it."""

import json
import os
import re
import signal
import subprocess
import sys
import time
from email.message import EmailMessage
from email.parser import BytesParser
from email.policy import default as letter_policy
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
READY = "Ctrl-C stops everything."
PATIENCE_SECONDS = 60
OURS = ("LETTERWRIGHT_", "DATABASE_URL", "REDIS_URL", "SMTP_URL", "PORT", "HOST", "SEND_WORKERS")


def is_running(stat: Path) -> bool:
    return stat.read_text().rpartition(")")[2].split()[0] not in "ZX"


class WholeHouse:
    """`url` is where it answers, `sign_in` the address that lets its first owner in once."""

    def __init__(self, folder: Path) -> None:
        self.data = folder / "data"
        kept = {name: value for name, value in os.environ.items() if not name.startswith(OURS)}
        self.environment = {**kept, "PYTHONPATH": str(ROOT), "LETTERWRIGHT_DATA": str(self.data)}
        self.said = folder / "up.txt"
        with self.said.open("wb") as out:
            command = [sys.executable, "-m", "app.cli", "up", "--port", "0"]
            self.process = subprocess.Popen(command, env=self.environment, cwd=ROOT, stdout=out, stderr=out)

    def wait_until_ready(self) -> None:
        until = time.monotonic() + PATIENCE_SECONDS
        while READY not in self.said.read_text():
            assert self.process.poll() is None, self.said.read_text()
            assert time.monotonic() < until, self.said.read_text()
            time.sleep(0.05)
        told = self.said.read_text()
        self.url = re.search(r"is ready at (\S+)", told)[1]
        self.sign_in = re.search(r"Sign in, once, at (\S+)", told)[1]

    def command(self, *arguments: str) -> dict:
        """What a command of ours prints as JSON, run beside the house."""
        command = [sys.executable, "-m", "app.cli", *arguments, "--json"]
        done = subprocess.run(command, env=self.environment, cwd=ROOT, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stderr
        return json.loads(done.stdout)

    def letters(self) -> list[EmailMessage]:
        """What the catcher keeps, the oldest first."""
        files = sorted((self.data / "inbox" / "new").iterdir())
        return [BytesParser(policy=letter_policy).parsebytes(file.read_bytes()) for file in files]

    def processes(self) -> list[int]:
        """Every living process that was started for this data folder."""
        mark, found = f"LETTERWRIGHT_DATA={self.data}\0".encode(), []
        for process in Path("/proc").glob("[0-9]*"):
            try:
                if mark in (process / "environ").read_bytes() and is_running(process / "stat"):
                    found.append(int(process.name))
            except OSError:  # another user's, or gone meanwhile
                continue
        return found

    def interrupt(self) -> int:
        """Ctrl-C, once; returns how the supervisor ended."""
        self.process.send_signal(signal.SIGINT)
        return self.process.wait(PATIENCE_SECONDS)

    def raze(self) -> None:
        if self.process.poll() is None:
            self.process.kill()
        self.process.wait()
        for pid in self.processes():
            os.kill(pid, signal.SIGKILL)
