"""What the author of a document meant but did not style: the same guesses as for plain text, made on blocks.

For documents and pastes of word processors, where titles and headings are often lines of bold words. No word changes.
"""

import re
from collections.abc import Sequence
from dataclasses import replace
from itertools import groupby

from emails.articles.blocks import (
    Article,
    Block,
    CallToAction,
    Code,
    Divider,
    Heading,
    Image,
    List,
    ListItem,
    Paragraph,
    Quote,
)
from emails.articles.call_to_action import find_call
from emails.articles.headings import find_headings, is_title
from emails.articles.inline import text_of
from emails.articles.remarks import closing_remarks
from emails.articles.scenes import scene_of
from emails.articles.text_lines import Chunk, Kind
from emails.articles.text_lists import read_list

_BULLET = re.compile(r"^[•·▪‣◦●○■◆➤►∙⁃]\s*(?=\S)")
_ONLY_BOLD = re.compile(r"<(strong|b)>([^<>]*)</\1>")
_LINK = re.compile(r"<a href=\"([^\"<>]+)\"")
_RECOUNTED = frozenset({"title_missing", "image_missing", "button_address_missing"})
_KINDS: dict[type[Block], Kind] = {
    Paragraph: Kind.TEXT,
    Heading: Kind.TEXT,
    List: Kind.ITEM,
    Quote: Kind.QUOTED,
    Divider: Kind.RULE,
    Code: Kind.CODE,
}


def with_guesses(article: Article) -> Article:
    """The article with the title, the headings, the picture's description and the call that its author only wrote."""
    blocks = _pictured(list(article.blocks), titled=bool(article.title))
    title, blocks = (article.title, blocks) if article.title else _titled(blocks)
    blocks = _listed(blocks)
    if not any(isinstance(block, Heading) for block in blocks):
        blocks = _headed(blocks)
    if not any(isinstance(block, CallToAction) for block in blocks):
        blocks = _called(blocks)
    kept = [remark for remark in article.warnings if remark.code not in _RECOUNTED]
    warnings = (*kept, *closing_remarks(title, blocks))
    return replace(article, title=title, blocks=tuple(blocks), warnings=warnings)


def _pictured(blocks: list[Block], *, titled: bool) -> list[Block]:
    """A first paragraph that describes a picture is the place of one."""
    first = blocks[0] if blocks else None
    second = blocks[1] if len(blocks) > 1 else None
    if not isinstance(first, Paragraph) or "<" in first.text:
        return blocks
    before_title = titled or (isinstance(second, Paragraph) and is_title(text_of(second.text)))
    alt = scene_of(text_of(first.text), before_title=before_title)
    return [Image("", alt), *blocks[1:]] if alt else blocks


def _titled(blocks: list[Block]) -> tuple[str, list[Block]]:
    """The first line as the title, where it may be one and more follows."""
    position = next((n for n, block in enumerate(blocks) if not isinstance(block, Image)), len(blocks))
    block = blocks[position] if position < len(blocks) else None
    words = text_of(block.text) if isinstance(block, Paragraph) else ""
    if (
        position > 1
        or not is_title(words, lines=words.count("\n") + 1)
        or not _is_longer(blocks[position + 1 :], words)
    ):
        return "", blocks
    return " ".join(words.split()), [*blocks[:position], *blocks[position + 1 :]]


def _is_longer(blocks: Sequence[Block], words: str) -> bool:
    """Whether what follows a line is longer than it, as the text under a title is."""
    return bool(blocks) and (
        isinstance(blocks[0], Heading) or len(text_of(getattr(blocks[0], "text", ""))) > len(words)
    )


def _listed(blocks: list[Block]) -> list[Block]:
    """Lines under each other that begin with a typed bullet as a list."""
    listed: list[Block] = []
    for is_bulleted, run in groupby(blocks, key=_is_bulleted):
        lines = list(run)
        items = [_item(block.text) for block in lines if isinstance(block, Paragraph)] if is_bulleted else []
        listed += [List(tuple(items))] if len(items) > 1 else lines
    return listed


def _is_bulleted(block: Block) -> bool:
    return isinstance(block, Paragraph) and bool(_BULLET.match(block.text))


def _item(html: str) -> ListItem:
    words = _BULLET.sub("", html, count=1)
    if "<" in words:
        return ListItem(words)
    read, _ = read_list([Chunk(Kind.ITEM, text_of(words), 1, marker="•")], 0)
    return read.items[0]


def _headed(blocks: list[Block]) -> list[Block]:
    """Lines that are headings by the rules for plain text."""
    headings = find_headings([_chunk(block, number) for number, block in enumerate(blocks)])
    return [
        Heading(headings[n], _without_bold(block.text)) if n in headings and isinstance(block, Paragraph) else block
        for n, block in enumerate(blocks)
    ]


def _chunk(block: Block, number: int) -> Chunk:
    text = text_of(getattr(block, "text", ""))
    kind = _KINDS.get(type(block), Kind.CODE)
    return Chunk(kind, text, number, whole=" ".join(text.split()), lines=text.count("\n") + 1)


def _called(blocks: list[Block]) -> list[Block]:
    """One of the last two paragraphs as a call to action, if it asks for something and only paragraphs follow."""
    positions = [n for n, block in enumerate(blocks) if isinstance(block, Paragraph)]
    for position in reversed(positions[-2:]):
        block = blocks[position]
        if isinstance(block, Paragraph) and _ends(blocks[position + 1 :]) and (found := _call_of(block)):
            return [*blocks[:position], *found, *blocks[position + 1 :]]
    return blocks


def _ends(blocks: Sequence[Block]) -> bool:
    return not any(isinstance(block, Heading | List | Quote | Code) for block in blocks)


def _call_of(paragraph: Paragraph) -> list[Block]:
    """The call, and before it what does not belong to it; the paragraph's link is where its button leads."""
    text = text_of(paragraph.text)
    found = find_call(text) if "\n" not in text else None
    if not found:
        return []
    before, call = found
    link = _LINK.search(paragraph.text)
    if link and not call.url:
        call = replace(call, url=link[1].replace("&amp;", "&"))
    return [before, call] if before else [call]


def _without_bold(html: str) -> str:
    whole = _ONLY_BOLD.fullmatch(html)
    return whole[2] if whole else html
