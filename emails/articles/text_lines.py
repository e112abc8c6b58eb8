"""Plain text cut into chunks: hard-wrapped lines joined again, list items, code, rules and quoted lines told apart.

Nothing is judged here beyond the shape of lines; `plain_text.py` decides what each chunk means.
"""

import re
from dataclasses import dataclass
from enum import StrEnum
from itertools import pairwise
from statistics import mean

from emails.articles.remarks import refuse_lines


class Kind(StrEnum):
    TEXT = "text"
    ITEM = "item"
    CODE = "code"
    RULE = "rule"
    QUOTED = "quoted"


@dataclass(slots=True)
class Chunk:
    """A stretch of lines that belongs together. `whole` is the text with its list marker, as written."""

    kind: Kind
    text: str
    line: int
    indent: int = 0
    marker: str = ""
    whole: str = ""
    language: str = ""
    underline: str = ""
    lines: int = 1
    after_blank: bool = True


@dataclass(frozen=True, slots=True)
class _Line:
    text: str
    indent: int
    number: int


_NEWLINE = re.compile(r"\r\n|[\n\r\x85\u2028\u2029]")
_BULLET = re.compile(r"(?:([•·▪‣◦●○■□◆◇➤►▶∙⁃*+\-–—])\s+|([•●○■・])(?=\S))(\S.*)")
_NUMBER = re.compile(r"\(?(\d{1,3})[.)]\s+(\S.*)")
_RULE = re.compile(r"(?:[*\-_=~–—#]\s?){3,}|[⁂—]|\*\s+\*\s+\*")
_UNDERLINE = re.compile(r"(=|-|~)\1{2,}")
_FENCE = re.compile(r"(```|~~~)\s*([\w+#.-]{0,30})")
_CODE = re.compile(
    r"[{};]$|^(?:\$ |>>> |#!|//|/\*)|^(?:def|class|import|return|const|let|var|function|npm|pip|git|sudo|curl)\s"
    r"|\(\)|==|!=|=>|->|::|^\w+\s?[+-]?=\s|^[\w.]+\(.*\)[;:]?$|^</?\w+[^<>]*>$|^(?:for|if|while|else)\b.*:$"
)
_CJK = re.compile(r"[\u3000-\u30ff\u3400-\u9fff\uf900-\ufaff\uff00-\uffef]")


def read_chunks(text: str) -> list[Chunk]:
    """The text as chunks in order.

    Raises: ArticleBroken when there are more lines than any article has.
    """
    lines = [_line(raw, number) for number, raw in enumerate(_NEWLINE.split(text), start=1)]
    refuse_lines(text)
    groups = _groups(lines)
    width = wrap_width([[line.text for line in group] for group in groups if isinstance(group, list)])
    chunks: list[Chunk] = []
    for group in groups:
        chunks += [group] if isinstance(group, Chunk) else _chunks_of(group, width)
    return chunks


def wrap_width(groups: list[list[str]]) -> int:
    """The width at which an editor cut the lines, or 0 where every line is a paragraph of its own."""
    pairs = [pair for group in groups for pair in pairwise(group) if not _starts_item(pair[1])]
    if len(pairs) < 2:  # noqa: PLR2004  one pair of lines is no habit
        return 0
    full = [len(first) for first, _ in pairs if 45 <= len(first) <= 100]  # noqa: PLR2004  the usual widths
    flowing = mean(_goes_on(second) for _, second in pairs)
    if len(full) / len(pairs) < 0.6 or flowing < 0.35:  # noqa: PLR2004  measured on prose in four languages
        return 0
    return max(full)


def is_code_like(text: str) -> bool:
    return bool(_CODE.search(text[:500].strip()))


def _line(raw: str, number: int) -> _Line:
    text = raw.expandtabs(4).rstrip() if len(raw) < 10_000 else raw.strip()  # noqa: PLR2004  no list is that wide
    bare = text.lstrip()
    return _Line(bare, len(text) - len(bare), number)


def _groups(lines: list[_Line]) -> list[list[_Line] | Chunk]:
    """Runs of lines without a blank one between, and fenced code as chunks."""
    groups: list[list[_Line] | Chunk] = []
    group: list[_Line] = []
    skip_to = 0
    fences = _fences(lines)
    for position, line in enumerate(lines):
        if position < skip_to:
            continue
        end = fences.get(position)
        if (end is not None or not line.text) and group:
            groups.append(group)
            group = []
        if end is not None:
            groups.append(_fenced(lines[position : end + 1]))
            skip_to = end + 1
        elif line.text:
            group.append(line)
    return [*groups, group] if group else groups


def _fences(lines: list[_Line]) -> dict[int, int]:
    """Where fenced code begins and ends; a fence that is never closed is none."""
    found: dict[int, int] = {}
    opened: tuple[int, str] | None = None
    for position, line in enumerate(lines):
        fence = _FENCE.fullmatch(line.text)
        if not fence:
            continue
        if opened is None:
            opened = (position, fence[1])
        elif fence[1] == opened[1] and not fence[2]:
            found[opened[0]] = position
            opened = None
    return found


def _fenced(lines: list[_Line]) -> Chunk:
    fence = _FENCE.fullmatch(lines[0].text)
    body = "\n".join(" " * line.indent + line.text for line in lines[1:-1])
    return Chunk(Kind.CODE, body, lines[0].number, language=fence[2] if fence else "")


def _chunks_of(group: list[_Line], width: int) -> list[Chunk]:
    if all(line.text.startswith(">") for line in group):
        said = " ".join(line.text.lstrip("> ") for line in group).strip()
        return [Chunk(Kind.QUOTED, said, group[0].number)] if said else []
    if _is_code(group):
        shift = min(line.indent for line in group)
        body = "\n".join(" " * (line.indent - shift) + line.text for line in group)
        return [Chunk(Kind.CODE, body, group[0].number)]
    chunks: list[Chunk] = []
    before: _Line | None = None
    for line in group:
        _add(chunks, line, before=before, width=width)
        before = line
    return chunks


def _is_code(group: list[_Line]) -> bool:
    if any(_starts_item(line.text) for line in group):
        return False
    share = mean(is_code_like(line.text) for line in group)
    return share >= (0.3 if all(line.indent >= 4 for line in group) else 0.6) and len(group) > 1  # noqa: PLR2004


def _add(chunks: list[Chunk], line: _Line, *, before: _Line | None, width: int) -> None:
    current = chunks[-1] if before else None
    underline = _UNDERLINE.fullmatch(line.text)
    if current and underline and current.kind is Kind.TEXT and current.lines == 1 and not current.underline:
        current.underline = underline[1]
    elif _RULE.fullmatch(line.text):
        chunks.append(Chunk(Kind.RULE, "", line.number, whole=line.text))
    elif current and before and not _starts_item(line.text) and _continues(current, before, line, width):
        current.text = _join(current.text, line.text)
        current.whole = _join(current.whole, line.text)
        current.lines += 1
    else:
        chunks.append(_started(line, after_blank=before is None))


def _started(line: _Line, *, after_blank: bool) -> Chunk:
    bullet, number = _BULLET.fullmatch(line.text), _NUMBER.fullmatch(line.text)
    chunk = Chunk(Kind.TEXT, line.text, line.number, indent=line.indent, whole=line.text)
    chunk.after_blank = after_blank
    if bullet:
        chunk.kind, chunk.marker, chunk.text = Kind.ITEM, bullet[1] or bullet[2], bullet[3]
    elif number:
        chunk.kind, chunk.marker, chunk.text = Kind.ITEM, number[1], number[2]
    return chunk


def _continues(current: Chunk, before: _Line, line: _Line, width: int) -> bool:
    if current.kind is Kind.RULE or current.underline:
        return False
    if current.kind is Kind.ITEM and line.indent > current.indent:
        return True
    next_word = len(line.text.split(None, 1)[0])
    return bool(width) and before.indent + len(before.text) + 1 + next_word > width * 0.8


def _join(first: str, second: str) -> str:
    if first.endswith("-") and first[-2:-1].isalpha() and second[:1].isalpha():
        return first + second
    glued = _CJK.match(first[-1]) and _CJK.match(second[0])
    return first + second if glued else f"{first} {second}"


def _starts_item(text: str) -> bool:
    return bool(_BULLET.match(text) or _NUMBER.match(text))


def _goes_on(text: str) -> bool:
    """Whether a line begins in the middle of a sentence, as far as its first letter tells."""
    letter = next((char for char in text[:20] if char.isalpha()), "A")
    return not letter.isupper()
