"""A real campaign through the real workers into smtp-sink, against C `smtp-source` into the same sink.

Unsigned, 32 KB letters with 15 tracked links, personalised, every letter booked in the ledger: goal 2. Its neighbours
`bench_signed` and `bench_conditions` are the same with other letters.
    python -m tests.benchmarks.bench_campaign [--db postgresql] [--letters 40000] [--pairs 5]
"""

import argparse
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import func, select, text

from app.clock import now
from app.config import Settings, child_environment, load_settings
from app.database.engine import make_engine
from app.database.migrate import migrate
from app.database.session import dispose, engine, reading, transaction
from app.models import (
    Article,
    Campaign,
    CampaignList,
    CampaignStatus,
    Message,
    MessageStatus,
    Variant,
)
from app.services.audience import freeze_page
from app.services.envelopes import envelope_from_json
from app.services.letter_rows import LetterRow
from app.services.letters import campaign_hash, compile_campaign, load_compiled
from app.services.signing_keys import make_key, signer_of, start_signing
from app.startup import open_house
from emails.articles.article_json import article_to_json
from emails.articles.blocks import Article as Written
from emails.articles.blocks import Paragraph
from tests.benchmarks.measuring import Row, cpu_seconds, free_port, has_children, keep, table
from tests.benchmarks.readership import add_list, add_people, add_speaker, confirm
from tests.servers.lifetime import die_with_parent
from tests.servers.postgresql import start_postgresql
from tests.servers.valkey import start_valkey
from workers.sending.writers import prepare_draft, write_letter

SECRET = "a secret for benchmarks, long enough to be accepted"
LINKS = 15
LETTER_BYTES = 32_000
PATIENCE_SECONDS = 600
WORDS = "The spring carries more water in winter than the well can hold, so we measured it again. "


CONDITION = " {% if subscriber.first_name == 'Ada7' %}You are the seventh.{% elif subscriber.last_name %}Dear {{ subscriber.last_name }}.{% else %}Dear reader.{% endif %}"  # noqa: E501
CONDITIONS = 5


@dataclass(frozen=True)
class Shape:
    """What kind of letter leaves, and what is asked of its rate, in percent of smtp-source's."""

    name: str
    goal: int
    must: float
    aim: float
    signed: bool = False
    conditions: bool = False


UNSIGNED = Shape("unsigned", 2, 75, 100)


@dataclass
class Stage:
    """Everything that runs while letters leave: the sink, the workers, and the list they write to."""

    port: int
    settings: Settings
    workers: list[subprocess.Popen]
    brand_id: int = 0
    sender_id: int = 0
    list_id: int = 0
    shape: Shape = UNSIGNED


@contextmanager
def running(command: list[str], **given) -> Iterator[subprocess.Popen]:
    process = subprocess.Popen(command, preexec_fn=die_with_parent, **given)
    try:
        yield process
    finally:
        process.terminate()
        process.wait(60)


@contextmanager
def database_address(kind: str, folder: Path) -> Iterator[str]:
    if kind == "sqlite":
        yield f"sqlite:///{folder / 'letterwright.db'}"
        return
    server = start_postgresql(durable=True)
    try:
        server.run("CREATE DATABASE bench")
        yield server.address("bench")
    finally:
        server.stop()


@contextmanager
def stage(
    kind: str, workers: int, connections: int, *, send: str = "workers", distance_ms: int = 0, sink: str = ""
) -> Iterator[Stage]:
    """`send` is the module whose `send` role hands the letters over; with a distance the sink is one of our own.

    `sink` is another module to be the sink, given its port.
    """
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="lwb")))
        address = stack.enter_context(database_address(kind, folder))
        engine = make_engine(address)
        migrate(engine)
        engine.dispose()
        valkey = start_valkey(folder)
        stack.callback(valkey.stop)
        port = free_port()
        command = [sys.executable, "-m", sink, str(port)] if sink else sink_at(port, distance_ms)
        stack.enter_context(running(command))
        given = {
            "LETTERWRIGHT_DATA": str(folder),
            "LETTERWRIGHT_SECRET": SECRET,
            "DATABASE_URL": address,
            "REDIS_URL": valkey.address,
            "SMTP_URL": f"smtp://127.0.0.1:{port}?connections={connections}&letters=1000000",
        }
        settings = load_settings(
            data=folder, given_secret=SECRET, database_url=address, redis_url=valkey.address, smtp_url=given["SMTP_URL"]
        )
        open_house(settings)
        stack.callback(dispose)
        environment = child_environment(**given)
        started = [
            stack.enter_context(running([sys.executable, "-m", module, role], env=environment))
            for module, role in [(send, "send")] * workers + [("workers", "general")]
        ]
        time.sleep(3)
        yield Stage(port, settings, started)


def sink_at(port: int, distance_ms: int) -> list[str]:
    if distance_ms:
        return [sys.executable, "-m", "tests.benchmarks.distant_sink", str(port), str(distance_ms)]
    return [which("smtp-sink"), "-u", "nobody", f"127.0.0.1:{port}", "1000"]


def which(tool: str) -> str:
    found = shutil.which(tool) or shutil.which(tool, path="/usr/sbin:/usr/local/sbin")
    if found is None:
        raise SystemExit(f"{tool} is missing; it comes with Debian's package postfix (no daemon needs to run)")
    return found


def fill(house: Stage, people: int) -> None:
    """A brand, a sender, its key, and a list of confirmed readers."""
    with transaction() as session:
        if house.shape.signed:
            make_key(session, "example.test")
            start_signing(session, "example.test")
        house.brand_id, house.sender_id = add_speaker(session)
        house.list_id = add_list(session, house.brand_id, "Readers")
        add_people(session, [f"reader{number}@d{number % 50}.example.test" for number in range(people)])
        confirm(session, house.list_id)


def written(paragraphs: int, *, conditions: bool = False) -> Written:
    chosen = [CONDITION if conditions and number < CONDITIONS else "" for number in range(LINKS)]
    linked = [
        Paragraph(f'{WORDS * 2}<a href="https://example.test/story/{number}">Read on</a> {WORDS}{chosen[number]}')
        for number in range(LINKS)
    ]
    return Written(title="Water in winter", blocks=(*linked, *(Paragraph(WORDS * 3) for _ in range(paragraphs))))


def prepared_campaign(house: Stage, paragraphs: int) -> int:
    """A campaign that is compiled and waits for its freeze."""
    with transaction() as session:
        article = Article(content=article_to_json(written(paragraphs, conditions=house.shape.conditions)))
        session.add(article)
        session.flush()
        campaign = Campaign(
            name="Water in winter",
            brand_id=house.brand_id,
            sender_id=house.sender_id,
            article_id=article.id,
            subject="Water for {{ subscriber.first_name | default('you') }}",
            status=CampaignStatus.PREPARING,
            started_at=now(),
        )
        session.add(campaign)
        session.flush()
        session.add(CampaignList(campaign_id=campaign.id, list_id=house.list_id))
        session.flush()
        campaign.approved_hash = campaign_hash(session, campaign.id)
        if not compile_campaign(session, campaign.id):
            raise SystemExit(f"the campaign was held: {campaign.trouble}")
        return campaign.id


def run_campaign(house: Stage, paragraphs: int, *, recorded: bool = True) -> tuple[float, float]:
    """Letters a second, and CPU microseconds of all send processes for one letter."""
    campaign_id = prepared_campaign(house, paragraphs)
    senders = house.workers[:-1]
    before = sum(cpu_seconds(worker.pid) for worker in senders)
    more = True
    while more:
        with transaction() as session:
            more = freeze_page(session, campaign_id)
    started = time.monotonic()
    while not all_done(campaign_id):
        if time.monotonic() - started > PATIENCE_SECONDS:
            raise SystemExit("the campaign did not end")
        time.sleep(0.1)
    seconds = time.monotonic() - started
    while any(has_children(worker.pid) for worker in senders):
        time.sleep(0.05)
    letters = count_sent(campaign_id) if recorded else count_rows(campaign_id)
    cpu = sum(cpu_seconds(worker.pid) for worker in senders) - before
    return letters / seconds, cpu / letters * 1e6


STILL_OPEN = text("SELECT 1 FROM chunk WHERE campaign_id = :campaign_id AND state <> 'done' LIMIT 1")


def all_done(campaign_id: int) -> bool:
    """Asked so cheaply that asking takes nothing from what is measured."""
    with engine().connect() as connection:
        return connection.execute(STILL_OPEN, {"campaign_id": campaign_id}).first() is None


def count_rows(campaign_id: int) -> int:
    with reading() as session:
        return session.scalar(select(func.count()).where(Message.campaign_id == campaign_id))


def count_sent(campaign_id: int) -> int:
    with reading() as session:
        found = dict(
            session.execute(
                select(Message.status, func.count()).where(Message.campaign_id == campaign_id).group_by(Message.status)
            ).all()
        )
    if set(found) != {MessageStatus.SENT}:
        raise SystemExit(f"not every letter was sent: {found}")
    return found[MessageStatus.SENT]


def run_source(port: int, letters: int, *, connections: int = 10) -> float:
    command = [which("smtp-source"), "-d", "-s", str(connections), "-l", str(LETTER_BYTES), "-m", str(letters)]
    command.append(f"127.0.0.1:{port}")
    started = time.monotonic()
    subprocess.run(command, check=True)
    return letters / (time.monotonic() - started)


def paragraphs_for_size(house: Stage) -> int:
    """How many paragraphs make a letter of 32 KB, header and both parts together."""
    few, many = 10, 60
    smaller, bigger = letter_size(house, few), letter_size(house, many)
    return few + round((LETTER_BYTES - smaller) * (many - few) / (bigger - smaller))


def letter_size(house: Stage, paragraphs: int) -> int:
    campaign_id = prepared_campaign(house, paragraphs)
    with reading() as session:
        variant = session.scalars(
            select(Variant).where(Variant.campaign_id == campaign_id).order_by(Variant.id)
        ).first()
        envelope = envelope_from_json(variant.envelope)
        draft = prepare_draft(
            load_compiled(session, variant.id),
            envelope,
            campaign_id=campaign_id,
            date=now(),
            signer=signer_of(session, envelope.dkim_key),
        )
        row = LetterRow(1_000_000, variant.id, 0, "reader1000@d7.example.test", "Ada1000", "", "en", {})
    return len(write_letter({variant.id: draft}, row, date=now()).body)


def measure(
    kind: str, letters: int, pairs: int, *, workers: int, connections: int, shape: Shape = UNSIGNED
) -> list[Row]:
    sources, ours, ratios, cpus, signatures = [], [], [], [], []
    with stage(kind, workers, connections) as house:
        house.shape = shape
        fill(house, letters)
        paragraphs = paragraphs_for_size(house)
        run_campaign(house, paragraphs)
        for _ in range(pairs):
            sources.append(run_source(house.port, letters))
            rate, cpu = run_campaign(house, paragraphs)
            ours.append(rate)
            cpus.append(cpu)
            ratios.append(100 * rate / sources[-1])
            if shape.signed:
                signatures.append(cpu / signature_us())
    label = f"campaign, {shape.name}, {kind}"
    rows = [
        Row("smtp-source -d -s 10 -l 32000", "letters/s", tuple(sources)),
        Row(label, "letters/s", tuple(ours)),
        Row(f"{label} / smtp-source", "%", tuple(ratios), must=shape.must, aim=shape.aim, goal=shape.goal),
        Row(f"{label}: CPU of send processes", "us/letter", tuple(cpus)),
    ]
    if signatures and not shape.conditions:
        told = f"{label}: CPU of send processes"
        rows.append(Row(told, "signatures", tuple(signatures), must=2.2, aim=1.6, goal=5, at_most=True))
    return rows


def signature_us() -> float:
    """What one RSA-2048 signature costs OpenSSL here and now, in microseconds of CPU."""
    command = [which("openssl"), "speed", "-mr", "-seconds", "2", "rsa2048"]
    told = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    signs = float(next(line for line in told.splitlines() if line.startswith("+F2:")).split(":")[3])
    return 1e6 / signs if signs > 1 else 1e6 * signs  # newer versions tell how many a second, older ones how long


def main(arguments: list[str] | None = None, shape: Shape = UNSIGNED) -> list[Row]:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--db", choices=("sqlite", "postgresql"), default="sqlite")
    parser.add_argument("--letters", type=int, default=40_000)
    parser.add_argument("--pairs", type=int, default=5)
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--connections", type=int, default=5, help="of each send process; smtp-source has 10")
    given = parser.parse_args(arguments)
    rows = measure(
        given.db, given.letters, given.pairs, workers=given.workers, connections=given.connections, shape=shape
    )
    print(table(rows))
    print("written to", keep(f"campaign-{shape.name}-{given.db}", rows))
    return rows


if __name__ == "__main__":
    main()
