"""Which old encoding bytes are in that do not say it: a guess by scripts, by small letters and by common words."""

import re

from charset_normalizer import from_bytes

LOOKED_AT = 60_000
FEWEST = 8
"""Bytes beyond ASCII; fewer tell nothing, and the old code page of Windows is by far the most common."""

_FOREIGN_SHARE = 0.4
"""Of all letters: texts in Latin letters have fewer bytes beyond ASCII than this, others more."""

_WORD = re.compile(rb"(?<![\x80-\xffa-zA-Z])[a-z]{2,8}(?![\x80-\xffa-zA-Z])")
_WESTERN = frozenset(
    b"the and of to in is der die und das ist nicht le la les et des une est el los que una por il di che non per os um"
    b" uma para och att det en som og er til de het een van met ja on ei oli".split()
)
_FAMILIES = {
    "cp1250": frozenset(
        b"nie jest jak przez oraz tak jako pro jsou byl az pod nad egy hogy nem meg mint csak som ako sto iz czy tylko"
        b" bardzo aby bylo ktory kde".split()
    ),
    "cp1254": frozenset(b"bir ve bu ile gibi daha ne var ben olan olarak kadar sonra".split()),
}
_KANA = re.compile("[\u3041-\u309f\u30a1-\u30ff]")
_HANGUL = re.compile("[\uac00-\ud7a3]")
_SMALL_CYRILLIC = re.compile("[\u0430-\u044f]")
_SYMBOL_IN_WORD = re.compile("(?<=[^\\W\\d_])[\u0080-\u00a9\u00ab-\u00b4\u00b6-\u00b9\u00bc-\u00bf](?=[^\\W\\d_])")
_SCRIPTS = ("cp1251", "koi8_r", "cp1253", "cp1255", "cp1256", "cp874", "cp932", "euc_jp", "gb18030", "big5", "cp949")


def likely_encoding(data: bytes) -> str:
    """The encoding in which the bytes look most like words; cp1252 where nothing speaks for another."""
    head = data[:LOOKED_AT]
    beyond = len(head) - len(head.decode("ascii", "ignore"))
    latin = sum(head.count(byte) for byte in b"abcdefghijklmnopqrstuvwxyz")
    if beyond < FEWEST:
        return "cp1252"
    return _latin(head) if beyond < _FOREIGN_SHARE * (beyond + latin) else _foreign(head)


def _latin(head: bytes) -> str:
    words = _WORD.findall(head)
    western = sum(word in _WESTERN for word in words)
    hits = {encoding: sum(word in common for word in words) for encoding, common in _FAMILIES.items()}
    best = max(hits, key=lambda encoding: hits[encoding])
    odd = {one: _oddities(head, one) for one in ("cp1252", "cp1250", "iso8859_2")}
    if odd["cp1252"] > 1 + min(odd.values()):
        return min(odd, key=lambda encoding: odd[encoding])
    if hits[best] <= western or hits[best] * 20 < len(words):
        return "cp1252"
    return best


def _oddities(head: bytes, encoding: str) -> int:
    """How often it makes a sign of something inside a word, or nothing at all."""
    text = head.decode(encoding, "replace")
    return len(_SYMBOL_IN_WORD.findall(text)) + 10 * text.count("\ufffd")


def _foreign(head: bytes) -> str:
    for encoding, script, share in (("cp932", _KANA, 0.25), ("euc_jp", _KANA, 0.25), ("cp949", _HANGUL, 0.6)):
        text = head.decode(encoding, "ignore")
        letters = sum(char.isalpha() for char in text)
        if _reads(head, encoding) and len(script.findall(text)) > share * letters:
            return encoding
    small = {one: len(_SMALL_CYRILLIC.findall(head.decode(one, "ignore"))) for one in ("cp1251", "koi8_r")}
    beyond = sum(byte > 127 for byte in head)  # noqa: PLR2004  ASCII
    if small["koi8_r"] > 4 * small["cp1251"] and small["koi8_r"] > 0.7 * beyond:
        return "koi8_r"
    best = from_bytes(head, cp_isolation=list(_SCRIPTS), steps=5, preemptive_behaviour=False).best()
    return best.encoding if best and _reads(head, best.encoding) else "cp1252"


def _reads(head: bytes, encoding: str) -> bool:
    """Whether all bytes are letters in it, but for one that the end of the sample may have cut."""
    try:
        return "\ufffd" not in head.decode(encoding, "replace")[:-1]
    except LookupError:
        return False
