"""A moving GIF with nothing in it but its frames: remarks, foreign data and whatever hangs on behind are left out."""

HEADERS = (b"GIF87a", b"GIF89a")
SCREEN = 13
"""Bytes of the header and of the screen that follows it."""

EXTENSION, IMAGE, TRAILER = 0x21, 0x2C, 0x3B
CONTROL, APPLICATION = 0xF9, 0xFF
LOOPS = (b"NETSCAPE2.0", b"ANIMEXTS1.0")
DESCRIPTOR = 10


def bare_gif(data: bytes) -> bytes:
    """The same frames, times and loops; no comment, no text, no data of programs, nothing after the end.

    Raises:
        ValueError: it is no GIF, or is broken off.
    """
    if data[:6] not in HEADERS:
        raise ValueError("it does not begin as a GIF")
    at = SCREEN + colours(byte(data, 10))
    kept = [data[:at]]
    while (kind := byte(data, at)) != TRAILER:
        if kind == EXTENSION:
            end = behind_blocks(data, at + 2)
            if is_kept(data, at):
                kept.append(data[at:end])
        elif kind == IMAGE:
            end = behind_blocks(data, at + DESCRIPTOR + colours(byte(data, at + DESCRIPTOR - 1)) + 1)
            kept.append(data[at:end])
        else:
            raise ValueError(f"byte {at + 1} begins nothing that a GIF holds")
        at = end
    return b"".join([*kept, bytes([TRAILER])])


def is_kept(data: bytes, at: int) -> bool:
    """Whether an extension says how frames are shown, or how often."""
    kind = byte(data, at + 1)
    return kind == CONTROL or (kind == APPLICATION and data[at + 3 : at + 14] in LOOPS)


def colours(flags: int) -> int:
    """Bytes of the table of colours that these flags announce."""
    return 3 << ((flags & 0x07) + 1) if flags & 0x80 else 0


def behind_blocks(data: bytes, at: int) -> int:
    """Where a run of blocks, each with its length before it, has ended."""
    while length := byte(data, at):
        at += length + 1
    return at + 1


def byte(data: bytes, at: int) -> int:
    if at >= len(data):
        raise ValueError("it is broken off")
    return data[at]
