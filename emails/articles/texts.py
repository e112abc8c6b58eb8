"""Bytes as text: which encoding they are in, and how large a source may be."""

import codecs
import re

from emails.articles.old_encodings import likely_encoding
from emails.errors import ArticleBroken

MAX_BYTES = 2 * 1024 * 1024
"""Of one article's text."""

MAX_EXPORT = 24 * 1024 * 1024
"""Of a file with many articles; read into memory it takes up to eight times as much."""

_MARKS = ((b"\xef\xbb\xbf", "utf-8"), (b"\xff\xfe", "utf-16-le"), (b"\xfe\xff", "utf-16-be"))
_DECLARED = re.compile(
    rb"<\?xml\b[^<>]{0,200}\bencoding\s*=\s*[\"']([\w.:-]{2,40})|<meta\b[^<>]{0,300}\bcharset\s*=\s*[\"']?\s*([\w.:-]{2,40})",
    re.IGNORECASE,
)
_DECLARED_WITHIN = 4_096


def text_of_bytes(data: bytes, *, told: str = "") -> str:
    """The text, by its byte order mark, as UTF-8, as it says itself, as `told` beside it, or as it looks.

    Raises: ArticleBroken for what is text in no encoding that is still in use.
    """
    for mark, encoding in _MARKS:
        if data.startswith(mark):
            return _strictly(data[len(mark) :], encoding)
    wide = _wide(data)
    if wide:
        return _strictly(data, wide)
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError:
        if _is_faulty_utf8(data):
            return data.decode("utf-8", "replace")
    declared = _DECLARED.search(data, 0, _DECLARED_WITHIN)
    for encoding in (told, (declared[1] or declared[2]).decode("ascii", "replace") if declared else ""):
        if (known := _known(encoding)) and (text := _decoded(data, known)) is not None:
            return text
    return _strictly(data, likely_encoding(data))


def refuse_large(size: int, most: int) -> None:
    """Raises: ArticleBroken for a source of more than `most` bytes."""
    if size > most:
        much, limit = size / 1_000_000, most / 1_000_000
        raise ArticleBroken(
            f"It is {much:.1f} MB, the limit is {limit:.1f} MB. Split it, or take embedded pictures out."
        )


def _wide(data: bytes) -> str:
    """UTF-16 without a mark: every other byte of its first words is empty, or "" for anything else."""
    head = data[:2_000]
    if len(head) < 4 or b"\x00" not in head:  # noqa: PLR2004  two letters
        return ""
    even, odd = head[0::2].count(0), head[1::2].count(0)
    half = len(head) // 2
    if odd > 0.7 * half and not even:
        return "utf-16-le"
    return "utf-16-be" if even > 0.7 * half and not odd else ""


def _is_faulty_utf8(data: bytes) -> bool:
    """Whether a text is UTF-8 but for a few bytes, as when it was cut off or put together of two files."""
    kept = data.decode("utf-8", "ignore")
    wide = len(kept) - len(kept.encode("ascii", "ignore"))
    return wide > 4 * (data.decode("utf-8", "replace").count("\ufffd") - kept.count("\ufffd"))


def _known(encoding: str) -> str:
    """The encoding's name in this program, or ""; what is called latin-1 on the web is the code page of Windows."""
    try:
        name = codecs.lookup(encoding.strip()).name if encoding.strip() else ""
        b"".decode(name or "utf-8")
    except (LookupError, ValueError):
        return ""
    return "cp1252" if name in {"iso8859-1", "ascii"} else name


def _decoded(data: bytes, encoding: str) -> str | None:
    try:
        text = data.decode(encoding)
    except (UnicodeDecodeError, LookupError, ValueError):
        return None
    return None if _is_binary(text) else text


def _is_binary(text: str) -> bool:
    return any(char < " " and char not in "\t\n\r\f\x1a\x1b" for char in text)


def _strictly(data: bytes, encoding: str) -> str:
    """Text in one encoding; control characters mean that it never was text."""
    try:
        text = data.decode(encoding)
    except UnicodeDecodeError as wrong:
        raise ArticleBroken(
            f"Byte {wrong.start + 1:,} is no text in any encoding known here. Save the article as UTF-8."
        ) from wrong
    if encoding == "cp1252" and _is_binary(text):
        raise ArticleBroken("It holds binary data, not text. Save the article as text, Markdown or HTML.")
    return text
