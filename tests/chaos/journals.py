"""What the senders wrote down: their journals' marks, kept by hard links so that they outlive the files' own end.

`B id fence ms` begins, `S id fence code …` is a final reply, `N id fence …` says that the dot never left.
"""

import os
import threading
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path

LOOK_SECONDS = 0.02
KEPT = "kept"

CODE_DIGITS = 3


@dataclass(slots=True)
class Begin:
    """A begin mark and how it ended: the mark that closed it, "" while open, and the reply's code."""

    message_id: int
    fence: int
    ms: int
    end: str = ""
    code: int = 0


@dataclass
class Journal:
    """One owner's file, read as it grows."""

    path: Path
    begins: list[Begin] = field(default_factory=list)
    torn: int = 0
    of_campaigns: bool = True
    _open: dict[int, Begin] = field(default_factory=dict)
    _read_to: int = 0

    @property
    def owner(self) -> str:
        return self.path.stem

    def open_marks(self) -> dict[int, Begin]:
        """Begin marks without an end, by message, as the file stands now."""
        with self.path.open("rb") as file:
            file.seek(self._read_to)
            fresh = file.read()
        whole = fresh.rfind(b"\n") + 1
        self._read_to += whole
        for line in fresh[:whole].decode("ascii", "replace").splitlines():
            self._take(line.split(" "))
        return self._open

    def _take(self, parts: list[str]) -> None:
        kind = parts[0]
        if kind not in {"B", "S", "N"}:
            # The header says whether ids are of messages or of notices; what else there is marks no letter.
            self.of_campaigns = self.of_campaigns and parts[-1] != "notices"
            return
        if not is_whole(kind, parts):
            self.torn += 1
        elif kind == "B" and self.begins and int(parts[3]) < self.begins[-1].ms:
            self.torn += 1  # a full disk cut its time short: its letter never began
        elif kind == "B":
            begin = Begin(int(parts[1]), int(parts[2]), int(parts[3]))
            self.begins.append(begin)
            self._open[begin.message_id] = begin
        elif closed := self._open.pop(int(parts[1]), None):
            closed.end, closed.code = kind, int(parts[3]) if kind == "S" else 0


def is_whole(kind: str, parts: list[str]) -> bool:
    """Whether a full disk cut nothing off that is read here."""
    numbers = parts[1:3] if kind == "N" else parts[1:4]
    enough = len(parts) > 3 and all(part.isdigit() for part in numbers)
    return enough and (kind != "S" or len(parts[3]) == CODE_DIGITS)


class JournalKeeper(threading.Thread):
    """Links every journal of these folders into a folder of ours as soon as it appears."""

    def __init__(self, folders: Iterable[Path]) -> None:
        super().__init__(name="journal keeper", daemon=True)
        self.folders = tuple(folders)
        self._journals: dict[str, Journal] = {}
        self._lock = threading.Lock()
        self._over = threading.Event()

    def run(self) -> None:
        while not self._over.wait(LOOK_SECONDS):
            self.look()

    def look(self) -> None:
        with self._lock:
            for folder in self.folders:
                if folder.exists():
                    self._keep(folder)

    def _keep(self, folder: Path) -> None:
        # Beside the journals, since a hard link cannot leave its file system.
        kept = folder.resolve().parent / KEPT
        kept.mkdir(exist_ok=True)
        for path in folder.glob("[!.]*.journal"):
            name = path.name
            if name in self._journals:
                continue
            try:
                os.link(path, kept / name)
            except FileNotFoundError:
                continue  # its run ended well before we looked
            except FileExistsError:
                pass
            self._journals[name] = Journal(kept / name)

    def all(self) -> list[Journal]:
        """Every journal of campaigns there ever was, read up to now."""
        self.look()
        found = list(self._journals.values())
        for journal in found:
            journal.open_marks()
        return [journal for journal in found if journal.of_campaigns]

    def of_process(self, pid: int) -> Journal | None:
        """The newest journal of a process, by the number in its owner's name."""
        found = [one for one in list(self._journals.values()) if f"-{pid}-" in one.path.name]
        return found[-1] if found else None

    def stop(self) -> None:
        self._over.set()
        self.join()
