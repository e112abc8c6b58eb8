"""The walk over clean HTML tags: words gather in runs, runs in blocks, blocks in the container that is open."""

import re
from collections.abc import Mapping
from dataclasses import dataclass

from emails.articles.blocks import Block, CallToAction, Divider, Embed, Image, Paragraph, Remark
from emails.articles.html_frames import Frame
from emails.articles.html_marks import is_hidden, marks_within
from emails.articles.html_stack import FrameStack
from emails.articles.inline import inert, is_link, is_web_address, text_of
from emails.articles.markup import Tag
from emails.articles.runs import Mark, Run

MAX_SPAN = 20
MAX_HEADING = 6

_VOID = frozenset({"br", "hr", "img", "wbr", "embed"})
_INLINE = frozenset(
    {"a", "abbr", "b", "cite", "code", "del", "em", "font", "i", "ins", "kbd", "mark", "q", "s", "samp", "small"}
    | {"span", "strike", "strong", "sub", "sup", "time", "tt", "u"}
)
_FRAMES = {
    "blockquote": "quote",
    "ul": "list",
    "ol": "list",
    "menu": "list",
    "li": "item",
    "figure": "figure",
    "figcaption": "caption",
    "table": "table",
    "td": "cell",
    "th": "cell",
    "pre": "code",
    "h1": "heading",
    "h2": "heading",
    "h3": "heading",
    "h4": "heading",
    "h5": "heading",
    "h6": "heading",
}
_SKIPPED = frozenset({"nav", "iframe", "video", "audio"})
_WORD_ITEM = re.compile(r"mso-list\s*:\s*l\d+\s+level(\d)", re.IGNORECASE)
_WORD_MARKER = re.compile(r"mso-list\s*:\s*ignore", re.IGNORECASE)
_LANGUAGE = re.compile(r"\blang(?:uage)?-([\w+#.-]{1,30})")
_BUTTON = re.compile(r"\b(?:button|btn|cta)\b", re.IGNORECASE)
_PIXELS = re.compile(r"\d{1,5}")


@dataclass(frozen=True, slots=True)
class _Open:
    """An open tag: the frame it opened, if any, and the marks on the words inside."""

    name: str
    framed: bool
    marks: tuple[Mark, ...]
    skipping: bool


class HtmlReader:
    """Reads tags one by one; `finish` gives the blocks."""

    def __init__(self) -> None:
        self._stack = FrameStack()
        self._open: list[_Open] = []
        self._run = Run()
        self._button = ""
        self._left_out: dict[str, int] = {}

    @property
    def title(self) -> str:
        return self._stack.title

    def read(self, tag: Tag) -> None:
        if not tag.name:
            self._say(tag.text)
        elif tag.closing:
            self._close()
        elif tag.name in _VOID:
            self._void(tag)
        else:
            self._start(tag)

    def finish(self) -> list[Block]:
        self._flush()
        return self._stack.blocks

    def remarks(self) -> list[Remark]:
        """What was left out, with how often."""
        said = {
            "links": "Links without a full web address left out: {n}. Their words stayed.",
            "pictures": "Pictures without a full web address: {n}. Add their files.",
            "navigation": "A navigation menu was left out.",
            "embeds": "Embedded parts without a full web address left out: {n}.",
        }
        return [Remark(f"{name}_left_out", said[name].format(n=n)) for name, n in self._left_out.items()]

    def _say(self, text: str) -> None:
        opened = self._open[-1] if self._open else None
        if opened and opened.skipping:
            self._stack.marker += text if opened.name == "span" else ""
        elif self._stack.frame.kind == "code":
            self._stack.frame.text.append(text)
        else:
            self._run.say(text, opened.marks if opened else ())

    def _void(self, tag: Tag) -> None:
        if self._open and self._open[-1].skipping:
            return
        if tag.name == "br":
            self._break()
        elif tag.name == "hr":
            self._flush()
            self._stack.add(Divider())
        elif tag.name == "img":
            self._picture(tag.attributes)
        elif tag.name == "embed":
            self._embed(tag.attributes)

    def _break(self) -> None:
        if self._stack.frame.kind == "code":
            self._stack.frame.text.append("\n")
        elif self._run.ends_with_break and self._stack.frame.kind != "heading":
            self._flush()
        else:
            self._run.break_line()

    def _start(self, tag: Tag) -> None:
        outer = self._open[-1] if self._open else None
        skipping = bool(outer and outer.skipping) or tag.name in _SKIPPED or is_hidden(tag.attributes)
        marks = marks_within(tag.name, tag.attributes, outer.marks if outer else ())
        kind = "" if skipping else self._kind(tag)
        if tag.name == "span" and _WORD_MARKER.search(tag.attributes.get("style", "")):
            skipping = True
        if not skipping:
            self._note_link(tag, marks)
        elif not (outer and outer.skipping):
            self._skip(tag)
        if tag.name not in _INLINE or kind:
            self._flush()
        if kind:
            self._stack.open(self._framed(kind, tag))
        self._open.append(_Open(tag.name, bool(kind), marks, skipping))
        if tag.name == "tr" and not skipping:
            self._stack.add_row()

    def _kind(self, tag: Tag) -> str:
        if tag.attributes.get("role") == "heading" or "MsoTitle" in tag.attributes.get("class", ""):
            return "heading"
        if tag.name == "p" and _WORD_ITEM.search(tag.attributes.get("style", "")):
            return "word item"
        if tag.name in {"cite", "footer"} and self._stack.frame.kind == "quote":
            return "by"
        if tag.name in {"td", "th"} and not self._stack.is_in("table"):
            return ""
        return _FRAMES.get(tag.name, "")

    def _framed(self, kind: str, tag: Tag) -> Frame:
        frame = Frame(kind, ordered=tag.name == "ol")
        if kind == "heading":
            level = tag.attributes.get("aria-level", "2") if tag.name[1:].isalpha() or tag.name == "p" else tag.name[1:]
            level = "1" if "MsoTitle" in tag.attributes.get("class", "") else level
            frame.level = min(int(level), MAX_HEADING) if level.isdecimal() and level != "0" else 2
        elif kind == "word item":
            match = _WORD_ITEM.search(tag.attributes.get("style", ""))
            frame.level = int(match[1]) if match else 1
            self._stack.marker = ""
        elif kind == "cell":
            span = tag.attributes.get("colspan", "1")
            frame.span = min(int(span), MAX_SPAN) if span.isdecimal() and len(span) < 4 else 1  # noqa: PLR2004
            frame.level = tag.name == "th"
        elif kind == "code":
            frame.language = _language(tag)
        return frame

    def _note_link(self, tag: Tag, marks: tuple[Mark, ...]) -> None:
        if tag.name == "code" and self._stack.frame.kind == "code":
            self._stack.frame.language = self._stack.frame.language or _language(tag)
        if tag.name != "a":
            return
        address = tag.attributes.get("href", "")
        if address and not any(mark.name == "a" for mark in marks):
            self._left_out["links"] = self._left_out.get("links", 0) + 1
        elif is_link(address) and _BUTTON.search(tag.attributes.get("class", "")) and self._run.is_empty:
            self._button = address

    def _skip(self, tag: Tag) -> None:
        if tag.name in {"iframe", "video", "audio"} and not is_hidden(tag.attributes):
            self._embed(tag.attributes)
        elif tag.name == "nav":
            self._left_out["navigation"] = 1

    def _close(self) -> None:
        if not self._open:
            return
        closed = self._open.pop()
        if closed.name == "caption" and self._stack.frame.kind == "table":
            self._flush()
        if closed.framed:
            self._flush()
            self._stack.close()
        elif closed.name not in _INLINE:
            self._flush()

    def _flush(self) -> None:
        """Ends the run of words: a paragraph in the open container."""
        html = inert(self._run.to_html())
        self._run.clear()
        button, self._button = self._button, ""
        if not text_of(html).strip():
            return
        whole_link = html.startswith("<a ") and html.endswith("</a>") and html.count("<a ") == 1
        if button and whole_link and self._stack.frame.kind in {"root", "cell", "figure"}:
            self._stack.add(CallToAction("", button=" ".join(text_of(html).split()), url=button))
        else:
            self._stack.add(Paragraph(html))

    def _picture(self, attributes: Mapping[str, str]) -> None:
        alt = attributes.get("alt")
        if _is_pixel(attributes):
            return
        if alt and "emoji" in attributes.get("class", ""):
            self._say(alt)
            return
        address = attributes.get("src", "").strip() or attributes.get("data-src", "").strip()
        self._flush()
        if not is_web_address(address) or "{" in address:
            self._left_out["pictures"] = self._left_out.get("pictures", 0) + 1
            address = ""
        described = None if alt is not None and not alt.strip() else " ".join((alt or "").split())
        self._stack.add(Image(address, described))

    def _embed(self, attributes: Mapping[str, str]) -> None:
        address = attributes.get("src", "").strip()
        address = f"https:{address}" if address.startswith("//") else address
        self._flush()
        if is_web_address(address) and "{" not in address:
            self._stack.add(Embed(address, " ".join(attributes.get("title", "").split())))
        else:
            self._left_out["embeds"] = self._left_out.get("embeds", 0) + 1


def _language(tag: Tag) -> str:
    match = _LANGUAGE.search(tag.attributes.get("class", ""))
    return match[1] if match else ""


def _is_pixel(attributes: Mapping[str, str]) -> bool:
    """A picture of one dot only counts readers."""
    sizes = [_PIXELS.match(attributes.get(name, "")) for name in ("width", "height")]
    return any(size and int(size[0]) <= 1 for size in sizes)
