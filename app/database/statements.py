"""Chooses the statements that SQLite and PostgreSQL each need; both modules have the same functions."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, Protocol

from sqlalchemy import ColumnElement, SQLColumnExpression
from sqlalchemy.orm import Session

from app.database import postgresql, sqlite


class Statements(Protocol):
    """What `sqlite.py` and `postgresql.py` both offer."""

    def freeze_page(self, session: Session, page: Mapping[str, object]) -> int: ...

    def lease_open_chunk(self, session: Session, lease: Mapping[str, object]) -> tuple[Any, ...] | None: ...

    def update_messages(
        self, session: Session, lease: Mapping[str, object], outcomes: Sequence[Mapping[str, object]]
    ) -> set[int]: ...

    def lease_due_notice(self, session: Session, *, owner: str, now: datetime, until: datetime) -> int | None: ...

    def cut_time(self, moment: SQLColumnExpression[Any], signs: int) -> ColumnElement[str]: ...

    def field_of(self, fields: SQLColumnExpression[Any], name: str) -> ColumnElement[str]: ...

    def name_begins(self, name: SQLColumnExpression[Any], word: str) -> ColumnElement[bool]: ...

    def key_begins(self, key: SQLColumnExpression[Any], word: str) -> ColumnElement[bool]: ...

    def number_messages_beyond(self, session: Session, last_id: int) -> None: ...


def statements_for(session: Session) -> Statements:
    return postgresql if session.get_bind().dialect.name == "postgresql" else sqlite
