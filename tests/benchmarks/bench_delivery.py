"""The Delivery page while a campaign of a million letters is on its way, half of them done, many put off.

A thousand letters a second were accepted in the last minute; sixteen chunks are in hand; the rest was given back with
rows to go and to be tried again.
    python -m tests.benchmarks.bench_delivery [--db postgresql] [--letters 1000000] [--times 20]
"""

import argparse
import tempfile
from datetime import timedelta
from pathlib import Path

from sqlalchemy import text

from app.clock import now
from app.config import load_settings
from app.database.engine import make_engine
from app.database.migrate import migrate
from app.database.session import dispose, transaction
from app.factory import create_app
from app.models import DomainPace, HostBeat
from app.startup import open_house
from tests.benchmarks.bench_campaign import SECRET, database_address
from tests.benchmarks.bench_report import Page, owner_of, p95
from tests.benchmarks.big_house import Sql, numbers, settle, stamp
from tests.benchmarks.measuring import Row, keep, table
from tests.factories.campaigns import make_sending
from tests.servers.valkey import start_valkey

MUST_MS = 300
CHUNK = 500
IN_HAND = 16
A_SECOND = 1_000


def fill(kind: str, letters: int) -> None:
    """People, their letters and the chunks, as a freeze and half a send would have left them."""
    sql = Sql(kind)
    with transaction() as session:
        campaign_id = make_sending(session, name="Water in winter").id
        session.execute(text("DELETE FROM chunk"))
        values = {"letters": letters, "campaign": campaign_id, "long_ago": stamp(1)}
        ago = sql.time(":long_ago", "0")
        people = f"""
            INSERT INTO subscriber
              (email, email_key, address_hash, domain, first_name, last_name, language, fields, created_at)
            {numbers(":letters")} SELECT 'r' || n || '@post.test', 'r' || n || '@post.test', {sql.hash("n")},
              'post.test', '', '', 'en', {sql.json("'{}'")}, {ago} FROM counted"""
        messages = f"""
            INSERT INTO message (campaign_id, subscriber_id, address_hash, status, attempts, sent_at)
            SELECT :campaign, id, address_hash,
              CASE WHEN id <= :letters / 2 THEN 'sent' WHEN id % 5 = 0 THEN 'deferred' ELSE 'pending' END, 0,
              CASE WHEN id <= :letters / 2 THEN {ago} END
            FROM subscriber ORDER BY id"""
        chunks = f"""
            INSERT INTO chunk (campaign_id, first_id, last_id, wave, domain_group, state, fence, begun_to, beat, counts)
            SELECT :campaign, min(id), max(id), 0, 'post.test',
              CASE WHEN max(id) <= :letters / 2 THEN 'done'
                WHEN min(id) <= :letters / 2 + {IN_HAND * CHUNK} THEN 'leased' ELSE 'open' END, 1, 0, {ago},
              {sql.json(COUNTS)}
            FROM message GROUP BY (id - 1) / {CHUNK}"""
        for statement in (people, messages, chunks, "UPDATE chunk SET counts = NULL WHERE state = 'leased'"):
            session.execute(text(statement), values)
        for number in range(20):
            session.add(DomainPace(domain=f"p{number}.test", per_minute=60, slowed_at=now(), changed_at=now()))
        session.add(HostBeat(host="alpha.1", at=now(), boot_seconds=1))
    settle(sql)


def as_of_now(kind: str, letters: int) -> None:
    """The last thousand letters a second were accepted in the minute that ends now."""
    sql = Sql(kind)
    first = max(0, letters // 2 - 60 * A_SECOND)
    values = {"since": f"{now() - timedelta(seconds=60):%Y-%m-%d %H:%M:%S}", "first": first, "half": letters // 2}
    at = {name: sql.time(":since", f"({name} - {first}) / {A_SECOND}.0") for name in ("id", "last_id")}
    with transaction() as session:
        lately = f"UPDATE message SET sent_at = {at['id']} WHERE id > :first AND id <= :half"
        done = f"UPDATE chunk SET beat = {at['last_id']} WHERE first_id > :first AND state = 'done'"
        for statement in (lately, done, f"UPDATE chunk SET beat = {sql.time(':since', '55')} WHERE state = 'leased'"):
            session.execute(text(statement), values)


COUNTS = (
    "'{"
    + " || ', ".join(
        f"\"{word}\": ' || sum(CASE status WHEN '{word}' THEN 1 ELSE 0 END)" for word in ("sent", "pending", "deferred")
    )
    + " || '}'"
)


def measure(kind: str, letters: int, times: int) -> list[Row]:
    with tempfile.TemporaryDirectory(prefix="lwd") as name, database_address(kind, Path(name)) as address:
        engine = make_engine(address)
        migrate(engine)
        engine.dispose()
        valkey = start_valkey(Path(name))
        try:
            told = {"database_url": address, "redis_url": valkey.address, "smtp_url": "smtp://mail.example.test"}
            settings = load_settings(data=Path(name), given_secret=SECRET, **told)
            open_house(settings)
            fill(kind, letters)
            visitor = owner_of(create_app(settings))
            pages = [
                Page("delivery", "/delivery"),
                Page("its live part", "/delivery/live", part=True),
                Page("metrics", "/metrics"),
            ]
            for _ in range(times + 1):
                as_of_now(kind, letters)
                for page in pages:
                    page.ask(visitor, None)
        finally:
            dispose()
            valkey.stop()
    rows = [Row(f"{page.name}, {kind}", "ms", tuple(1000 * wall for wall in page.walls[1:])) for page in pages]
    worst = (p95([value for row in rows[:2] for value in row.values]),)
    label = f"delivery with {letters:,} letters, 95th percentile, {kind}"
    return [*rows, Row(label, "ms", worst, must=MUST_MS, at_most=True)]


def main(arguments: list[str] | None = None) -> list[Row]:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--db", choices=("sqlite", "postgresql"), default="sqlite")
    parser.add_argument("--letters", type=int, default=1_000_000)
    parser.add_argument("--times", type=int, default=20)
    given = parser.parse_args(arguments)
    rows = measure(given.db, given.letters, given.times)
    print(table(rows))
    print("written to", keep(f"delivery-{given.db}", rows))
    return rows


if __name__ == "__main__":
    main()
