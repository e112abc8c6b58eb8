"""Where a block stands: "3" in the article, "3.1.0" the first of the second column of block 3. Pure."""

from collections.abc import Callable
from dataclasses import replace

from emails.articles.blocks import COLUMNS, Block, Columns
from emails.articles.edit import Blocks, insert, look, move, remove, stale

Path = tuple[int, ...]
INSIDE = 3
"""Numbers of a path that leads into columns."""


def read_path(written: str) -> Path:
    """The path that is written with dots. Raises: ArticleBroken where it is none."""
    parts = written.split(".")
    if len(parts) not in {1, INSIDE} or not all(part.isascii() and part.isdecimal() for part in parts):
        raise stale(0)
    return tuple(int(part) for part in parts)


def written(path: Path) -> str:
    return ".".join(map(str, path))


def beside(path: Path, at: int) -> Path:
    """The path of position `at` in the same list of blocks."""
    return (*path[:-1], at)


def list_at(blocks: Blocks, path: Path) -> Blocks:
    """The list of blocks in which the path's last number counts."""
    return blocks if len(path) < INSIDE else _column(blocks, path)


def block_at(blocks: Blocks, path: Path) -> Block:
    return look(list_at(blocks, path), path[-1])


def change_at(blocks: Blocks, path: Path, change: Callable[[Blocks, int], Blocks]) -> Blocks:
    """The blocks with the list that the path leads to changed."""
    changed = change(list_at(blocks, path), path[-1])
    if len(path) < INSIDE:
        return changed
    outer, column, _ = path
    block = look(blocks, outer)
    assert isinstance(block, Columns)
    columns = (*block.columns[:column], changed, *block.columns[column + 1 :])
    return (*blocks[:outer], replace(block, columns=columns), *blocks[outer + 1 :])


def carry(blocks: Blocks, path: Path, to: Path) -> tuple[Blocks, Path]:
    """Takes the block at `path` out and puts it before what stands at `to`; answers where it is then."""
    if path[:-1] == to[:-1]:
        at = to[-1] - (to[-1] > path[-1])
        return change_at(blocks, path, lambda inner, here: move(inner, here, at)), beside(path, at)
    block = block_at(blocks, path)
    rest = change_at(blocks, path, remove)
    if len(path) < len(to) and path[0] < to[0]:
        to = (to[0] - 1, *to[1:])
    return change_at(rest, to, lambda inner, at: insert(inner, at, (block,))), to


def _column(blocks: Blocks, path: Path) -> Blocks:
    block = look(blocks, path[0])
    if not isinstance(block, Columns) or not 0 <= path[1] < min(COLUMNS, len(block.columns)):
        raise stale(path[0])
    return block.columns[path[1]]
