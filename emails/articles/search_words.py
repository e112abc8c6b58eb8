"""Words as a search compares them: small letters without marks, in every script; and the lines a word was found in.

Scripts without spaces between words (Han, kana, Thai and their like) are cut into pairs of signs.
"""

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

LONGEST_WORD = 40
LONGEST_QUERY = 200
MOST_TERMS = 8
BEFORE, AFTER = 70, 150
_WORD = re.compile(r"[^\W_]+")
_TOKEN = re.compile(r"[^\s]+")
_UNSPACED = re.compile("[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff]")
_TATWEEL = "\u0640"


@dataclass(frozen=True, slots=True)
class Piece:
    """A piece of an excerpt; `found` where it is what was searched for."""

    text: str
    found: bool = False


def folded(text: str) -> str:
    """The text as words are compared: "Übergrößen" and "ubergrossen" are one."""
    taken_apart = unicodedata.normalize("NFKD", text.casefold())
    bare = "".join(sign for sign in taken_apart if unicodedata.category(sign) not in {"Mn", "Mc", "Cf"})
    return unicodedata.normalize("NFC", bare.replace(_TATWEEL, "")).casefold()


def words_of(text: str) -> list[str]:
    """Every word in order, at most forty signs of each."""
    found: list[str] = []
    for word in _WORD.findall(folded(text)):
        if _UNSPACED.search(word):
            found += [a + b for a, b in pairwise(word)] or [word]
        else:
            found.append(word[:LONGEST_WORD])
    return found


def terms_of(query: str) -> tuple[str, ...]:
    """What a query asks for: its first eight different words, each the beginning of a word to be found."""
    return tuple(dict.fromkeys(words_of(query[:LONGEST_QUERY])))[:MOST_TERMS]


def excerpt(text: str, terms: Sequence[str]) -> tuple[Piece, ...]:
    """The text around the first word found, its finds marked; from its beginning where none is."""
    tidy = " ".join(text.split())
    tokens = [(match.start(), match.end(), _is_found(match[0], terms)) for match in _TOKEN.finditer(tidy)]
    first = next((start for start, _end, found in tokens if found), 0)
    shown = [one for one in tokens if one[1] > first - BEFORE and one[0] < first + AFTER]
    if not shown:
        return ()
    pieces = [Piece("… ")] if shown[0][0] else []
    for start, end, found in shown:
        word = Piece(tidy[start:end], found)
        if pieces and pieces[-1].found == found and not found:
            pieces[-1] = Piece(f"{pieces[-1].text}{word.text} ")
        else:
            pieces.append(word if found else Piece(f"{word.text} "))
        if found:
            pieces.append(Piece(" "))
    rest = (Piece("…"),) if shown[-1][1] < len(tidy) else ()
    return (*pieces, *rest)


def _is_found(token: str, terms: Sequence[str]) -> bool:
    return any(word.startswith(tuple(terms)) for word in words_of(token)) if terms else False
