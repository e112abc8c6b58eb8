"""Text cut into sentences without losing a character but the blanks between them."""

import re

_END = re.compile(r"[.!?…][”\"’»)\]]*\s+(?=[“\"„«(¿¡]?[^\W_a-zß-ÿ])|[。！？]+[」』）]*\s*(?=\S)")
_ABBREVIATION = re.compile(
    r"(?:\b(?:Mr|Mrs|Ms|Dr|Prof|St|No|Nr|Inc|Ltd|Co|vs|etc|bzw|ca|approx|Fig|Vol)|\b[A-Za-z]|\b(?:e\.g|i\.e|a\.m|p\.m|z\.\s?B))\.\s+$"
)


def sentences_of(text: str) -> list[str]:
    """The sentences in order, each with the blanks that follow it: put together they are the text again."""
    found: list[str] = []
    start = 0
    for match in _END.finditer(text):
        if not _ABBREVIATION.search(text[max(start, match.end() - 12) : match.end()]):
            found.append(text[start : match.end()])
            start = match.end()
    return [*found, text[start:]] if text[start:].strip() else found
