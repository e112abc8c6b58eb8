"""The text of a WordPress post as plain HTML: blocks' comments, shortcodes, blank lines that mean paragraphs."""

import re
from collections.abc import Mapping
from html import escape

from emails.articles.blocks import Remark
from emails.articles.wordpress_shortcodes import without_shortcodes

_BLOCK_COMMENT = re.compile(r"<!--\s{0,20}/?wp:(?P<name>[a-z0-9/-]{1,80})(?P<rest>[^<>]{0,20000}?)-->")
_EMPTY_BLOCKS = frozenset({"spacer", "separator", "more", "nextpage", "page-break", "block"})
_EMBED = re.compile(
    r'(class="[^"<>]{0,300}wp-block-embed__wrapper[^"<>]{0,100}">)\s*(https?://[^\s<>"]{1,2000})\s*(?=</div>)'
)
_URL_LINE = re.compile(
    r"(?m)^[ \t]{0,20}(?:<p>)?[ \t]{0,20}(https?://[^\s<>\"]{1,2000})[ \t]{0,20}(?:</p>)?[ \t]{0,20}$"
)
_PLAYED = re.compile(
    r"https?://(?:[\w-]{1,60}\.){0,3}(?:youtube\.com|youtu\.be|vimeo\.com|soundcloud\.com|spotify\.com|twitter\.com"
    r"|x\.com|instagram\.com|tiktok\.com|ted\.com|dailymotion\.com|flickr\.com|reddit\.com|mixcloud\.com"
    r"|facebook\.com)/",
    re.IGNORECASE,
)
_PROTECTED = re.compile(
    r"<(pre|script|style|textarea|code)\b[^<>]{0,500}>(?:(?!<\1\b).)*?</\1\s{0,9}>", re.IGNORECASE | re.DOTALL
)
_NAMES = (
    "address|article|aside|blockquote|div|dl|dd|dt|fieldset|figure|figcaption|footer|form|h[1-6]|header|hr|iframe|li"
    "|main|nav|ol|p|pre|section|table|tbody|td|tfoot|th|thead|tr|ul|video|audio"
)
_BLOCK_TAG = re.compile(rf"(</?(?:{_NAMES})\b[^<>]{{0,3000}}>)", re.IGNORECASE)
_BREAK = re.compile(r"\n[ \t]*\n\s*")
_HELD = re.compile(r"\ufdd1(\d{1,9})\ufdd1")


def wordpress_html(text: str, pictures: Mapping[str, str]) -> tuple[str, list[Remark]]:
    """The post's text as HTML, not yet safe; `pictures` are the addresses of attachments by their number."""
    remarks: list[Remark] = []
    source = text.replace("\r\n", "\n").replace("\r", "\n").replace("\ufdd1", "")
    with_blocks = "<!-- wp:" in source
    if with_blocks:
        source, left_out = _without_comments(source)
        if left_out:
            names = ", ".join(left_out)[:200]
            message = f"Blocks that WordPress fills itself were left out: {names}. Write their words, or do without."
            remarks.append(Remark("blocks_left_out", message))
        source = _EMBED.sub(_player, source)
    held = _Held()
    source, said = without_shortcodes(_PROTECTED.sub(held.hold, source), pictures)
    return held.release(source if with_blocks else paragraphs(source)), [*remarks, *said]


def paragraphs(text: str) -> str:
    """Blank lines as paragraphs, single line ends as line breaks, addresses of players alone in a line as players."""
    pieces: list[str] = []
    for part in _BLOCK_TAG.split(_URL_LINE.sub(_played_line, text)):
        if _BLOCK_TAG.fullmatch(part):
            pieces.append(part)
        elif part.strip():
            pieces += [_paragraph(one) for one in _BREAK.split(part) if one.strip()]
    return "".join(pieces)


class _Held:
    """Code and scripts, put aside while the words around them are changed."""

    def __init__(self) -> None:
        self._kept: list[str] = []

    def hold(self, match: re.Match[str]) -> str:
        self._kept.append(match[0])
        mark = f"\ufdd1{len(self._kept) - 1}\ufdd1"
        return mark if match[1].lower() == "code" else f"\n\n{mark}\n\n"

    def release(self, text: str) -> str:
        return _HELD.sub(lambda match: self._kept[int(match[1])], text)


def _paragraph(text: str) -> str:
    """Words between block tags; in a list item or a cell a paragraph of its own reads the same."""
    lines = [line.strip() for line in text.strip().split("\n")]
    return f"<p>{'<br>'.join(lines)}</p>"


def _without_comments(source: str) -> tuple[str, list[str]]:
    left_out: set[str] = set()

    def name(match: re.Match[str]) -> str:
        if match["rest"].rstrip().endswith("/") and match["name"] not in _EMPTY_BLOCKS:
            left_out.add(match["name"])
        return ""

    return _BLOCK_COMMENT.sub(name, source), sorted(left_out)


def _player(match: re.Match[str]) -> str:
    return f'{match[1]}<iframe src="{escape(match[2])}"></iframe>'


def _played_line(match: re.Match[str]) -> str:
    played = _PLAYED.match(match[1])
    return f'\n\n<iframe src="{escape(match[1])}"></iframe>\n\n' if played else match[0]
