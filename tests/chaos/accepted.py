"""What the sink wrote down, read while it writes: every letter accepted, and every one that broke off in its body."""

import re
from dataclasses import dataclass
from pathlib import Path

from tests.chaos.sink import ACCEPTED

NUMBER = re.compile(r"\+m(\d+)\.")


@dataclass(frozen=True, slots=True)
class Delivery:
    """One letter. Its message number stands in the envelope sender; times are CLOCK_BOOTTIME milliseconds."""

    recipient: str
    sender: str
    begun_ms: float
    dot_ms: float
    size: int

    @property
    def message_id(self) -> int | None:
        found = NUMBER.search(self.sender)
        return int(found[1]) if found else None


class SinkLog:
    """`refresh` reads what was added; `accepted` only grows."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.accepted: list[Delivery] = []
        self.broken: list[Delivery] = []
        self._read_to = 0

    def refresh(self) -> "SinkLog":
        if not self.path.exists():
            return self
        with self.path.open("rb") as file:
            file.seek(self._read_to)
            fresh = file.read()
        whole = fresh.rfind(b"\n") + 1
        self._read_to += whole
        for line in fresh[:whole].decode("latin-1").splitlines():
            what, recipient, sender, begun, dot, size = line.split(" ")
            delivery = Delivery(recipient, sender, float(begun), 0.0 if dot == "-" else float(dot), int(size))
            (self.accepted if what == ACCEPTED else self.broken).append(delivery)
        return self
