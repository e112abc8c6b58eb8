"""Bytes as text: which encoding they are in, and how large a source may be."""

from emails.errors import ArticleBroken

MAX_BYTES = 2 * 1024 * 1024
"""Of one article's text."""

MAX_EXPORT = 24 * 1024 * 1024
"""Of a file with many articles; read into memory it takes up to eight times as much."""

_MARKS = ((b"\xef\xbb\xbf", "utf-8"), (b"\xff\xfe", "utf-16-le"), (b"\xfe\xff", "utf-16-be"))


def text_of_bytes(data: bytes) -> str:
    """The text, by its byte order mark, as UTF-8, or as the old code page of Windows.

    Raises: ArticleBroken for what is text in none of them.
    """
    for mark, encoding in _MARKS:
        if data.startswith(mark):
            return _strictly(data[len(mark) :], encoding)
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError:
        return _strictly(data, "cp1252")


def refuse_large(size: int, most: int) -> None:
    """Raises: ArticleBroken for a source of more than `most` bytes."""
    if size > most:
        much, limit = size / 1_000_000, most / 1_000_000
        raise ArticleBroken(
            f"It is {much:.1f} MB, the limit is {limit:.1f} MB. Split it, or take embedded pictures out."
        )


def _strictly(data: bytes, encoding: str) -> str:
    """Text in one encoding; control characters mean that it never was text."""
    try:
        text = data.decode(encoding)
    except UnicodeDecodeError as wrong:
        raise ArticleBroken(
            f"Byte {wrong.start + 1:,} is no text in any encoding known here. Save the article as UTF-8."
        ) from wrong
    if encoding == "cp1252" and any(char < " " and char not in "\t\n\r\f\x1a" for char in text):
        raise ArticleBroken("It holds binary data, not text. Save the article as text, Markdown or HTML.")
    return text
