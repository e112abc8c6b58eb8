"""What a provider that puts every letter off (421) costs the others: their rate with it and without it.

Interleaved pairs: a campaign to readers elsewhere, and one to as many again at the impatient provider, whose chunks
come first. The others must keep 90 % of their rate.
    python -m tests.benchmarks.bench_polite [--db postgresql] [--letters 12000] [--pairs 5]
"""

import argparse
import time

from sqlalchemy import delete, func, select

from app.database.session import reading, transaction
from app.models import (
    CampaignStatus,
    Chunk,
    ChunkState,
    DomainPace,
    Message,
    MessageStatus,
)
from app.services.audience import freeze_page
from app.services.campaigns import get_campaign
from app.services.scheduling import cancel
from tests.benchmarks.bench_campaign import PATIENCE_SECONDS, Stage, prepared_campaign, stage
from tests.benchmarks.impatient_sink import IMPATIENT
from tests.benchmarks.measuring import Row, cpu_seconds, has_children, keep, table
from tests.benchmarks.readership import add_list, add_people, add_speaker, confirm

PARAGRAPHS = 10
MUST_PERCENT = 90
ELSEWHERE = "good.test"
SINK = "tests.benchmarks.impatient_sink"


def fill(house: Stage, people: int) -> tuple[int, int]:
    """Two lists: the readers elsewhere, and those with as many again at the impatient provider."""
    with transaction() as session:
        house.brand_id, house.sender_id = add_speaker(session)
        elsewhere, everybody = (add_list(session, house.brand_id, name) for name in ("Elsewhere", "Everybody"))
        domains = (ELSEWHERE, IMPATIENT.decode())
        add_people(session, [f"reader{number}@{domain}" for domain in domains for number in range(people)])
        confirm(session, elsewhere, domain=ELSEWHERE)
        confirm(session, everybody)
        return elsewhere, everybody


def send_elsewhere(house: Stage, list_id: int, letters: int) -> tuple[float, float]:
    """Letters a second to the readers elsewhere, from the freeze to the last of them, and what senders worked for each.

    In microseconds of CPU. The rest of the campaign is cancelled.
    """
    senders = house.workers[:-1]
    before = sum(cpu_seconds(one.pid) for one in senders)
    with transaction() as session:
        session.execute(delete(DomainPace))
    house.list_id = list_id
    campaign_id = prepared_campaign(house, PARAGRAPHS)
    more = True
    while more:
        with transaction() as session:
            more = freeze_page(session, campaign_id)
    started = time.monotonic()
    while not elsewhere_done(campaign_id):
        if time.monotonic() - started > PATIENCE_SECONDS:
            raise SystemExit("the letters to the others did not end")
        time.sleep(0.02)
    seconds = time.monotonic() - started
    with transaction() as session:
        if get_campaign(session, campaign_id).status == CampaignStatus.SENDING:
            cancel(session, campaign_id)
    if count_sent(campaign_id) != letters:
        raise SystemExit("not every letter to the others was sent")
    while any(has_children(one.pid) for one in senders):
        time.sleep(0.05)
    return letters / seconds, (sum(cpu_seconds(one.pid) for one in senders) - before) / letters * 1e6


def elsewhere_done(campaign_id: int) -> bool:
    """By chunks: counting rows every moment would cost the senders more than the provider does."""
    with reading() as session:
        open_ones = Chunk.campaign_id == campaign_id, Chunk.domain_group == ELSEWHERE, Chunk.state != ChunkState.DONE
        return session.scalar(select(func.count()).where(*open_ones)) == 0


def count_sent(campaign_id: int) -> int:
    with reading() as session:
        rows = Message.campaign_id == campaign_id, Message.status == MessageStatus.SENT
        return session.scalar(select(func.count()).where(*rows)) or 0


def measure(kind: str, letters: int, pairs: int, *, workers: int, connections: int) -> list[Row]:
    alone: list[tuple[float, float]] = []
    beside: list[tuple[float, float]] = []
    with stage(kind, workers, connections, sink=SINK) as house:
        elsewhere, everybody = fill(house, letters)
        send_elsewhere(house, elsewhere, letters)
        for _ in range(pairs):
            alone.append(send_elsewhere(house, elsewhere, letters))
            beside.append(send_elsewhere(house, everybody, letters))
    kept = [(100 * b[0] / a[0], 100 * a[1] / b[1]) for a, b in zip(alone, beside, strict=True)]
    told = "to the others beside an impatient provider"
    return [
        Row(f"letters to the others alone, {kind}", "letters/s", tuple(rate for rate, _ in alone)),
        Row(f"letters {told}, {kind}", "letters/s", tuple(rate for rate, _ in beside)),
        Row(f"rate that the others keep, {kind}", "%", tuple(rate for rate, _ in kept), must=MUST_PERCENT),
        Row(f"CPU of senders, alone, {kind}", "us/letter", tuple(cpu for _, cpu in alone)),
        Row(f"CPU of senders, {told}, {kind}", "us/letter", tuple(cpu for _, cpu in beside)),
        Row(f"rate that the others keep by CPU, {kind}", "%", tuple(cpu for _, cpu in kept), must=MUST_PERCENT),
    ]


def main(arguments: list[str] | None = None) -> list[Row]:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--db", choices=("sqlite", "postgresql"), default="sqlite")
    parser.add_argument("--letters", type=int, default=12_000)
    parser.add_argument("--pairs", type=int, default=5)
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--connections", type=int, default=5, help="of each send process")
    given = parser.parse_args(arguments)
    rows = measure(given.db, given.letters, given.pairs, workers=given.workers, connections=given.connections)
    print(table(rows))
    print("written to", keep(f"polite-{given.db}", rows))
    return rows


if __name__ == "__main__":
    main()
