"""The body from top to bottom: running text is gathered into as few sections as possible, other blocks break it."""

from collections.abc import Iterator

from emails.articles.blocks import (
    Block,
    CallToAction,
    Code,
    Columns,
    Divider,
    Heading,
    Image,
    List,
    Paragraph,
    Quote,
    Sponsor,
)
from emails.themes.bidi import block_direction
from emails.themes.columns import set_columns
from emails.themes.escape import preformatted
from emails.themes.frame import Frame
from emails.themes.only import marks_of, raw, told_apart
from emails.themes.sections import SETTERS

RUNNING = (Paragraph, Heading, Code)
_ABOVE, _ABOVE_RUNNING = 20, 40
"""Pixels above a heading, and above one below running text; a line across the page brings its own."""

_HEADING_SIZES = {2: (23, 31), 3: (19, 27)}
_MONOSPACE = "Menlo,Consolas,'Courier New',monospace"


class Flow:
    """Gathers running text: every mj-text costs half a kilobyte, and Gmail clips at a hundred."""

    def __init__(self, frame: Frame) -> None:
        self._frame = frame
        self._prose: list[str] = []
        self._above = _ABOVE

    def say(self, html: str) -> None:
        self._prose.append(html)

    def sections(self, blocks: tuple[Block, ...]) -> Iterator[str]:
        """MJML sections. Sponsors are not among them: their line stands at the letter's end."""
        frame = self._frame
        for position, block in enumerate(blocks):
            if _rule_stands_above(blocks, position):
                yield from self._flush()
                yield self._frame.rule(f"4px {self._frame.gutter}px 24px")
            self._above = self._room_above(block, blocks[position - 1] if position else None)
            if isinstance(block, RUNNING):
                self.say(told_apart(block, self.running(block)))
            elif not isinstance(block, Sponsor):
                yield from self._flush()
                opening, closing = map(raw, marks_of(block))
                if isinstance(block, Columns):
                    section = set_columns(frame, block, self.running)
                else:
                    section = SETTERS[type(block)](frame, block)
                yield f"{opening}{section}{closing}" if section else ""
        yield from self._flush()

    def _room_above(self, block: Block, before: Block | None) -> int:
        """Pixels above a heading: this one, or those in its columns."""
        if not isinstance(block, Heading):
            return _ABOVE
        if isinstance(before, Divider):
            return 0
        return _ABOVE_RUNNING if self._prose and not isinstance(before, Heading) else _ABOVE

    def running(self, block: Paragraph | Heading | Code) -> str:
        """One block of running text as HTML."""
        if isinstance(block, Paragraph):
            way, side = block_direction(block.text, self._frame.page)
            return f'<p{way} style="margin:0 0 {self._frame.shape.gap}px{side}">{block.text}</p>'
        return self._heading(block) if isinstance(block, Heading) else self._code(block)

    def _flush(self) -> Iterator[str]:
        if self._prose:
            html = "".join(self._prose)
            self._prose.clear()
            yield self._frame.section(self._frame.text(html, "ink"), padding=f"0 {self._frame.gutter}px")

    def _heading(self, block: Heading) -> str:
        size, height = _HEADING_SIZES.get(block.level, (17, 26))
        way, side = block_direction(block.text, self._frame.page)
        look = f"font:bold {size}px/{height}px {self._frame.shape.heading_font};color:{self._frame.light.head}"
        return f'<h{block.level}{way} style="margin:{self._above}px 0 8px;{look}{side}">{block.text}</h{block.level}>'

    def _code(self, block: Code) -> str:
        light, shape = self._frame.light, self._frame.shape
        look = (
            f"margin:0 0 {shape.gap}px;padding:16px 20px;background-color:{light.tint};"
            f"border-radius:{shape.picture_radius}px;text-align:left;font:14px/22px {_MONOSPACE};"
            "white-space:pre-wrap;overflow-wrap:anywhere;word-break:break-word"
        )
        return f'<pre dir="ltr" style="{look}">{preformatted(block.text)}</pre>'


def _rule_stands_above(blocks: tuple[Block, ...], position: int) -> bool:
    """Above the last call to action, or above the paragraph that leads to it from the article."""
    block = blocks[position]
    if position == 0:
        return False
    if isinstance(block, CallToAction):
        before = blocks[position - 1]
        return (
            _is_last(blocks, position)
            and _has_words(block)
            and not isinstance(before, Divider | Heading | CallToAction)
            and not _rule_stands_above(blocks, position - 1)
        )
    return (
        isinstance(block, Paragraph)
        and isinstance(blocks[position - 1], Paragraph | List | Quote | Image)
        and position + 1 < len(blocks)
        and _has_words(blocks[position + 1])
        and _is_last(blocks, position + 1)
    )


def _has_words(block: Block) -> bool:
    """Whether it is a call with a panel of its own, and not a button alone."""
    return isinstance(block, CallToAction) and bool(block.heading or block.text)


def _is_last(blocks: tuple[Block, ...], position: int) -> bool:
    return all(isinstance(block, Sponsor) for block in blocks[position + 1 :])
