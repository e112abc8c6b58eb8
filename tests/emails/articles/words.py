"""The words of an article's blocks in reading order, to prove that an importer lost and altered none."""

import re
from itertools import takewhile

from emails.articles.blocks import CallToAction, Code, Embed, Image, List, Quote, Sponsor, Table
from emails.articles.inline import text_of

_WORD = re.compile(r"\w+")


def words_of(text):
    return _WORD.findall(text)


def words_of_article(article):
    """Bullets and the numbers of a list are marks, but for the numbers of ordered lists, which are counted again."""
    return orders_of_article(article)[-1]


def orders_of_article(article):
    """The words in each order they may have been written: sponsor and picture stand before the title or after it."""
    if not article.title:
        return [_words(_parts(article.blocks))]
    leading = list(takewhile(lambda block: isinstance(block, Image | Sponsor), article.blocks[:2]))
    return [
        _words([*_parts(article.blocks[:count]), article.title, *_parts(article.blocks[count:])])
        for count in range(len(leading) + 1)
    ]


def _words(parts):
    return [word for part in parts for word in words_of(part)]


def _parts(blocks):
    return [part for block in blocks for part in _parts_of(block)]


_READ = {
    Image: lambda block: [block.alt or "", text_of(block.caption)],
    CallToAction: lambda block: [block.heading, text_of(block.text)],
    List: lambda block: _items(block.items, ordered=block.ordered),
    Quote: lambda block: [text_of(block.text), block.by],
    Code: lambda block: [block.language, block.text],
    Table: lambda block: [text_of(cell) for row in (block.header, *block.rows) for cell in row],
    Embed: lambda block: [block.title],
}


def _parts_of(block):
    read = _READ.get(type(block))
    return read(block) if read else [text_of(getattr(block, "text", ""))]


def _items(items, *, ordered):
    parts = []
    for number, item in enumerate(items, start=1):
        parts += [str(number) if ordered else "", item.label, text_of(item.text), *_items(item.items, ordered=False)]
    return parts
