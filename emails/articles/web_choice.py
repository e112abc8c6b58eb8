"""Which blocks of a whole page are its article: those whose words a finder of articles found, and what lies among them.

Finders lose captions, code, players and the numbers of lists; so they choose, and the page itself is what is read.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import replace

from emails.articles.blocks import (
    Article,
    Block,
    CallToAction,
    Code,
    Columns,
    Divider,
    Embed,
    Heading,
    Image,
    List,
    ListItem,
    Paragraph,
    Table,
)
from emails.articles.inline import text_of

THIN = 250
"""Letters; an article that is shorter was probably not found, and its finder took what stands around it too."""

ENOUGH = 0.85
"""Of the words that were found; where the page gives fewer of them, the finder's own reading is taken."""

MOST_STRANGE = 4
"""Blocks of words in a row that the finder left away; more of them, and another part of the page begins."""

LEAST_SHARE = 0.15
"""Of the largest stretch, in letters; smaller ones are left away."""

_ONLY_LINK = re.compile(
    r"(?:<(?:strong|em)>)?<a [^<>]*>(?:(?!</a>).)*</a>(?:</(?:strong|em)>)?(?:\s*[(（][^<>()]{1,40}[)）])?", re.DOTALL
)
_WORD = re.compile(r"\w+")
_AMONG = Image | Embed | Divider | Code | Table
_SITES_OWN = re.compile(
    r"(?:share|tweet|follow|subscribe|sign (?:up|in)|log in|join|like|comment|print|save|menu|search|next|back)\b",
    re.IGNORECASE,
)
_EDGE = 8
"""Words at either end of a paragraph; a finder may change those between."""


def chosen(whole: Article, found: Article) -> Article:
    """The blocks of the `whole` page that `found` holds too, in the structure of the page."""
    wanted = f" {' '.join(_words_of(found.blocks))} "
    marked = [_is_found(block, wanted) for block in whole.blocks]
    if not any(marked):
        return found
    kept = [
        block
        for first, last in _stretches(whole.blocks, marked)
        for block, is_found in zip(whole.blocks[first:last], marked[first:last], strict=True)
        if is_found or isinstance(block, _AMONG) or _is_call(block)
    ]
    article = replace(whole, blocks=tuple(_levelled(_without_doubles(_trimmed(kept)))), warnings=())
    found = replace(found, blocks=tuple(_trimmed(list(found.blocks))))
    wanted_size = size_of(found)
    return article if wanted_size < THIN or size_of(article) >= ENOUGH * wanted_size else found


def _stretches(blocks: Sequence[Block], marked: Sequence[bool]) -> list[tuple[int, int]]:
    """Where the article stands, as (first, behind the last): small finds far from the rest are chance, or teasers."""
    stretches: list[tuple[int, int, int]] = []
    strange = 0
    for position, (block, is_found) in enumerate(zip(blocks, marked, strict=True)):
        size = sum(len(word) for word in _words_of([block]))
        if not is_found:
            strange += bool(size) and not isinstance(block, _AMONG)
            continue
        if stretches and strange <= MOST_STRANGE:
            first, _, before = stretches.pop()
            stretches.append((first, position + 1, before + size))
        else:
            stretches.append((position, position + 1, size))
        strange = 0
    largest = max(size for _, _, size in stretches)
    return [(first, behind) for first, behind, size in stretches if size >= LEAST_SHARE * largest]


def size_of(article: Article) -> int:
    """How many letters and digits its words have."""
    return sum(len(word) for word in _words_of(article.blocks))


def _is_found(block: Block, wanted: str) -> bool:
    match block:
        case List():
            texts = [" ".join(_words(text)) for text in _item_texts(block.items)]
            return sum(_holds(wanted, text) for text in texts) * 2 > len(texts)
        case CallToAction():
            return _holds(wanted, " ".join(_words(block.button)))
        case Image() | Embed() | Divider() | Code() | Table() | Columns():
            return False
        case _:
            return _holds(wanted, " ".join(_words(text_of(block.text))))


def _is_call(block: Block) -> bool:
    """A button of the author's; those with which a site wants its readers to follow it are left away."""
    return isinstance(block, CallToAction) and not _SITES_OWN.match(block.button)


def _holds(wanted: str, text: str) -> bool:
    """Whether these words were found, or those at both ends of a long text."""
    if not text:
        return False
    if f" {text} " in wanted:
        return True
    words = text.split()
    ends = (" ".join(words[:_EDGE]), " ".join(words[-_EDGE:]))
    return len(words) > 2 * _EDGE and all(f" {end} " in wanted for end in ends)


def _without_doubles(blocks: Iterable[Block]) -> list[Block]:
    """Pictures that pages show twice (small and large, with and without script) are shown once, with their caption."""
    kept: list[Block] = []
    for block in blocks:
        last = kept[-1] if kept else None
        if isinstance(block, Image) and isinstance(last, Image) and (block.src == last.src or not block.src):
            kept[-1] = replace(last, caption=last.caption or block.caption, alt=last.alt or block.alt)
        elif not (isinstance(block, Divider) and isinstance(last, Divider)):
            kept.append(block)
    return kept


def _trimmed(blocks: list[Block]) -> list[Block]:
    """Without what leads on to other articles before the first words and after the last ones, and its pictures."""
    first, behind = 0, len(blocks)
    while first < behind and _is_teaser(blocks[first]):
        first += 1
    led_on = False
    while behind > first + 1:
        last = blocks[behind - 1]
        is_row = isinstance(last, Image) and isinstance(blocks[behind - 2], Image)
        if not (_is_teaser(last) or is_row or (led_on and isinstance(last, Image | Divider))):
            break
        led_on = True
        behind -= 1
    return blocks[first:behind]


def _is_teaser(block: Block) -> bool:
    """Whether a block is nothing but links."""
    if isinstance(block, List):
        return len(block.items) > 1 and all(_is_link(item.text) and not item.items for item in block.items)
    return isinstance(block, Heading | Paragraph) and _is_link(block.text)


def _is_link(html: str) -> bool:
    return bool(_ONLY_LINK.fullmatch(html.strip()))


def _levelled(blocks: list[Block]) -> list[Block]:
    """The highest heading is of level 2, whatever stood above the article on its page."""
    above = min((block.level for block in blocks if isinstance(block, Heading)), default=2) - 2
    return [
        replace(block, level=max(2, block.level - above)) if isinstance(block, Heading) else block for block in blocks
    ]


def _words_of(blocks: Iterable[Block]) -> list[str]:
    return [word for block in blocks for text in _texts_of(block) for word in _words(text)]


def _texts_of(block: Block) -> list[str]:
    match block:
        case List():
            return _item_texts(block.items)
        case Table():
            return [text_of(cell) for row in (block.header, *block.rows) for cell in row]
        case Image():
            return [text_of(block.caption)]
        case CallToAction():
            return [block.heading, text_of(block.text), block.button]
        case _:
            return [text_of(getattr(block, "text", ""))]


def _item_texts(items: Iterable[ListItem]) -> list[str]:
    return [text for item in items for text in (f"{item.label} {text_of(item.text)}", *_item_texts(item.items))]


def _words(text: str) -> list[str]:
    return _WORD.findall(text.casefold())
