"""Plain text as blocks: what is a picture's description, the title, a heading, a list, a call, a sponsor.

Words are never altered. Everything guessed can be changed in the editor; what is missing is said in the warnings.
"""

import re
from dataclasses import dataclass, field

from emails.articles.blocks import (
    Article,
    Block,
    CallToAction,
    Code,
    Divider,
    Heading,
    Image,
    Paragraph,
    Quote,
    Remark,
    Sponsor,
)
from emails.articles.call_to_action import find_call
from emails.articles.headings import find_headings, is_credit, is_title
from emails.articles.inline import text_of
from emails.articles.links import linked
from emails.articles.remarks import closing_remarks, refuse_length
from emails.articles.scenes import scene_of
from emails.articles.sponsor import find_sponsor, spelling_remark
from emails.articles.text_lines import Chunk, Kind, read_chunks
from emails.articles.text_lists import read_list, settle_markers

MIN_QUOTE_WORDS = 8

_QUOTE = re.compile(r"(?P<said>[“\"„«].+[”\"“»])(?:\s*[—–-]\s*(?P<by>[^.!?]{2,80}))?")
_ATTRIBUTION = re.compile(r"[—–-]\s*(?P<by>[^.!?:]{2,80})")
_INNER_QUOTES = re.compile(r"[”»“\"]\s+.*\s[“\"„«]")


@dataclass(slots=True)
class _Reading:
    """What is left to read, and what was made of it."""

    chunks: list[Chunk]
    title: str = ""
    blocks: list[Block] = field(default_factory=list)
    warnings: list[Remark] = field(default_factory=list)


def read_plain_text(text: str) -> Article:
    """The article a plain text holds. Raises: ArticleBroken when it is too long."""
    chunks = settle_markers(read_chunks(text))
    refuse_length(len(chunks))
    reading = _Reading(chunks)
    _read_opening(reading)
    closing = _take_closing_sponsor(reading)
    _read_body(reading)
    _find_call(reading)
    reading.blocks += closing
    reading.warnings += closing_remarks(reading.title, reading.blocks)
    _compare_names(reading)
    return Article(title=reading.title, blocks=tuple(reading.blocks), warnings=tuple(reading.warnings))


def _read_opening(reading: _Reading) -> None:
    """A sponsor's line, a picture's description and the title, where they stand first and in this order."""
    chunks = reading.chunks
    if len(chunks) > 1 and chunks[0].kind is Kind.TEXT and (sponsor := find_sponsor(chunks[0].text)):
        reading.blocks.append(sponsor)
        del chunks[0]
    if chunks and chunks[0].kind is Kind.TEXT:
        following = chunks[1].text if len(chunks) > 1 and chunks[1].kind is Kind.TEXT else ""
        alt = scene_of(chunks[0].text, before_title=is_title(following))
        if alt:
            reading.blocks.append(Image("", alt))
            del chunks[0]
    if (
        chunks
        and chunks[0].kind is Kind.TEXT
        and (chunks[0].underline or is_title(chunks[0].text, lines=chunks[0].lines))
    ):
        reading.title = text_of(linked(chunks.pop(0).text))


def _take_closing_sponsor(reading: _Reading) -> list[Block]:
    last = reading.chunks[-1] if reading.chunks else None
    sponsor = find_sponsor(last.text) if last and last.kind is Kind.TEXT else None
    if sponsor:
        reading.chunks.pop()
    return [sponsor] if sponsor else []


def _read_body(reading: _Reading) -> None:
    chunks = reading.chunks
    headings = find_headings(chunks)
    position = 0
    while position < len(chunks):
        if chunks[position].kind is Kind.ITEM:
            block, position = read_list(chunks, position)
            reading.blocks.append(block)
            continue
        level = headings.get(position)
        if level:
            reading.blocks.append(Heading(level, linked(chunks[position].text)))
        else:
            _add_block(reading, chunks[position])
        position += 1


def _add_block(reading: _Reading, chunk: Chunk) -> None:
    if chunk.kind is Kind.RULE:
        reading.blocks.append(Divider())
    elif chunk.kind is Kind.CODE:
        reading.blocks.append(Code(chunk.text, chunk.language))
    elif chunk.kind is Kind.QUOTED:
        reading.blocks.append(Quote(linked(chunk.text)))
    elif not _attach(reading.blocks, chunk.text):
        reading.blocks.append(_quote_of(chunk.text) or Paragraph(linked(chunk.text)))


def _attach(blocks: list[Block], text: str) -> bool:
    """A credit under a picture, or a name under a quotation, joins the block it speaks of."""
    last = blocks[-1] if blocks else None
    attribution = _ATTRIBUTION.fullmatch(text)
    if isinstance(last, Quote) and not last.by and attribution:
        blocks[-1] = Quote(last.text, attribution["by"].strip())
        return True
    if isinstance(last, Image) and not last.caption and is_credit(text):
        blocks[-1] = Image(last.src, last.alt, linked(text))
        return True
    return False


def _quote_of(text: str) -> Quote | None:
    match = _QUOTE.fullmatch(text)
    if not match or _INNER_QUOTES.search(match["said"][1:-1]):
        return None
    if not match["by"] and len(match["said"].split()) < MIN_QUOTE_WORDS:
        return None
    return Quote(linked(match["said"]), (match["by"] or "").strip())


def _find_call(reading: _Reading) -> None:
    """Turns one of the last two paragraphs into a call to action, if it asks for something."""
    positions = [n for n, block in enumerate(reading.blocks) if isinstance(block, Paragraph)]
    for position in reversed(positions[-2:]):
        block = reading.blocks[position]
        found = find_call(text_of(block.text)) if isinstance(block, Paragraph) else None
        if found and all(isinstance(later, Paragraph | Divider) for later in reading.blocks[position + 1 :]):
            before, call = found
            reading.blocks[position : position + 1] = [before, call] if before else [call]
            return


def _compare_names(reading: _Reading) -> None:
    for sponsor in [block for block in reading.blocks if isinstance(block, Sponsor)]:
        others = " ".join([reading.title, *(_words(block) for block in reading.blocks if block is not sponsor)])
        remark = spelling_remark(sponsor, others)
        if remark:
            reading.warnings.append(remark)


def _words(block: Block) -> str:
    heading = block.heading if isinstance(block, CallToAction) else ""
    return f"{heading} {text_of(getattr(block, 'text', ''))}"
