"""What a page of an import is made of, for both databases."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple


class PageRow(NamedTuple):
    """One person of the file; `n` is the row's number there, `fields` is JSON."""

    n: int
    email: str
    email_key: str
    address_hash: str
    domain: str
    first_name: str
    last_name: str
    language: str
    fields: str
    agreed_at: datetime | None


@dataclass(frozen=True, slots=True)
class Order:
    """What is asked of every page. `overwrite`: the file's details win over those that are there."""

    list_ids: Sequence[int]
    overwrite: bool
    import_id: int
    basis: str
    user_id: int | None


class TakenMeanwhile(Exception):
    """Somebody who was a stranger a moment ago is here now; nothing of the page's strangers was written."""


def as_pairs(rows: Iterable[Any]) -> dict[str, Any]:
    """Rows of two columns as first -> second."""
    return dict(map(tuple, rows))
