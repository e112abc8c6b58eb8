"""Runs migrations on the engine that `migrate()` hands over."""

from typing import Any, Literal

from alembic import context
from alembic.autogenerate.api import AutogenContext
from sqlalchemy import JSON

from app.models import Base
from app.models.base import UtcTime, Word


def render_type(kind: str, item: Any, autogen: AutogenContext) -> str | Literal[False]:
    """Writes our own column types as plain ones, so that old migrations need no code of today."""
    if kind != "type":
        return False
    if isinstance(item, UtcTime):
        return "sa.DateTime(timezone=True)"
    if isinstance(item, Word):
        return "sa.String(40)"
    if isinstance(item, JSON):
        autogen.imports.add("from sqlalchemy.dialects.postgresql import JSONB")
        return 'sa.JSON().with_variant(JSONB(), "postgresql")'
    return False


def is_kept_here(item: Any, _name: str | None, kind: str, reflected: bool, _other: Any) -> bool:
    """Whether this kind of database keeps a foreign key of the models, or has triggers in its place."""
    rule = None if reflected or kind != "foreign_key_constraint" else item._ddl_if  # noqa: SLF001
    return rule is None or rule.dialect == engine.dialect.name


engine = context.config.attributes["engine"]

with engine.connect() as connection:
    context.configure(
        connection=connection,
        target_metadata=Base.metadata,
        render_as_batch=connection.dialect.name == "sqlite",
        compare_type=True,
        render_item=render_type,
        include_object=is_kept_here,
        transaction_per_migration=True,
    )
    with context.begin_transaction():
        context.run_migrations()
