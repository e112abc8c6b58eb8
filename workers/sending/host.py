"""Who and where this process is, so that nobody takes it for dead, or for another: host, boot, pid, start time.

Linux tells all of it; elsewhere what cannot be told is "", and then nobody is ever ended on our word.
"""

import secrets
import subprocess
import sys
import time
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from app.config import Settings, kept_once

HOST_ID_LENGTH = 16
BOOT_ID_LENGTH = 12
START_TIME_FIELD = 19
CLOCK = getattr(time, "CLOCK_BOOTTIME", time.CLOCK_MONOTONIC)


def since_boot() -> float:
    """Seconds on a clock that nobody sets and that goes on while the machine sleeps, where the system has one."""
    return time.clock_gettime(CLOCK)


@cache
def boot_id() -> str:
    """Another one after every start of the machine."""
    if sys.platform == "linux":
        return Path("/proc/sys/kernel/random/boot_id").read_text(encoding="ascii").replace("-", "")[:BOOT_ID_LENGTH]
    asked = ["sysctl", "-n", "kern.bootsessionuuid"]
    said = subprocess.run(asked, capture_output=True, text=True, check=False)  # noqa: S603  a command of our own
    return said.stdout.strip().replace("-", "").lower()[:BOOT_ID_LENGTH]


def pid_namespace() -> str:
    """Process ids mean the same only within one."""
    try:
        return str(Path("/proc/self/ns/pid").readlink())
    except OSError:
        return ""


def start_time(pid: int) -> str:
    """When a process started, in ticks since boot: with the pid, its identity. "" where there is no such process."""
    try:
        stat = Path(f"/proc/{pid}/stat").read_text(encoding="ascii", errors="replace")
    except OSError:
        return ""
    return stat.rpartition(")")[2].split()[START_TIME_FIELD]


@dataclass(frozen=True, slots=True)
class Host:
    """A data folder on this machine since its last start: after a reboot the id stays, the boot does not."""

    id: str
    boot: str

    @property
    def name(self) -> str:
        return f"{self.id}.{self.boot}"


def process_name(settings: Settings) -> str:
    """A name for a process in the queue, by which everybody knows its host: the host's, then a number of its own."""
    return f"{this_host(settings).name}-{secrets.token_hex(6)}"


def this_host(settings: Settings) -> Host:
    return Host(kept_once(settings.data / "host-id")[:HOST_ID_LENGTH], boot_id())
