"""What an editor does inside one block: items of a list, rows and columns of a table."""

from dataclasses import replace

from emails.articles.blocks import List, ListItem, Table
from emails.articles.edit import Blocks, look

Path = tuple[int, ...]
WIDEST_TABLE = 12


def add_item(blocks: Blocks, at: int, path: Path) -> Blocks:
    """An empty list item after the one at `path` (the position in each nested list, from the outside)."""
    block = look(blocks, at)
    if not isinstance(block, List):
        return blocks
    return put(blocks, at, replace(block, items=insert_after(block.items, path)))


def remove_item(blocks: Blocks, at: int, path: Path) -> Blocks:
    """Takes the item at `path` out; the last item leaves an empty one behind."""
    block = look(blocks, at)
    if not isinstance(block, List):
        return blocks
    return put(blocks, at, replace(block, items=without(block.items, path) or (ListItem(""),)))


def insert_after(items: tuple[ListItem, ...], path: Path) -> tuple[ListItem, ...]:
    here = path[0]
    if len(path) > 1 and here < len(items):
        inner = replace(items[here], items=insert_after(items[here].items, path[1:]))
        return (*items[:here], inner, *items[here + 1 :])
    return (*items[: here + 1], ListItem(""), *items[here + 1 :])


def without(items: tuple[ListItem, ...], path: Path) -> tuple[ListItem, ...]:
    here = path[0]
    if len(path) > 1 and here < len(items):
        inner = replace(items[here], items=without(items[here].items, path[1:]))
        return (*items[:here], inner, *items[here + 1 :])
    return (*items[:here], *items[here + 1 :])


def width(table: Table) -> int:
    return max(len(row) for row in (table.header, *table.rows, ("",)))


def add_row(blocks: Blocks, at: int) -> Blocks:
    table = look(blocks, at)
    if not isinstance(table, Table):
        return blocks
    return put(blocks, at, replace(table, rows=(*table.rows, ("",) * width(table))))


def remove_row(blocks: Blocks, at: int, row: int) -> Blocks:
    table = look(blocks, at)
    if not isinstance(table, Table):
        return blocks
    return put(blocks, at, replace(table, rows=(*table.rows[:row], *table.rows[row + 1 :])))


def add_column(blocks: Blocks, at: int) -> Blocks:
    """One more column at the right, up to 12."""
    table = look(blocks, at)
    if not isinstance(table, Table) or width(table) >= WIDEST_TABLE:
        return blocks
    wide = width(table)
    rows = tuple((*row, *("",) * (wide + 1 - len(row))) for row in table.rows)
    header = (*table.header, *("",) * (wide + 1 - len(table.header))) if table.header else ()
    return put(blocks, at, Table(header, rows))


def remove_column(blocks: Blocks, at: int, column: int) -> Blocks:
    table = look(blocks, at)
    if not isinstance(table, Table) or width(table) == 1:
        return blocks
    rows = tuple((*row[:column], *row[column + 1 :]) for row in table.rows)
    return put(blocks, at, Table((*table.header[:column], *table.header[column + 1 :]), rows))


def put(blocks: Blocks, at: int, block: List | Table) -> Blocks:
    return (*blocks[:at], block, *blocks[at + 1 :])
