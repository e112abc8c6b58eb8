"""What images weigh, as far as it is known: phones load them over the air, and slow letters are closed unread."""

from collections.abc import Iterator

from emails.articles.blocks import Image, every_block
from emails.preflight.evidence import PreflightInput
from emails.preflight.places import numbered
from emails.preflight.report import Finding, Severity

HEAVY_ONE, HEAVY_ALL = 200 * 1024, 800 * 1024


def check_image_bytes(given: PreflightInput) -> Iterator[Finding]:
    """Only uploaded images are weighed; each file counts once, however often the letter shows it."""
    known = given.image_bytes
    for place, block in numbered(given.article):
        if isinstance(block, Image) and known.get(block.src, 0) > HEAVY_ONE:
            yield Finding(
                "image_bytes",
                Severity.ADVICE,
                place,
                f"The image has {kilobytes(known[block.src])}; above 200 kB it comes slowly on a phone.",
                "Use a smaller picture, or a photograph as JPEG.",
            )
    shown = {block.src for block in every_block(given.article.blocks) if isinstance(block, Image)}
    together = sum(size for source, size in known.items() if source in shown)
    if together > HEAVY_ALL:
        yield Finding(
            "images_bytes",
            Severity.ADVICE,
            "Images",
            f"The images have {kilobytes(together)} together; above 800 kB many readers see the letter late.",
            "Leave some images out, or use smaller ones.",
        )


def kilobytes(size: int) -> str:
    return f"{size / 1024:,.0f} kB"
