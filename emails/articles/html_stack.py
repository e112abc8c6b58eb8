"""The containers of foreign HTML that stand open, and where their blocks go when they close."""

from collections.abc import Sequence

from emails.articles.blocks import Block, Code, Heading, Image, List, ListItem, Paragraph
from emails.articles.html_frames import (
    MAX_LIST_DEPTH,
    Frame,
    add_at_level,
    figure_of,
    flat_words,
    heading_of,
    item_of,
    join_words,
    quote_of,
    table_of,
)
from emails.articles.html_pastes import without_marker
from emails.articles.inline import text_of


class FrameStack:
    """Blocks are added to the innermost container; closing it hands them, reduced, to the next one out."""

    def __init__(self, told_title: str = "") -> None:
        """`told_title` is what the source says beside the HTML; then only a heading that repeats it is the title."""
        self._told_title = _folded(told_title)
        self.title = ""
        self.subtitle = ""
        self.marker = ""
        self._frames = [Frame("root")]

    @property
    def frame(self) -> Frame:
        return self._frames[-1]

    @property
    def blocks(self) -> list[Block]:
        return self._frames[0].blocks

    @property
    def awaits_subtitle(self) -> bool:
        """Whether a subtitle may stand here: none was read, and nothing but pictures came before."""
        opened = len(self._frames) == 1 and all(isinstance(block, Image) for block in self.blocks)
        return opened and not self.subtitle

    @property
    def last_picture(self) -> str:
        """The address of the picture that was added last, if nothing came after it."""
        last = self.frame.blocks[-1] if self.frame.blocks else None
        return last.src if isinstance(last, Image) else ""

    def is_in(self, kind: str) -> bool:
        return any(frame.kind == kind for frame in self._frames)

    def open(self, frame: Frame) -> None:
        self._frames.append(frame)

    def close(self) -> None:
        self._reduce(self._frames.pop())

    def add_row(self) -> None:
        table = next((frame for frame in reversed(self._frames) if frame.kind == "table"), None)
        if table:
            table.rows.append([])

    def add(self, *blocks: Block) -> None:
        frame = self.frame
        frame.word_list = frame.word_list and not blocks
        if frame.kind == "list":
            for block in blocks:
                self._add_to_list(frame, block)
        else:
            frame.blocks += blocks

    def _add_to_list(self, frame: Frame, block: Block) -> None:
        """A list that stands right in a list belongs to the item before it; stray words are an item."""
        if isinstance(block, List) and frame.items:
            last = frame.items[-1]
            frame.items[-1] = ListItem(last.text, label=last.label, items=(*last.items, *block.items))
        elif isinstance(block, List):
            frame.items += block.items
        elif isinstance(block, Paragraph):
            frame.items.append(ListItem(block.text))
        else:
            frame.blocks.append(block)

    def _reduce(self, frame: Frame) -> None:
        match frame.kind:
            case "heading":
                self._end_heading(frame)
            case "quote":
                self.add(*quote_of(frame))
            case "list":
                self._end_list(frame)
            case "item" | "word item":
                self._end_item(frame)
            case "cell":
                self._end_cell(frame)
            case "table":
                self.add(*table_of(frame))
            case _:
                self._end_small(frame)

    def _end_small(self, frame: Frame) -> None:
        words = [block.text for block in frame.blocks if isinstance(block, Paragraph)]
        others = [block for block in frame.blocks if not isinstance(block, Paragraph)]
        if frame.kind == "figure":
            self.add(*figure_of(frame))
        elif frame.kind == "code":
            text = "".join(frame.text).strip("\n")
            self.add(*([Code(text, frame.language)] if text.strip() else []))
        elif frame.kind == "by":
            self.frame.by = text_of(" ".join(words)).lstrip("—–- ").strip()
        elif frame.kind == "caption":
            self._end_caption(words, others)
        elif frame.kind == "subtitle":
            self.subtitle = " ".join(text_of(" ".join(words)).split())
            self.add(*others)
        else:
            self.add(*frame.blocks)

    def _end_caption(self, words: Sequence[str], others: Sequence[Block]) -> None:
        """A caption belongs to its figure, or to the picture right before it."""
        last = self.frame.blocks[-1] if self.frame.blocks else None
        if self.frame.kind == "figure":
            self.frame.text += words
        elif words and isinstance(last, Image) and not last.caption:
            self.frame.blocks[-1] = Image(last.src, last.alt, join_words(words))
        else:
            self.add(*(Paragraph(text) for text in words))
        self.add(*others)

    def _end_heading(self, frame: Frame) -> None:
        words = heading_of(frame)
        self.add(*(block for block in frame.blocks if not isinstance(block, Paragraph)))
        said = " ".join(text_of(words).split())
        if words and frame.level == 1 and not self.title and self._told_title in {"", _folded(said)}:
            self.title = said
        elif words:
            self.add(Heading(frame.level, words))

    def _end_list(self, frame: Frame) -> None:
        depth = sum(other.kind == "list" for other in self._frames)
        if depth < MAX_LIST_DEPTH:
            self.add(*([List(tuple(frame.items), ordered=frame.ordered)] if frame.items else []))
        elif self.frame.kind in {"item", "list"}:
            self.frame.items += frame.items
        else:
            self.add(*(Paragraph(html) for html in flat_words(frame.items)))
        self.add(*frame.blocks)

    def _end_item(self, frame: Frame) -> None:
        item, spilled = item_of(frame)
        if frame.kind == "word item":
            self._end_word_item(item, frame.level)
            self.frame.blocks += spilled
            return
        parent = self.frame
        if item and not item.text and not item.label and parent.kind == "list" and parent.items:
            self._add_to_list(parent, List(item.items))
            item = None
        found = [*([item] if item else []), *frame.items]
        if parent.kind == "list" and frame.level and item and self._frames[-2].kind != "list":
            self._add_listed(self._frames[-2], item, frame.level, ordered=parent.ordered)
            parent.blocks += spilled
        elif parent.kind == "list":
            parent.items += found
            parent.blocks += spilled
        else:
            self.add(*([List(tuple(found))] if found else []), *spilled)

    def _end_word_item(self, item: ListItem | None, level: int) -> None:
        """Level 0 is a paragraph that only looks like an item: its mark is typed, or it has none."""
        if not item:
            return
        marker = self.marker.strip()
        if not marker:
            words, marker = without_marker(item.text)
            if not marker and not level:
                self.add(Paragraph(item.text))
                return
            item = ListItem(words, label=item.label, items=item.items)
        self._add_listed(self.frame, item, max(level, 1), ordered=marker.lstrip("(")[:1].isalnum() and marker != "o")

    def _add_listed(self, frame: Frame, item: ListItem, level: int, *, ordered: bool) -> None:
        """An item that tells its depth itself joins the list right before it."""
        last = frame.blocks[-1] if frame.blocks else None
        if frame.word_list and isinstance(last, List) and (level > 1 or last.ordered == ordered):
            frame.blocks[-1] = List(add_at_level(last.items, item, min(level, MAX_LIST_DEPTH)), ordered=last.ordered)
        else:
            frame.blocks.append(List((item,), ordered=ordered))
        frame.word_list = True

    def _end_cell(self, frame: Frame) -> None:
        table = next((other for other in reversed(self._frames) if other.kind == "table"), None)
        if table is None:
            self.add(*frame.blocks)
            return
        if not table.rows:
            table.rows.append([])
        table.rows[-1] += [frame.blocks, *([[]] * (frame.span - 1))]
        if len(table.rows) == 1 and frame.level:
            table.header_rows = 1


def _folded(text: str) -> str:
    return " ".join(text.split()).casefold()
