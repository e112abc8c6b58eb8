"""The body of an answer, unpacked as it comes and never beyond its limit."""

import zlib
from collections.abc import Iterable

MAX_CODINGS = 2
_GZIP = 16 + zlib.MAX_WBITS
_STEP = 64 * 1024


class TooLarge(Exception):
    """More bytes came, packed or unpacked, than were allowed."""


class UnknownCoding(Exception):
    """The body is packed in a way that was not asked for, or is broken."""


def read_body(chunks: Iterable[bytes], coding: str, most: int) -> bytes:
    """The unpacked bytes. Raises: TooLarge, UnknownCoding."""
    codings = [one.strip().lower() for one in coding.split(",") if one.strip().lower() not in {"", "identity"}]
    if len(codings) > MAX_CODINGS or not set(codings) <= {"gzip", "x-gzip", "deflate"}:
        raise UnknownCoding(coding)
    stream: Iterable[bytes] = _counted(chunks, most)
    for one in reversed(codings):
        stream = _unpacked(stream, one)
    return b"".join(_counted(stream, most))


def _counted(chunks: Iterable[bytes], most: int) -> Iterable[bytes]:
    total = 0
    for chunk in chunks:
        total += len(chunk)
        if total > most:
            raise TooLarge
        yield chunk


def _unpacked(chunks: Iterable[bytes], coding: str) -> Iterable[bytes]:
    """At most `_STEP` bytes at a time, so that a bomb goes off in small portions."""
    unpacker = zlib.decompressobj(_GZIP if coding != "deflate" else zlib.MAX_WBITS)
    first = True
    for chunk in chunks:
        if first and coding == "deflate" and chunk and chunk[0] & 0x0F != 8:  # noqa: PLR2004  no zlib header
            unpacker = zlib.decompressobj(-zlib.MAX_WBITS)
        first = first and not chunk
        packed = chunk
        while packed and not unpacker.eof:
            try:
                yield unpacker.decompress(packed, _STEP)
            except zlib.error as wrong:
                raise UnknownCoding(coding) from wrong
            packed = unpacker.unconsumed_tail
    if not first and not unpacker.eof:
        raise UnknownCoding(coding)
