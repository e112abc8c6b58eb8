"""Quoted-printable pieces that can be joined in any order: each starts and ends at column 0 (RFC 2045 §6.7).

A "." at column 0 is written =2E, so that a finished message needs no dot-stuffing; no line is longer than 76.
"""

import re
from binascii import a2b_qp, b2a_qp
from collections.abc import Iterable

SOFT_BREAK = "=\r\n"
_LINE_LIMIT = 76
_SHORT = 70
_LINE_ENDS = re.compile(r"\r\n?")
_PLAIN_VALUE = re.compile(r"[A-Za-z0-9 !\"#$%&'()*+,/:;<>?@\[\\\]^_`{|}~-][A-Za-z0-9 !-<>-~]{0,69}")


def encode_text(text: str) -> str:
    """A whole part, ending as it ends; line ends of any kind become CRLF."""
    return "\r\n".join(_lines(text))


def encode_piece(text: str) -> str:
    """A piece of a part that decodes to `text` and leaves the next piece at column 0. Empty text gives nothing."""
    if not text:
        return ""
    lines = _lines(text)
    if not lines[-1]:
        return "\r\n".join(lines)
    if len(lines[-1]) < _LINE_LIMIT:
        return "\r\n".join(lines) + SOFT_BREAK
    head, tail = _cut(lines[-1])
    tail = f"=2E{tail[1:]}" if tail.startswith(".") else tail
    return "\r\n".join([*lines[:-1], f"{head}=", tail]) + SOFT_BREAK


def encode_value(text: str) -> bytes:
    """One value on one line of its own, as bytes; the quick way for what most values are."""
    if _PLAIN_VALUE.fullmatch(text):
        return text.encode("ascii") + b"=\r\n"
    return encode_piece(text).encode("ascii")


def decode(pieces: Iterable[bytes]) -> str:
    """What a mail program reads from joined pieces, with plain line feeds."""
    return a2b_qp(b"".join(pieces)).decode().replace("\r\n", "\n")


def _lines(text: str) -> list[str]:
    lines: list[str] = []
    for line in _encoded(text).split("\n"):
        if len(line) <= _LINE_LIMIT and line[:1] != ".":
            lines.append(line)
        else:
            lines.extend(_without_leading_dots(line))
    return lines


def _encoded(text: str) -> str:
    plain = _LINE_ENDS.sub("\n", text) if "\r" in text else text
    return b2a_qp(plain.encode("utf-8", "replace")).decode("ascii")


def _without_leading_dots(line: str) -> Iterable[str]:
    for part in _within_limit(line):
        rest = part
        while rest.startswith("."):
            rest = f"=2E{rest[1:]}"
            if len(rest) <= _LINE_LIMIT:
                break
            head, tail = _cut(rest)
            yield f"{head}="
            rest = tail
        yield rest


def _within_limit(line: str) -> Iterable[str]:
    """The standard library writes a blank at a line's end as =20 without looking whether there is room."""
    rest = line
    while len(rest) > _LINE_LIMIT:
        head, rest = _cut(rest)
        yield f"{head}="
    yield rest


def _cut(line: str) -> tuple[str, str]:
    """A line in two, never inside an =XX."""
    at = _SHORT
    while "=" in line[at - 2 : at]:
        at -= 1
    return line[:at], line[at:]
