"""PostgreSQL databases that tests borrow: emptied between two tests, since making one costs twenty times as much.

One whose tables are no longer those that were lent (a migration, a restore) is dropped, never lent again. Each loan has
a user of its own, so that a process which outlives its test is let into no database, and not into the next test's. The
connection that empties a database stays, since a new one would first have to read what all its tables are.
"""

from dataclasses import dataclass, field

import psycopg
from psycopg import sql

from tests.servers.postgresql import PostgresqlServer, name_of

LARGE_BYTES = 1024 * 1024
"""Beyond this a table is truncated; below, deleting its rows is quicker than making new files for it."""

OURS = """
SELECT c.oid, c.relname, c.relkind, n.nspname FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
WHERE n.nspname NOT LIKE 'pg\\_%' AND n.nspname <> 'information_schema'
"""
SHAPE = f"""
WITH ours AS ({OURS}), lines (line) AS (
    SELECT ours::text FROM ours
    UNION ALL SELECT (a.attrelid, a.attnum, a.attname, a.atttypid, a.attnotnull, a.atthasdef, a.attisdropped)::text
        FROM pg_attribute a JOIN ours ON ours.oid = a.attrelid
    UNION ALL SELECT (k.oid, k.conname, k.convalidated)::text FROM pg_constraint k JOIN ours ON ours.oid = k.conrelid
    UNION ALL SELECT (t.oid, t.tgname, t.tgenabled)::text FROM pg_trigger t JOIN ours ON ours.oid = t.tgrelid
    UNION ALL SELECT version_num FROM alembic_version
) SELECT md5(string_agg(line, '|' ORDER BY line)) FROM lines
"""
OTHERS = """
SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()
"""
BEGIN_AT_ONE = """
SELECT setval(format('%I.%I', schemaname, sequencename), start_value, false) FROM pg_sequences
WHERE last_value IS NOT NULL
"""


@dataclass
class Lendable:
    """A database, who may use it now, the connection that empties it, and the shape in which it is lent."""

    database: str
    user: str
    keeper: psycopg.Connection
    shape: str


@dataclass
class CleanDatabases:
    server: PostgresqlServer
    template: str
    clean: list[Lendable] = field(default_factory=list)
    lent: dict[str, Lendable] = field(default_factory=dict)

    def lend(self) -> str:
        """The address of a database that is as the template."""
        one = self.clean.pop() if self.clean else self.make()
        address = self.server.address(one.database, user=one.user)
        self.lent[address] = one
        return address

    def make(self) -> Lendable:
        address = self.server.fresh(self.template)
        keeper = psycopg.connect(address, autocommit=True)
        user = self.server.new_name()
        keeper.execute(f"CREATE ROLE {user} SUPERUSER LOGIN")
        return Lendable(name_of(address), user, keeper, shape(keeper))

    def take_back(self, address: str) -> None:
        one = self.lent.pop(address)
        try:
            is_clean = self.emptied(one)
        except psycopg.Error:
            is_clean = False
        if is_clean:
            self.clean.append(one)
        else:
            one.keeper.close()
            self.server.drop(address)

    def close(self) -> None:
        """The server goes, and its databases with it."""
        for one in (*self.clean, *self.lent.values()):
            one.keeper.close()

    def emptied(self, one: Lendable) -> bool:
        """Whether its tables are those that were lent, and it is empty again and nobody's."""
        user, one.user = one.user, self.server.new_name()
        one.keeper.execute(f"ALTER ROLE {user} RENAME TO {one.user}")
        one.keeper.execute(OTHERS)
        with one.keeper.transaction():
            if shape(one.keeper) != one.shape:
                return False
            empty(one.keeper)
        return True


def shape(connection: psycopg.Connection) -> str:
    return connection.execute(SHAPE).fetchone()[0]


def empty(connection: psycopg.Connection) -> None:
    """Takes all rows but the schema's number out, whatever refers to what, and lets ids begin at 1."""
    names = [name for _, name, kind, _ in connection.execute(OURS) if kind == "r" and name != "alembic_version"]
    probe = sql.SQL(" UNION ALL ").join(
        sql.SQL("SELECT {0}, pg_relation_size({0}::regclass) WHERE EXISTS (SELECT 1 FROM {1})").format(
            sql.Literal(name), sql.Identifier(name)
        )
        for name in names
    )
    used = connection.execute(probe).fetchall()
    connection.execute("SET LOCAL session_replication_role = replica")
    for name, size in used:
        way = "TRUNCATE {} CASCADE" if size > LARGE_BYTES else "DELETE FROM {}"
        connection.execute(sql.SQL(way).format(sql.Identifier(name)))
    connection.execute(BEGIN_AT_ONE)
