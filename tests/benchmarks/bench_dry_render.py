"""What trying a letter on everybody costs: CPU seconds and time for 100,000 people, through the job itself.

python -m tests.benchmarks.bench_dry_render [--db sqlite|postgresql] [--people 100000] [--times 3]
"""

import argparse
import resource
import tempfile
import time
from pathlib import Path

from sqlalchemy import insert

from app.clock import now
from app.config import load_settings
from app.database.engine import make_engine
from app.database.migrate import migrate
from app.database.session import dispose, reading, transaction
from app.models import Article, LetterCheck, Subscriber, Subscription, SubscriptionStatus
from app.models.preflight import CheckKind, CheckStatus
from app.services.campaigns import CampaignChanges, update_campaign
from app.services.check_subjects import subjects_of
from app.services.letter_checks import ask_for
from app.startup import open_house
from emails.articles.article_json import article_to_json
from tests.benchmarks.measuring import Row, keep, table
from tests.conftest import SECRET
from tests.emails.render.samples import client_article
from tests.factories.ready import make_ready
from tests.servers.postgresql import start_postgresql
from workers import runtime
from workers.jobs.preflight import check

GREETING = (
    "Hi {{ subscriber.first_name }}{% if field.town == 'Leeds' %}, near us{% elif field.town %}, far away{% endif %},"
)
MOST_CPU_SECONDS = 30.0
PAGE = 5_000


def fill(people: int) -> int:
    """A draft with the client's article to so many people; every twentieth has no first name."""
    with transaction() as session:
        campaign, readers = make_ready(session, people=1)
        session.get_one(Article, campaign.article_id).content = article_to_json(client_article())
        update_campaign(session, campaign.id, CampaignChanges(greeting=GREETING))
        list_id, campaign_id = readers.id, campaign.id
    for start in range(0, people - 1, PAGE):
        with transaction() as session:
            numbers = range(start, min(start + PAGE, people - 1))
            rows = [person(number) for number in numbers]
            ids = session.scalars(insert(Subscriber).returning(Subscriber.id), rows).all()
            confirmed = {"list_id": list_id, "status": SubscriptionStatus.CONFIRMED, "confirmed_at": now()}
            session.execute(insert(Subscription), [{"subscriber_id": one, **confirmed} for one in ids])
    return campaign_id


def person(number: int) -> dict[str, object]:
    email = f"bench{number}@example.test"
    return {
        "email": email,
        "email_key": email,
        "address_hash": f"{number:032x}",
        "domain": "example.test",
        "first_name": "" if number % 20 == 0 else f"Ada{number}",
        "last_name": "Reader",
        "fields": {"town": "Leeds" if number % 3 else "York", "since": "2026"},
    }


def try_on_everybody(campaign_id: int) -> tuple[float, float, dict]:
    """CPU seconds of this process, seconds on the clock, and what was found."""
    with transaction() as session:
        wanted = {CheckKind.PEOPLE: subjects_of(session, campaign_id)[CheckKind.PEOPLE]}
        ask_for(session, campaign_id, wanted, again=True)
    began, used = time.monotonic(), cpu()
    while True:
        check(campaign_id, CheckKind.PEOPLE.value)
        with reading() as session:
            row = session.query(LetterCheck).filter_by(campaign_id=campaign_id, kind=CheckKind.PEOPLE).one()
            if row.status is not CheckStatus.WAITING:
                return cpu() - used, time.monotonic() - began, {"status": row.status, **row.facts}


def cpu() -> float:
    mine = resource.getrusage(resource.RUSAGE_SELF)
    return mine.ru_utime + mine.ru_stime


def measured(people: int, times: int) -> list[Row]:
    campaign_id = fill(people)
    runs = [try_on_everybody(campaign_id) for _ in range(times)]
    assert all((found["checked"], found["status"]) == (people, CheckStatus.DONE) for *_figures, found in runs)
    return [
        Row(f"CPU for {people:,} people ({MOST_CPU_SECONDS:.0f} at most)", "s", tuple(run[0] for run in runs)),
        Row("on the clock", "s", tuple(run[1] for run in runs)),
        Row("CPU a person", "us", tuple(run[0] / people * 1e6 for run in runs)),
        Row("people who would see a gap", "people", tuple(float(run[2]["hit"]) for run in runs)),
    ]


def main(arguments: list[str] | None = None) -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--db", choices=["sqlite", "postgresql"], default="sqlite")
    parser.add_argument("--people", type=int, default=100_000)
    parser.add_argument("--times", type=int, default=3)
    given = parser.parse_args(arguments)
    server = start_postgresql() if given.db == "postgresql" else None
    with tempfile.TemporaryDirectory() as folder:
        address = server.fresh("template1") if server else f"sqlite:///{folder}/letterwright.db"
        engine = make_engine(address)
        migrate(engine)
        engine.dispose()
        settings = load_settings(data=Path(folder), database_url=address, given_secret=SECRET)
        runtime.use_settings(settings)
        open_house(settings)
        rows = measured(given.people, given.times)
        dispose()
    if server:
        server.stop()
    print(f"{given.db}\n{table(rows)}\nkept in {keep(f'dry_render_{given.db}', rows)}")
    if max(rows[0].values) > MOST_CPU_SECONDS and given.people <= 100_000:
        raise SystemExit("more CPU than allowed")


if __name__ == "__main__":
    main()
