"""Words that run against their page: English in an Arabic letter, Hebrew in a French one.

Left to the page's direction, their full stops and brackets stand at the wrong end.
"""

import re

from emails.themes.theme import Page

_TO_THE_LEFT = re.compile("[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufefc]")
_TO_THE_RIGHT = re.compile("[A-Za-z\u00c0-\u02b8\u0370-\u0587\u1e00-\u1fff\u3040-\u9fff\uac00-\ud7af]")
_NO_WORDS = re.compile(r"<code>.*?</code>|<[^>]*>|&#?\w+;|\w*\d\w*")
"""Names of programs, markup, and words with figures in them, such as the marks of merge tags."""

_MOST = 3
"""So many times as many letters as the page's own direction has, words need to be turned."""


def turned(html: str, page: Page) -> str:
    """`ltr` or `rtl` where the words, inline XML of a page, mostly run against it and begin so; else ""."""
    if page.direction == "ltr" and not _TO_THE_LEFT.search(html):
        return ""
    words = _NO_WORDS.sub("", html)
    own, other = (_TO_THE_LEFT, _TO_THE_RIGHT) if page.direction == "rtl" else (_TO_THE_RIGHT, _TO_THE_LEFT)
    first = other.search(words)
    if first is None or own.search(words, 0, first.start()):
        return ""
    if len(other.findall(words)) <= _MOST * len(own.findall(words)):
        return ""
    return "ltr" if page.direction == "rtl" else "rtl"


def block_direction(html: str, page: Page) -> tuple[str, str]:
    """What a paragraph's or heading's tag needs for words against its page: an attribute, and a part of its style."""
    way = turned(html, page)
    if not way:
        return "", ""
    return f' dir="{way}"', f";text-align:{'left' if way == 'ltr' else 'right'}"


def inline_direction(html: str, page: Page) -> str:
    """The attribute that a tag around words against its page needs; they stay at the page's own side."""
    way = turned(html, page)
    return f' dir="{way}"' if way else ""
