"""The walk over clean HTML tags: words gather in runs, runs in blocks, blocks in the container that is open."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace

from emails.articles.blocks import Block, CallToAction, Divider, Embed, Paragraph, Remark
from emails.articles.html_framing import frame_for, language_of
from emails.articles.html_marks import is_hidden, marks_within
from emails.articles.html_pictures import is_pixel, picture_of
from emails.articles.html_stack import FrameStack
from emails.articles.inline import inert, is_link, is_web_address, text_of
from emails.articles.markup import Tag
from emails.articles.runs import Mark, Run
from emails.articles.surroundings import NOWHERE, Surroundings

_VOID = frozenset({"br", "hr", "img", "wbr", "embed", "source"})
_INLINE = frozenset(
    {"a", "abbr", "b", "cite", "code", "del", "em", "font", "i", "ins", "kbd", "mark", "q", "s", "samp", "small"}
    | {"span", "strike", "strong", "sub", "sup", "time", "tt", "u"}
)
_PLAYERS = frozenset({"iframe", "video", "audio"})
_SKIPPED = _PLAYERS | {"nav"}
_WORD_MARKER = re.compile(r"mso-list\s*:\s*ignore", re.IGNORECASE)
_BUTTON = re.compile(r"\b(?:button|btn|cta)(?:\b|__link\b)", re.IGNORECASE)
_CONTROLS = re.compile(r"\bkg-(?:audio|video)-(?:player|overlay|hide)|\bkg-bookmark-icon\b")
_SIGN_UP = re.compile(r"\bsubscription-widget(?:-wrap)?\b", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class _Open:
    """An open tag: the frame it opened, if any, and the marks on the words inside."""

    name: str
    framed: bool
    marks: tuple[Mark, ...]
    skipping: bool


class HtmlReader:
    """Reads tags one by one; `finish` gives the blocks."""

    def __init__(self, around: Surroundings = NOWHERE, title: str = "") -> None:
        self._around = around
        self._stack = FrameStack(title)
        self._open: list[_Open] = []
        self._run = Run()
        self._button = ""
        self._player: Mapping[str, str] | None = None
        self._left_out: dict[str, int] = {}

    @property
    def title(self) -> str:
        return self._stack.title

    @property
    def subtitle(self) -> str:
        return self._stack.subtitle

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
            "sign_ups": "Sign-up forms left out: {n}. Who reads this letter is a subscriber.",
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
            if tag.name == "source" and self._player is not None:
                self._player = {**tag.attributes, **self._player}
        elif tag.name == "br":
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
        inside = bool(outer and outer.skipping)
        if tag.name == "a":
            tag = replace(tag, attributes=self._linked(tag.attributes))
        marks = marks_within(tag.name, tag.attributes, outer.marks if outer else ())
        skipping = inside or self._is_skipped(tag)
        frame = None if skipping else frame_for(tag, self._stack)
        if tag.name == "span" and _WORD_MARKER.search(tag.attributes.get("style", "")):
            skipping = True
        if not skipping:
            self._note_link(tag, marks)
        elif not inside:
            self._skip(tag)
        if tag.name not in _INLINE or frame:
            self._flush()
        if frame:
            self._stack.open(frame)
        self._open.append(_Open(tag.name, bool(frame), marks, skipping))
        if tag.name == "tr" and not skipping:
            self._stack.add_row()

    def _is_skipped(self, tag: Tag) -> bool:
        named = tag.attributes.get("class", "") if tag.name == "div" else ""
        left_out = bool(_SIGN_UP.search(named) or _CONTROLS.search(named))
        return tag.name in _SKIPPED or left_out or is_hidden(tag.attributes)

    def _linked(self, attributes: Mapping[str, str]) -> Mapping[str, str]:
        return {**attributes, "href": self._around.link(attributes["href"])} if attributes.get("href") else attributes

    def _note_link(self, tag: Tag, marks: tuple[Mark, ...]) -> None:
        if tag.name == "code" and self._stack.frame.kind == "code":
            self._stack.frame.language = self._stack.frame.language or language_of(tag)
        if tag.name != "a":
            return
        address = tag.attributes.get("href", "")
        if address and not any(mark.name == "a" for mark in marks):
            self._leave_out("links")
        elif is_link(address) and _BUTTON.search(tag.attributes.get("class", "")) and self._run.is_empty:
            self._button = address

    def _skip(self, tag: Tag) -> None:
        if is_hidden(tag.attributes):
            return
        if tag.name in _PLAYERS:
            self._player = tag.attributes
        elif tag.name == "nav":
            self._left_out["navigation"] = 1
        elif _SIGN_UP.search(tag.attributes.get("class", "")):
            self._leave_out("sign_ups")

    def _leave_out(self, what: str) -> None:
        self._left_out[what] = self._left_out.get(what, 0) + 1

    def _close(self) -> None:
        if not self._open:
            return
        closed = self._open.pop()
        if closed.name in _PLAYERS and self._player is not None:
            player, self._player = self._player, None
            self._embed(player)
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
        if is_pixel(attributes) or _CONTROLS.search(attributes.get("class", "")):
            return
        if alt and "emoji" in attributes.get("class", ""):
            self._say(alt)
            return
        self._flush()
        picture = picture_of(attributes, self._around)
        if not picture.src:
            self._leave_out("pictures")
        if not (picture.src and picture.src == self._stack.last_picture):
            self._stack.add(picture)

    def _embed(self, attributes: Mapping[str, str]) -> None:
        address = self._around.link(attributes.get("src", "").strip() or attributes.get("data-src", "").strip())
        self._flush()
        if is_web_address(address) and "{" not in address:
            self._stack.add(Embed(address, " ".join(attributes.get("title", "").split())))
        else:
            self._leave_out("embeds")
