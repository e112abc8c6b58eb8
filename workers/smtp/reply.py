"""Replies of a mail server, cut from the byte stream within limits. What a reply means stands in `replies.py`."""

import re
from dataclasses import dataclass
from functools import cached_property, lru_cache

LONGEST_LINE = 2_000
MOST_LINES = 200
LONGEST_TEXT = 200

_LINE = re.compile(rb"([2-5][0-9]{2})(?:([ -])(.*))?", re.DOTALL)
_ENHANCED = re.compile(rb"([245])\.(\d{1,3})\.(\d{1,3})(?=\s|$)")
_UNPRINTABLE = re.compile(r"[^ -~]")


class ReplyBroken(ValueError):
    """Bytes that are no reply of RFC 5321, or more of them than a server has any reason to send.

    `before` are the complete replies that came before them in the same bytes, and are as true as any.
    """

    def __init__(self, why: str) -> None:
        super().__init__(why)
        self.before: list[Reply] = []


@dataclass(frozen=True)
class Reply:
    """One complete reply; `lines` are what followed the code on each line. Servers repeat themselves: read once."""

    code: int
    lines: tuple[bytes, ...]

    @cached_property
    def enhanced(self) -> str:
        """The code of RFC 2034, such as "5.1.1", or "" where the server gave none of the same class."""
        found = _ENHANCED.match(self.lines[0])
        if found is None or int(found[1]) != self.code // 100:
            return ""
        return found[0].decode("ascii")

    @cached_property
    def text(self) -> str:
        """What the server said, without codes: at most 200 printable bytes, on one line."""
        words = [_said_on(line) for line in self.lines]
        return printable(words[0] if len(words) == 1 else b" ".join(word for word in words if word))


def _said_on(line: bytes) -> bytes:
    found = _ENHANCED.match(line)  # where it belongs; otherwise it may stand anywhere
    return (line[found.end() :] if found else _ENHANCED.sub(b"", line, count=1)).strip()


def printable(said: bytes) -> str:
    """At most 200 bytes of `said`, everything outside printable ASCII replaced."""
    text = said[:LONGEST_TEXT].decode("latin-1")
    return text if text.isascii() and text.isprintable() else _UNPRINTABLE.sub("?", text)


@lru_cache(maxsize=64)
def read_whole(line: bytes) -> Reply | None:
    """The reply that this line is all of, None for any other line; most of what servers say they say again."""
    found = _LINE.fullmatch(line)
    return Reply(int(found[1]), (found[3] or b"",)) if found and found[2] != b"-" else None


def _check_length(line: bytes) -> None:
    if len(line) > LONGEST_LINE:
        raise ReplyBroken(f"a reply line is longer than {LONGEST_LINE} octets")


class ReplyReader:
    """Turns bytes as they arrive into replies."""

    def __init__(self) -> None:
        self._buffer = b""
        self._code = 0
        self._lines: list[bytes] = []

    @property
    def empty(self) -> bool:
        """Whether every byte so far belonged to a complete reply."""
        return not self._buffer and not self._lines

    def feed(self, data: bytes) -> list[Reply]:
        """The replies completed by `data`.

        Raises:
            ReplyBroken: a line over 2,000 octets, over 200 lines, a code that changes between lines, no reply at all.
        """
        *lines, rest = (self._buffer + data).split(b"\n")
        self._buffer = rest
        replies: list[Reply] = []
        try:
            for line in lines:
                reply = self._read_line(line)
                if reply is not None:
                    replies.append(reply)
            _check_length(rest)
        except ReplyBroken as broken:
            broken.before = replies
            raise
        return replies

    def _read_line(self, line: bytes) -> Reply | None:
        if len(line) >= LONGEST_LINE:
            _check_length(line + b"\n")
        line = line.rstrip(b"\r")
        if not self._lines and (whole := read_whole(line)):
            return whole
        found = _LINE.fullmatch(line)
        if found is None:
            raise ReplyBroken(f"this is no SMTP reply: {printable(line)[:60]}")
        code = int(found[1])
        if self._lines and code != self._code:
            raise ReplyBroken(f"the code of one reply changes from {self._code} to {code}")
        self._code = code
        self._lines.append(found[3] or b"")
        if len(self._lines) > MOST_LINES:
            raise ReplyBroken(f"a reply has more than {MOST_LINES} lines")
        if found[2] == b"-":
            return None
        reply = Reply(code, tuple(self._lines))
        self._lines = []
        return reply
