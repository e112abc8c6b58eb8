"""A house with a million people, and campaigns that hundreds of thousands got, opened and clicked: filled by sets."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import text
from sqlalchemy.orm import Session

from app.clock import now
from app.database.session import engine, transaction
from app.models import Campaign, CampaignStatus, Link, MailingList, Tracking, Variant
from app.services.letters import compile_campaign_letter, letter_plan
from app.services.tallies import mark_changed
from tests.factories.campaigns import make_preparing
from tests.factories.mailing_lists import make_list
from tests.factories.ready import make_ready

LINKS = 15
AGENT = (
    "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/17.4 Safari/605"
)
FACTS = f'{{"method": "GET", "ip": "198.51.100.7", "agent": "{AGENT}", "signals": {{}}}}'
MIXED = "(({} * 2654435761) % 4294967296)"


@dataclass(frozen=True)
class Size:
    """`letters` of each of the `earlier` campaigns and of the one looked at; `people` stored, each on a list."""

    people: int = 1_000_000
    letters: int = 300_000
    earlier: int = 10


@dataclass(frozen=True)
class House:
    """Where to look: the newest campaign, the list with everybody, and somebody who opened much."""

    campaign: int
    everybody: int
    reader: int
    address: str


@dataclass(frozen=True)
class Sql:
    """What the two databases write differently."""

    name: str

    def time(self, began: str, seconds: str) -> str:
        if self.name == "sqlite":
            return f"strftime('%Y-%m-%d %H:%M:%f000', {began}, '+' || ({seconds}) || ' seconds')"
        return f"CAST({began} AS timestamptz) + ({seconds}) * interval '1 second'"

    def hash(self, number: str) -> str:
        return f"printf('%032x', {number})" if self.name == "sqlite" else f"lpad(to_hex({number}), 32, '0')"

    def json(self, words: str) -> str:
        return words if self.name == "sqlite" else f"CAST({words} AS jsonb)"


def numbers(count: str) -> str:
    return (
        f"WITH RECURSIVE counted(n) AS (SELECT CAST(1 AS bigint) UNION ALL SELECT n + 1 FROM counted WHERE n < {count})"
    )


def fill(size: Size) -> House:
    sql = Sql(engine().dialect.name)
    with transaction() as session:
        draft, _few = make_ready(session)
        compiled = compile_campaign_letter(session, draft, letter_plan(session, draft, tracked=True)).to_json()
        everybody = make_list(session, name="Everybody", brand_id=draft.brand_id)
        weekly = make_list(session, name="Weekly", brand_id=draft.brand_id)
        values = {"people": size.people, "letters": size.letters, "began": stamp(500)}
        for statement in people(sql, everybody.id, weekly.id):
            session.execute(text(statement), values)
    for place in range(size.earlier, -1, -1):
        with transaction() as session:
            campaign_id = add_campaign(session, sql, weekly, days=7 * place + 11, compiled=compiled)
    settle(sql)
    with transaction() as session:
        mark_changed(session, session.scalars(text("SELECT id FROM campaign WHERE status = 'sent'")))
        return House(campaign_id, everybody.id, *most_active(session, campaign_id))


def most_active(session: Session, campaign_id: int) -> tuple[int, str]:
    """The one who did most with the newest letter."""
    did = "SELECT subscriber_id AS id FROM event WHERE campaign_id = :id AND subscriber_id IS NOT NULL GROUP BY 1"
    first = f"SELECT id, email FROM subscriber WHERE id = ({did} ORDER BY count(*) DESC, 1 LIMIT 1)"
    return tuple(session.execute(text(first), {"id": campaign_id}).one())


def settle(sql: Sql) -> None:
    """What each database does of itself in time."""
    with engine().connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.exec_driver_sql("ANALYZE" if sql.name == "sqlite" else "VACUUM ANALYZE")


def stamp(days: int) -> str:
    return f"{now() - timedelta(days=days):%Y-%m-%d %H:%M:%S}"


def people(sql: Sql, everybody: int, weekly: int) -> Iterator[str]:
    mixed, counted = MIXED.format("n"), numbers(":people")
    at = sql.time(":began", f"{mixed} % 43000000")
    domain = (
        "CASE WHEN n % 10 < 4 THEN 'post.test' WHEN n % 10 < 6 THEN 'mail.test' ELSE 'at' || (n % 997) || '.test' END"
    )
    yield f"""
        INSERT INTO subscriber
          (email, email_key, address_hash, domain, first_name, last_name, language, fields, created_at,
           details_changed_at)
        {counted}
        SELECT 'reader' || {mixed} || '@' || {domain}, 'reader' || {mixed} || '@' || {domain}, {sql.hash(mixed)},
          {domain}, 'First' || (n % 1000), 'Last' || (n % 5000), 'en', {sql.json("'{}'")}, {at}, NULL FROM counted
        """
    for list_id, who in ((everybody, "true"), (weekly, "id <= :letters * 20 / 19")):
        yield f"""
            INSERT INTO subscription (subscriber_id, list_id, status, confirmed_at, unsubscribed_at, created_at)
            SELECT id, {list_id}, CASE WHEN id % 20 = 0 THEN 'unsubscribed' ELSE 'confirmed' END, created_at,
              CASE WHEN id % 20 = 0 THEN created_at END, created_at FROM subscriber WHERE {who}
            """
        yield f"""
            INSERT INTO consent (subscriber_id, list_id, act, way, basis, ip_address, user_agent, created_at)
            SELECT id, {list_id}, 'added', CASE WHEN id % 3 = 0 THEN 'form' ELSE 'import' END,
              'They agreed on our website', '', '', created_at FROM subscriber WHERE {who}
            """
    yield """
        INSERT INTO suppression (address_hash, reason, note, created_at)
        SELECT address_hash, 'complaint', '', created_at FROM subscriber WHERE id % 150 = 0
        """


def add_campaign(session: Session, sql: Sql, readers: MailingList, *, days: int, compiled: str) -> int:
    """One that ended so many days ago: its letters, its chunks and what its readers and programs did."""
    began = now() - timedelta(days=days)
    campaign = make_preparing(session, readers, name=f"Letter of {began:%d %B}", started_at=began)
    counted = session.query(Variant).filter_by(campaign_id=campaign.id).one()
    counted.compiled = compiled
    bare = Variant(campaign_id=campaign.id, label="A bare", tracking=Tracking.OFF)
    session.add(bare)
    session.add_all(
        Link(campaign_id=campaign.id, number=number, url=f"https://example.test/article-{number}?from=letter")
        for number in range(1, LINKS + 1)
    )
    session.flush()
    values = {"campaign": campaign.id, "list": readers.id, "counted": counted.id, "bare": bare.id, "began": stamp(days)}
    for statement in (*letters(sql), *hits(sql)):
        session.execute(text(statement), values)
    end(session, campaign)
    return campaign.id


def end(session: Session, campaign: Campaign) -> None:
    """With the figures that a freeze and an end leave behind."""
    letters = session.scalar(text("SELECT count(*) FROM message WHERE campaign_id = :id"), {"id": campaign.id})
    left_out = session.scalar(text("SELECT count(*) FROM exclusion WHERE campaign_id = :id"), {"id": campaign.id})
    campaign.candidates, campaign.left_out = letters + left_out, {"unsubscribed": left_out}
    campaign.upper_subscriber_id = session.scalar(text("SELECT max(id) FROM subscriber"))
    campaign.status, campaign.ended_at = CampaignStatus.SENT, campaign.started_at + timedelta(minutes=20)


def letters(sql: Sql) -> Iterator[str]:
    mixed = MIXED.format("(id + :campaign * 7919)")
    yield f"""
        INSERT INTO message (campaign_id, subscriber_id, variant_id, address_hash, status, reason, attempts, sent_at)
        SELECT :campaign, id, CASE WHEN mixed % 100 = 1 THEN :bare ELSE :counted END, address_hash,
          CASE WHEN mixed % 200 = 0 THEN 'refused' ELSE 'sent' END,
          CASE WHEN mixed % 600 = 0 THEN 'policy' WHEN mixed % 200 = 0 THEN 'address_bad' END, 1,
          CASE WHEN mixed % 200 = 0 THEN NULL ELSE {sql.time(":began", "id % 1000")} END
        FROM (SELECT s.id, s.address_hash, {mixed.replace("(id", "(s.id")} AS mixed FROM subscriber s
          JOIN subscription l ON l.subscriber_id = s.id
          WHERE l.list_id = :list AND l.status = 'confirmed') AS readers ORDER BY id
        """
    yield """
        INSERT INTO exclusion (campaign_id, subscriber_id, reason)
        SELECT :campaign, subscriber_id, 'unsubscribed' FROM subscription
        WHERE list_id = :list AND status = 'unsubscribed'
        """
    counts = """'{"sent": ' || sum(CASE status WHEN 'sent' THEN 1 ELSE 0 END) ||
        ', "refused": ' || sum(CASE status WHEN 'refused' THEN 1 ELSE 0 END) || '}'"""
    yield f"""
        INSERT INTO chunk (campaign_id, first_id, last_id, wave, domain_group, state, fence, begun_to, counts)
        SELECT :campaign, min(id), max(id), 0, '', 'done', 1, max(id), {sql.json(counts)}
        FROM message WHERE campaign_id = :campaign GROUP BY id / 500
        """


def hits(sql: Sql) -> Iterator[str]:
    """Two in five open, one of seven of them again; one in ten clicks; programs open, and follow every link."""
    yield hit(sql, "opened", "mixed % 1000 < 400", verdict="human")
    yield hit(sql, "opened", "mixed % 1000 < 60", verdict="human", later=7_000)
    yield hit(sql, "opened", "mixed % 1000 BETWEEN 350 AND 450", verdict="undecided")
    yield hit(sql, "opened", "mixed % 1000 BETWEEN 900 AND 980", verdict="automated")
    yield hit(sql, "clicked", "mixed % 1000 < 100", verdict="human", link=f"1 + mixed / 1000 % {LINKS}")
    yield hit(sql, "clicked", "mixed % 1000 < 30", verdict="human", link=f"1 + mixed / 7000 % {LINKS}")
    for number in range(1, LINKS + 1):
        yield hit(sql, "clicked", "mixed % 1000 BETWEEN 970 AND 980", verdict="automated", link=str(number))
    yield hit(sql, "unsubscribed", "mixed % 1000 BETWEEN 10 AND 12", verdict=None)
    yield hit(sql, "reason_given", "mixed % 1000 = 10", verdict=None, facts='{"reason": "too_many", "words": ""}')
    yield """
        INSERT INTO consent (subscriber_id, list_id, act, way, basis, message_id, ip_address, user_agent, created_at)
        SELECT subscriber_id, :list, 'unsubscribed', 'one_click', '', message_id, '', '', at
        FROM event WHERE campaign_id = :campaign AND kind = 'unsubscribed'
        """


def hit(
    sql: Sql, kind: str, who: str, *, verdict: str | None, link: str = "NULL", later: int = 60, facts: str = FACTS
) -> str:
    """Events of those letters of the campaign that were accepted and counted, most of them in its first hours."""
    mixed = MIXED.format("(id + :campaign)")
    at = sql.time(":began", f"{later} + (mixed / 1000 % 1000) * (mixed / 1000 % 1000) * 864 / 1000")
    told = f"'{verdict}'" if verdict else "NULL"
    return f"""
        INSERT INTO event (kind, at, campaign_id, message_id, subscriber_id, link_number, verdict, verdict_rule,
          verdict_version, source, facts)
        SELECT '{kind}', {at}, :campaign, id, subscriber_id, CAST({link} AS integer), {told}, '', 2, NULL,
          {sql.json(f"'{facts}'")}
        FROM (SELECT id, subscriber_id, {mixed} AS mixed FROM message
          WHERE campaign_id = :campaign AND status = 'sent' AND variant_id = :counted) AS letters
        WHERE {who}
        """
