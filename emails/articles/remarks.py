"""What every importer says about the blocks it made: too many of them, or what is missing and where to bring it."""

from collections.abc import Sequence

from emails.articles.blocks import Block, CallToAction, Image, Remark
from emails.errors import ArticleBroken

MAX_BLOCKS = 5_000
MAX_LINES = 50_000


def closing_remarks(title: str, blocks: Sequence[Block]) -> list[Remark]:
    """Warnings about a missing title, pictures without a file and buttons without an address."""
    remarks: list[Remark] = []
    if not title:
        remarks.append(Remark("title_missing", "No title was found. Write one above the article.", "title"))
    for number, block in enumerate(blocks, start=1):
        if isinstance(block, Image) and not block.src:
            remarks.append(
                Remark(
                    "image_missing",
                    "The article describes a picture but brings none. Add the picture, or remove this block.",
                    f"block {number}",
                )
            )
        if isinstance(block, CallToAction) and not block.url:
            remarks.append(
                Remark(
                    "button_address_missing",
                    f"The button “{block.button}” leads nowhere yet. Give its address, or remove the button.",
                    f"block {number}",
                )
            )
    return remarks


def refuse_length(count: int) -> None:
    """Raises ArticleBroken when a source makes more blocks than any article has."""
    if count > MAX_BLOCKS:
        raise ArticleBroken(
            f"The article has more than {MAX_BLOCKS:,} paragraphs. Split it into several articles.",
            place=f"paragraph {MAX_BLOCKS + 1:,}",
        )


def refuse_lines(text: str) -> None:
    """Raises ArticleBroken when a source has more lines with words than any article has."""
    if sum(1 for line in text.splitlines() if line.strip()) > MAX_LINES:
        raise ArticleBroken(
            f"The text has more than {MAX_LINES:,} lines. Split it into several articles.",
            place=f"line {MAX_LINES + 1:,}",
        )
