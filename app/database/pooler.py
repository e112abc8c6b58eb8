"""A pooler between us and PostgreSQL, such as PgBouncer: noticed at each connection, used by the transaction.

All we ask outlives no transaction (no advisory lock, no LISTEN, no SET but SET LOCAL), but for statements that psycopg
prepares on a server by itself, and for a restore, which says where its tables are built: that one is refused.
"""

from typing import Any

import psycopg
from sqlalchemy import Engine

from app.errors import Refused


class PoolerUnfit(Refused):
    """A pooler that takes transactions apart."""


UNFIT = (
    "The pooler before the database (PgBouncer) hands out servers by the statement, so that no transaction would hold. "
    "Set pool_mode = transaction in its configuration, or session, or name PostgreSQL itself in DATABASE_URL."
)


def prepare_postgresql(connection: Any, _record: object) -> None:
    """A statement that was prepared on one server is not known on the next; so none is where servers change.

    Raises:
        PoolerUnfit: transactions would be taken apart.
    """
    if is_pooled(connection):
        connection.prepare_threshold = None


def is_pooled(connection: Any) -> bool:
    """Whether another process answers than the one that greeted us, of a connection of psycopg's own."""
    try:
        row = connection.execute("SELECT pg_backend_pid()").fetchone()
        connection.rollback()
    except psycopg.Error as error:
        if "statement pooling" in str(error):
            raise PoolerUnfit(UNFIT) from error
        raise
    return bool(row[0] != connection.info.backend_pid)


def stands_between(engine: Engine) -> bool:
    """Whether a pooler stands before this database; False for SQLite. Raises: PoolerUnfit, DBAPIError."""
    if engine.dialect.name == "sqlite":
        return False
    with engine.connect() as connection:
        return is_pooled(connection.connection.driver_connection)
