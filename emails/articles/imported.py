"""What an importer hands out: articles with the pictures their source brought, and what was left out, and why."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from emails.articles.blocks import Article, Block, Image, Remark

SCHEME = "asset:"
"""Before the name of a picture that came with the source, as an image's `src`; see `place_pictures`."""

BROUGHT = "pictures_brought"


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture that lay in the source. Blocks name it `asset:<name>`; `media_type` goes by its first bytes."""

    name: str
    media_type: str
    data: bytes


@dataclass(frozen=True, slots=True)
class Imported:
    """One article. `part` says where in a source of many it stood, "" in a source of one."""

    article: Article
    part: str = ""
    pictures: tuple[Picture, ...] = ()


@dataclass(frozen=True, slots=True)
class LeftOut:
    """A part that became no article; `reason` is a sentence with its cure."""

    part: str
    reason: str


Found = Imported | LeftOut


def with_pictures(article: Article, pictures: Sequence[Picture], part: str = "") -> Imported:
    """The article and those of the pictures that it shows, with a remark that they are not stored yet."""
    shown = {block.src for block in article.blocks if isinstance(block, Image)}
    brought = tuple(picture for picture in pictures if SCHEME + picture.name in shown)
    if not brought:
        return Imported(article, part)
    count = f"{len(brought)} picture" + ("s" if len(brought) > 1 else "")
    remark = Remark(BROUGHT, f"The source brings {count}: {', '.join(picture.name for picture in brought)[:300]}.")
    return Imported(replace(article, warnings=(remark, *article.warnings)), part, brought)


def place_pictures(imported: Imported, addresses: Mapping[str, str]) -> Article:
    """The article with the pictures it brought at their addresses, by name; where there is none, the place is open."""
    article = imported.article
    blocks: list[Block] = []
    for block in article.blocks:
        if isinstance(block, Image) and block.src.startswith(SCHEME):
            blocks.append(replace(block, src=addresses.get(block.src.removeprefix(SCHEME), "")))
        else:
            blocks.append(block)
    names = {picture.name for picture in imported.pictures}
    kept = [remark for remark in article.warnings if remark.code != BROUGHT or not names <= addresses.keys()]
    kept += [
        Remark("image_missing", "The source brings this picture. Add it, or remove this block.", f"block {number}")
        for number, (before, after) in enumerate(zip(article.blocks, blocks, strict=True), start=1)
        if before != after and isinstance(after, Image) and not after.src
    ]
    return replace(article, blocks=tuple(blocks), warnings=tuple(kept))
