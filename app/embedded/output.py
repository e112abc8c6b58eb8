"""What children say, as lines with their name in front; and what the supervisor says itself."""

import os
import sys
from collections.abc import Callable
from contextlib import suppress
from typing import IO

LONGEST_LINE = 64 * 1024
COLOURS = (36, 33, 32, 35, 34, 96, 93, 92, 95, 94)
# A log line may quote what a stranger sent: nothing in it may move the cursor or recolour the terminal.
CONTROLS = dict.fromkeys((*range(9), *range(10, 32), *range(127, 160)), "·")


class Log:
    """Writes `name | line`, coloured on a terminal; never fails when nobody reads any more."""

    def __init__(self, names: tuple[str, ...], out: IO[str] | None = None) -> None:
        self.out = out or sys.stdout
        self.width = max((len(name) for name in names), default=0)
        self.colours = dict(zip(names, COLOURS * (len(names) // len(COLOURS) + 1), strict=False))
        self.coloured = self.out.isatty()

    def say(self, name: str, line: str) -> None:
        label = f"{name:<{self.width}} |"
        if self.coloured:
            label = f"\033[{self.colours.get(name, 1)}m{label}\033[0m"
        self.tell(f"{label} {line.translate(CONTROLS)}")

    def tell(self, text: str) -> None:
        """One line in our own voice, without a name."""
        with suppress(OSError, ValueError):
            print(text, file=self.out, flush=True)


class Pipe:
    """One output pipe of a child, read without blocking and cut into lines."""

    def __init__(self, stream: IO[bytes], hear: Callable[[str], None]) -> None:
        os.set_blocking(stream.fileno(), False)
        self.stream = stream
        self.hear = hear
        self.rest = b""
        self.heard_bytes = 0

    def fileno(self) -> int:
        return self.stream.fileno()

    def read(self) -> bool:
        """Hears what is there; False when the other side has closed."""
        data = self.take()
        if data:
            *lines, self.rest = (self.rest + data).split(b"\n")
            if len(self.rest) > LONGEST_LINE:
                lines.append(self.rest)
                self.rest = b""
            self.pass_on(lines)
        return data != b""

    def finish(self) -> None:
        """Hears what is left and closes."""
        while self.take_more():
            continue
        self.pass_on([self.rest])
        self.stream.close()

    def take_more(self) -> bool:
        before = self.heard_bytes
        return self.read() and self.heard_bytes > before

    def take(self) -> bytes | None:
        """Bytes; none at the end; None when there is nothing just now."""
        try:
            data = os.read(self.fileno(), LONGEST_LINE)
        except BlockingIOError:
            return None
        self.heard_bytes += len(data)
        return data

    def pass_on(self, lines: list[bytes]) -> None:
        for line in lines:
            if text := line.decode("utf-8", "replace").rstrip():
                self.hear(text)
