"""The inbox: a Maildir in the data folder that the catcher fills and the inbox page reads."""

import os
import re
import secrets
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from email.message import EmailMessage, Message
from email.parser import BytesHeaderParser, BytesParser
from email.policy import default as letter_policy
from pathlib import Path
from typing import BinaryIO

from app.clock import now
from app.errors import NotFound

PAGE_SIZE = 50
INBOX = "inbox"
KEY = re.compile(r"[0-9]{14}\.[0-9]{6}-[0-9a-f]{12}")
KEY_LENGTH = 34
ENVELOPE_FROM = "X-Envelope-From"
ENVELOPE_TO = "X-Envelope-To"


@dataclass(frozen=True)
class CaughtLetter:
    """A letter as the list of the inbox shows it."""

    key: str
    caught_at: datetime
    envelope_from: str
    envelope_to: str
    sender: str
    reader: str
    subject: str
    size: int


@dataclass(frozen=True)
class LetterPage:
    letters: tuple[CaughtLetter, ...]
    page: int
    total: int

    @property
    def pages(self) -> int:
        return max(1, -(-self.total // PAGE_SIZE))


def make_inbox(data: Path) -> None:
    for part in ("tmp", "new", "cur"):
        (data / INBOX / part).mkdir(mode=0o700, parents=True, exist_ok=True)


def keep_letter(data: Path, letter: bytes, envelope_from: str, envelope_to: list[str]) -> str:
    """Stores a letter with its envelope in front and returns its key; readers see all of it or nothing."""
    moment = now()
    key = f"{moment:%Y%m%d%H%M%S}.{moment.microsecond:06d}-{secrets.token_hex(6)}"
    lines = [f"{ENVELOPE_FROM}: {envelope_from}", *(f"{ENVELOPE_TO}: {address}" for address in envelope_to)]
    head = "".join(f"{line}\r\n" for line in lines).encode("utf-8", "surrogateescape")
    fresh = data / INBOX / "tmp" / key
    fresh.write_bytes(head + letter)
    fresh.rename(data / INBOX / "new" / key)
    return key


def list_letters(data: Path, *, to: str | None = None, page: int = 1) -> LetterPage:
    """The newest letters first, PAGE_SIZE a page; with `to`, only those to addresses that hold these letters."""
    keys = sorted(keys_of(data), reverse=True)
    if to is not None:
        keys = [key for key in keys if any(to.casefold() in one for one in recipients_of(data, key))]
    page = max(1, page)
    shown = []
    for key in keys[(page - 1) * PAGE_SIZE : page * PAGE_SIZE]:
        with suppress(NotFound):  # a mail program may have taken it away meanwhile
            shown.append(summary(data, key))
    return LetterPage(tuple(shown), page, len(keys))


def keys_of(data: Path) -> set[str]:
    found = set()
    for part in ("new", "cur"):
        with suppress(FileNotFoundError):
            names = (path.name for path in (data / INBOX / part).iterdir())
            found |= {name[:KEY_LENGTH] for name in names if KEY.match(name)}
    return found


def recipients_of(data: Path, key: str) -> set[str]:
    """The envelope's recipients, casefolded; they stand in the first lines, so little is read."""
    found = set()
    with suppress(NotFound), open_letter(data, key) as file:
        for raw in file:
            name, _colon, value = raw.decode("utf-8", "replace").partition(": ")
            if name not in {ENVELOPE_FROM, ENVELOPE_TO}:
                break
            if name == ENVELOPE_TO:
                found.add(value.strip().casefold())
    return found


def summary(data: Path, key: str) -> CaughtLetter:
    with open_letter(data, key) as file:
        head = BytesHeaderParser(policy=letter_policy).parse(file)
        size = os.fstat(file.fileno()).st_size
    return CaughtLetter(
        key=key,
        caught_at=caught_at(key),
        envelope_from=str(head.get(ENVELOPE_FROM, "")),
        envelope_to=", ".join(str(one) for one in head.get_all(ENVELOPE_TO, [])),
        sender=str(head.get("From", "")),
        reader=reader_of(head),
        subject=str(head.get("Subject", "")),
        size=size,
    )


def empty_inbox(data: Path) -> int:
    """Deletes every letter; how many there were."""
    gone = 0
    for part in ("new", "cur"):
        with suppress(FileNotFoundError):
            for path in list((data / INBOX / part).iterdir()):
                path.unlink(missing_ok=True)
                gone += 1
    return gone


def reader_of(head: Message) -> str:
    """The name in the To line, else the address there; "" where the line says nothing that can be read."""
    to = head.get("To")
    first = next(iter(getattr(to, "addresses", ())), None)
    return (first.display_name or first.addr_spec) if first is not None else str(to or "")


def caught_at(key: str) -> datetime:
    return datetime.strptime(key.partition("-")[0], "%Y%m%d%H%M%S.%f").replace(tzinfo=UTC)


def read_letter(data: Path, key: str) -> EmailMessage:
    """The letter, parsed; its envelope stands in the two headers named above.

    Raises:
        NotFound: there is no letter of that key.
    """
    return BytesParser(policy=letter_policy).parsebytes(raw_letter(data, key))


def raw_letter(data: Path, key: str) -> bytes:
    with open_letter(data, key) as file:
        return file.read()


def without_envelope(letter: bytes) -> bytes:
    """The letter as it came over SMTP: what `keep_letter` set before it taken off."""
    while letter.startswith((f"{ENVELOPE_FROM}: ".encode(), f"{ENVELOPE_TO}: ".encode())):
        letter = letter.partition(b"\r\n")[2]
    return letter


def open_letter(data: Path, key: str) -> BinaryIO:
    """Mail programs that read the folder move a letter to `cur` and add flags to its name."""
    if KEY.fullmatch(key):
        for path in (data / INBOX / "new" / key, *(data / INBOX / "cur").glob(f"{key}*")):
            with suppress(FileNotFoundError):
                return path.open("rb")
    raise NotFound("There is no such letter in the inbox.")
