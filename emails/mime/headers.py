"""Header fields as bytes: every value made harmless, encoded by RFC 2047 and folded at 78.

Nothing that comes in can end a line, so no value can add a field. One field a call, ending in CRLF.
"""

import re
from binascii import b2a_base64
from datetime import UTC, datetime
from email.utils import format_datetime
from functools import lru_cache

from emails.errors import AddressInvalid, LetterError

LINE_LIMIT = 78
WORD_LIMIT = 75
MAX_TEXT = 1000
"""Longer texts are cut: no mail program shows them, and a header block has its limits."""

MAX_PHRASE = 250
_ENVELOPE_OF_WORD = len("=?utf-8?q?") + len("?=")
_WORD_PAYLOAD = WORD_LIMIT - _ENVELOPE_OF_WORD
_BLANKS = re.compile(r"[\s\x00-\x20\x7f-\x9f\u2028\u2029]+")
_SURROGATES = re.compile(r"[\ud800-\udfff]")
_ATOMS = re.compile(r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~ -]+")
_PLAIN_TEXT = re.compile(r"[\x20-\x7e]*")
_WRITTEN_AS_IS = frozenset(b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789!*+-/")
_NAME = re.compile(r"[A-Za-z][A-Za-z0-9-]{0,70}")
_IDENTIFIER = re.compile(r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~.-]{1,128}@[A-Za-z0-9.-]{1,255}")
_UNSAFE_IN_ADDRESS = re.compile(r"[^\x21-\x7e]|[<>\"\\^`{|},]")


def clean(text: str, limit: int = MAX_TEXT) -> str:
    """One line without control characters, line separators and lone surrogates."""
    if text.isascii() and text.isprintable() and "  " not in text:  # as nearly all are
        return text.strip(" ")[:limit].rstrip(" ")
    return _BLANKS.sub(" ", _SURROGATES.sub("\ufffd", text)).strip()[:limit].rstrip()


def text_field(name: str, text: str) -> bytes:
    """An unstructured field such as Subject. Empty text gives no field."""
    return _text_field(name, clean(text))


def mailbox_field(name: str, display_name: str, address: str) -> bytes:
    """From, To or Reply-To with one mailbox. `address` has been through `check_address`."""
    return _folded(name, [*_phrase(display_name, len(name) + 2), f"<{_harmless_address(address)}>"])


def list_id_field(list_name: str, list_id: str) -> bytes:
    """RFC 2919: the list's name as people know it, and its lasting identifier, a dotted domain-like name."""
    if not re.fullmatch(r"[A-Za-z0-9_-]+(\.[A-Za-z0-9_-]+)+", list_id) or len(list_id) > 255:  # noqa: PLR2004 - RFC 2919
        raise LetterError("A list's identifier is a dotted name such as 4711.lists.example.com.")
    return _folded("List-Id", [*_phrase(list_name, len("List-Id: ")), f"<{list_id}>"])


def unsubscribe_field(url: str, mailto: str = "") -> bytes:
    """List-Unsubscribe with exactly one https or http address, and a mailbox where one reads it."""
    ways = [f"<{_harmless_url(url)}>"]
    if mailto:
        ways[0] += ","
        ways.append(f"<mailto:{_harmless_url(mailto.removeprefix('mailto:'))}>")
    return _folded("List-Unsubscribe", ways)


def message_id_field(message_id: str) -> bytes:
    """`message_id` stands without angle brackets, as `left@right`."""
    if not _IDENTIFIER.fullmatch(message_id):
        raise LetterError("A message id is written as left@right, in letters, digits and .-_+=.")
    return _folded("Message-ID", [f"<{message_id}>"])


@lru_cache(maxsize=64)
def date_field(date: datetime) -> bytes:
    """`date` must know its zone; the field is written in UTC."""
    if date.tzinfo is None:
        raise LetterError("A letter's date must know its time zone.")
    return f"Date: {format_datetime(date.astimezone(UTC))}\r\n".encode("ascii")


def extra_field(name: str, value: str) -> bytes:
    """A further field of the caller's, for what a transport or a signature asks for."""
    if not _NAME.fullmatch(name):
        raise LetterError(f"“{clean(name, 40)}” is no name for a header field.")
    return text_field(name, value)


@lru_cache(maxsize=1024)
def _text_field(name: str, text: str) -> bytes:
    if not text:
        return b""
    room = LINE_LIMIT - len(name) - 2
    if _PLAIN_TEXT.fullmatch(text) and "=?" not in text:
        if len(text) <= room:
            return f"{name}: {text}\r\n".encode("ascii")
        words = text.split(" ")
        if all(len(word) < LINE_LIMIT for word in words[1:]) and len(words[0]) <= room:
            return _folded(name, words)
    return _folded(name, _encoded_words(text, room))


def _phrase(text: str, used: int) -> list[str]:
    """A display name as words that may be folded between; `used` is what already stands on the first line."""
    text = clean(text, MAX_PHRASE)
    if not text:
        return []
    if text.isascii() and "=?" not in text:
        if len(text) < WORD_LIMIT - used and _ATOMS.fullmatch(text):
            return [text]
        quoted = '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'
        if len(quoted) < WORD_LIMIT - used:
            return [quoted]
    return _encoded_words(text, LINE_LIMIT - used)


def _encoded_words(text: str, first_room: int) -> list[str]:
    """The text as RFC 2047 words of at most 75 characters, cut between characters, never inside one."""
    as_q = [_q(character) for character in text]
    in_base64 = sum(map(len, as_q)) > 4 * -(-len(text.encode()) // 3)
    words: list[str] = []
    taken: list[str] = []
    size = 0
    room = _payload_room(min(WORD_LIMIT, first_room), in_base64=in_base64)
    for position, character in enumerate(text):
        cost = len(character.encode()) if in_base64 else len(as_q[position])
        if size + cost > room and taken:
            words.append(_encoded_word("".join(taken), in_base64=in_base64))
            taken, size = [], 0
            room = _payload_room(WORD_LIMIT, in_base64=in_base64)
        taken.append(character)
        size += cost
    words.append(_encoded_word("".join(taken), in_base64=in_base64))
    return words


def _payload_room(word_limit: int, *, in_base64: bool) -> int:
    payload = word_limit - _ENVELOPE_OF_WORD
    return payload // 4 * 3 if in_base64 else payload


def _encoded_word(text: str, *, in_base64: bool) -> str:
    if in_base64:
        return f"=?utf-8?b?{b2a_base64(text.encode(), newline=False).decode('ascii')}?="
    return f"=?utf-8?q?{''.join(map(_q, text))}?="


def _q(character: str) -> str:
    if character == " ":
        return "_"
    return "".join(chr(byte) if byte in _WRITTEN_AS_IS else f"={byte:02X}" for byte in character.encode())


def _folded(name: str, words: list[str]) -> bytes:
    """The first word always stands on the field's own line: some readers take an empty one for an empty field."""
    short = f"{name}: {' '.join(words)}\r\n"
    if len(short) <= LINE_LIMIT + 2:
        return short.encode()
    first, *others = words
    lines = [f"{name}: {first}"]
    for word in others:
        if len(lines[-1]) + 1 + len(word) > LINE_LIMIT:
            lines.append("")
        lines[-1] += f" {word}"
    return ("\r\n".join(lines) + "\r\n").encode()


def _harmless_address(address: str) -> str:
    """Refuses what would break out of the angle brackets; the rest is `check_address`'s promise."""
    if "@" not in address or len(address) > MAX_TEXT or clean(address) != address or re.search(r"[<>\s,;]", address):
        raise AddressInvalid("An address in a header must have been checked first.")
    return address


def _harmless_url(url: str) -> str:
    return _UNSAFE_IN_ADDRESS.sub(
        lambda match: "".join(f"%{byte:02X}" for byte in match[0].encode("utf-8", "replace")), url
    )
