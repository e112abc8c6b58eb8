"""The text part of a letter that was written as source: its HTML as words, links, lists and lines, wrapped at 72."""

import re
from dataclasses import dataclass, field

from emails.render.marks import Marks
from emails.render.plaintext import wrapped
from emails.render.source.html_table import named
from emails.render.source.tokens import Closing, Opening, Text, tokens

_BLOCKS = named(
    """
    address article aside blockquote body center dd div dl dt figcaption figure footer h1 h2 h3 h4 h5 h6 header hr li
    main nav ol p pre section table tbody tfoot thead tr ul
    """
)
_PARAGRAPHS = named("h1 h2 h3 h4 h5 h6 p ul ol table blockquote hr pre")
_CELLS = named("td th")
_SILENT = named("head style script title")
_HIDDEN = re.compile(r"display\s*:\s*none|mso-hide\s*:\s*all|visibility\s*:\s*hidden", re.IGNORECASE)
_UNSEEN = re.compile("[\u00ad\u034f\u200b-\u200d\u2007\ufeff]")
_BLANKS = re.compile(r"[ \t\r\n\f\v]+")
_STROKES = {"h1": "=", "h2": "-"}
_VOID = named("area br col hr img meta wbr input")


@dataclass(slots=True)
class _Link:
    address: str
    words: list[str] = field(default_factory=list)


def text_of_html(html: str, marks: Marks) -> str:
    """The words of the HTML as plain text that ends in a line feed; its marks stand where they stood."""
    reader = _Reader(marks)
    for token in tokens(html):
        if isinstance(token, Text) and not token.raw:
            reader.say(token.text)
        elif isinstance(token, Opening):
            reader.open(token)
        elif isinstance(token, Closing):
            reader.close(token.name)
    return reader.text()


class _Reader:
    def __init__(self, marks: Marks) -> None:
        self._marks = marks
        self._paragraphs: list[str] = []
        self._lines: list[str] = []
        self._words: list[str] = []
        self._link: _Link | None = None
        self._hidden: list[str] = []
        self._lists: list[int] = []
        self._bullet = ""

    def text(self) -> str:
        self._end_paragraph()
        return "\n\n".join(self._paragraphs) + "\n"

    def say(self, text: str) -> None:
        if self._hidden:
            return
        plain = _BLANKS.sub(" ", _UNSEEN.sub("", text))
        (self._link.words if self._link else self._words).append(plain)

    def open(self, token: Opening) -> None:
        name, given = token.name, dict(token.attributes)
        if self._hidden or is_hidden(name, given):
            self._hidden += [name] if name not in _VOID and not token.closed else []
        elif name == "br":
            self.end_line()
        elif name == "img":
            self._say_picture(given.get("alt", "").strip())
        elif name == "a":
            self._link = _Link(given.get("href", "").strip())
        elif name in _CELLS:
            self._words.append(" ")
        elif name in _BLOCKS:
            self._begin(name)

    def _say_picture(self, alt: str) -> None:
        if alt:
            self.say(f"[{alt}]" if self._link is None else alt)

    def _begin(self, name: str) -> None:
        if name in _PARAGRAPHS and not self._lists:
            self._end_paragraph()
        else:
            self.end_line()
        if name == "hr":
            self._paragraphs.append("* * *")
        elif name in {"ul", "ol"}:
            self._lists.append(1 if name == "ol" else 0)
        elif name == "li" and self._lists:
            self._bullet = f"{self._lists[-1]}. " if self._lists[-1] else "- "
            self._lists[-1] += 1 if self._lists[-1] else 0

    def close(self, name: str) -> None:
        if self._hidden:
            if name == self._hidden[-1]:
                self._hidden.pop()
        elif name == "a" and self._link is not None:
            link, self._link = self._link, None
            between = " " if self._words and self._words[-1].endswith(">") else ""
            self._words.append(between + self._linked(link))
        elif name in _CELLS:
            self._words.append(" ")
        elif name in _BLOCKS:
            self._end(name)

    def _end(self, name: str) -> None:
        self.end_line()
        if name in {"ul", "ol"} and self._lists:
            self._lists.pop()
        if name in _STROKES and self._lines:
            width = max(len(self._marks.pattern.sub("x" * 8, line)) for line in "\n".join(self._lines).splitlines())
            self._lines.append(_STROKES[name] * min(width, 72))
        if name in _PARAGRAPHS and not self._lists:
            self._end_paragraph()

    def _linked(self, link: _Link) -> str:
        words = " ".join("".join(link.words).split())
        written = self._marks.written(link.address)
        if not link.address or link.address.startswith("#"):
            return words
        if not words or words in {written, written.partition("://")[2], written.removeprefix("mailto:")}:
            return link.address if "://" in written or not words else words
        return f"{words} <{link.address}>"

    def end_line(self) -> None:
        line = " ".join("".join(self._words).replace("\u00a0", " ").split())
        self._words.clear()
        if line:
            indent = "   " * max(0, len(self._lists) - 1)
            first, other = indent + self._bullet, indent + " " * len(self._bullet)
            self._lines.append(wrapped(line, first=first, other=other))
            self._bullet = ""

    def _end_paragraph(self) -> None:
        self.end_line()
        if self._lines:
            self._paragraphs.append("\n".join(self._lines))
            self._lines.clear()


def is_hidden(name: str, given: dict[str, str]) -> bool:
    return name in _SILENT or "hidden" in given or _HIDDEN.search(given.get("style", "")) is not None
