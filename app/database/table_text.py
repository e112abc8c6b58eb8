"""Tables as text, the same for both databases: lines of PostgreSQL's COPY with times in UTC. For backups only."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from sqlalchemy import JSON, Column, DateTime, Float, Integer, String, Table, TypeDecorator
from sqlalchemy.types import TypeEngine

from app.models import Base

NULL = r"\N"
ESCAPED = re.compile(r"\\(.)")
MARKS = {"b": "\b", "f": "\f", "n": "\n", "r": "\r", "t": "\t", "v": "\v"}


class Kind(StrEnum):
    """What a column holds; the word stands in backups."""

    INTEGER = "integer"
    REAL = "real"
    TEXT = "text"
    TIME = "time"
    JSON = "json"


KIND_OF: dict[type[TypeEngine[Any]], Kind] = {
    Integer: Kind.INTEGER,
    Float: Kind.REAL,
    String: Kind.TEXT,
    DateTime: Kind.TIME,
    JSON: Kind.JSON,
}


@dataclass(frozen=True, slots=True)
class Shape:
    """A table as a backup knows it: its name, and its columns in order with the kind of each."""

    table: str
    columns: Mapping[str, Kind]

    @property
    def quoted_columns(self) -> str:
        return ", ".join(f'"{name}"' for name in self.columns)


def shapes() -> tuple[Shape, ...]:
    """Every table of the models, those that others refer to first."""
    return tuple(shape_of(table) for table in Base.metadata.sorted_tables)


def shape_of(table: Table) -> Shape:
    return Shape(table.name, {column.name: kind_of(column) for column in table.columns})


def kind_of(column: Column[Any]) -> Kind:
    kept = column.type.impl_instance if isinstance(column.type, TypeDecorator) else column.type
    return next(kind for type_, kind in KIND_OF.items() if isinstance(kept, type_))


def read_line(line: str) -> list[str | None]:
    """The cells of one line, without its end."""
    return [None if cell == NULL else plain(cell) for cell in line.split("\t")]


def plain(cell: str) -> str:
    return ESCAPED.sub(lambda found: MARKS.get(found[1], found[1]), cell) if "\\" in cell else cell
