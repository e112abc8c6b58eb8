"""Blocks that are only for some readers: what stands before and after them, so that others see no gap.

A page's block carries both marks in `only`; the letter, its text and its page on the web cut at them.
"""

from emails.articles.blocks import Block


def around(opening: str, closing: str) -> str:
    """Both marks as a page's block carries them."""
    return f"{opening} {closing}"


def marks_of(block: Block) -> tuple[str, str]:
    """What stands before and after the block; nothing where it is for everybody."""
    opening, _, closing = block.only.partition(" ")
    return opening, closing


def told_apart(block: Block, html: str) -> str:
    """The block's HTML between its marks; nothing stays nothing."""
    opening, closing = marks_of(block)
    return f"{opening}{html}{closing}" if html else ""


def raw(mark: str) -> str:
    """A mark as MJML that may stand between sections, or between what a column holds."""
    return f"<mj-raw>{mark}</mj-raw>" if mark else ""
