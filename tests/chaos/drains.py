"""SIGTERM under load: letters on the wire are finished and nothing is unknown; with a new schema between, too."""

import signal
import time

from alembic.migration import MigrationContext
from alembic.operations import Operations
from sqlalchemy import Column, Integer, MetaData, String, Table

from app.database.engine import make_engine
from app.database.migrate import migrate
from tests.chaos.house import Member, Plan
from tests.chaos.on_the_wire import journal_of, sender_on_the_wire, wait_for_open
from tests.chaos.processes import kill, wait_until_gone
from tests.chaos.report import Outcome, say
from tests.chaos.trial import Trial, spread, trial

PEOPLE_A_DRAIN = 200
SECONDS_A_DRAIN = 8
LONGEST_EXIT_SECONDS = 30


def run_drains(kind: str, drains: int, seed: int) -> Outcome:
    people = PEOPLE_A_DRAIN * drains
    with trial(spread(Plan(kind), people, SECONDS_A_DRAIN * drains), people, seed) as one:
        longest, done = 0.0, 0
        for place in range(drains):
            if one.wait_until_accepted((place + 0.5) / (drains + 1)):
                longest = max(longest, drain_one(one))
                done += 1
                say(f"  drain {done} of {drains}, {one.accepted} of {people} accepted")
        if done < drains:
            one.complaints.append(f"only {done} of {drains} drains before the campaign ended")
        one.wait_for_the_end()
        return judge(one, "SIGTERM under load", f"{done} drains", longest)


def drain_one(one: Trial) -> float:
    """Asks a parent or its horse to leave while a letter is on the wire; seconds until the horse was gone."""
    found = None
    while not found and not one.ended:
        found = sender_on_the_wire(one, one.house.hosts[0])
    if not found:
        return 0.0
    member, _ = found
    horses = member.horses()
    asked = one.rng.choice([member.pid, *horses])
    started = time.monotonic()
    kill(asked, signal.SIGTERM)
    for pid in {asked, *horses}:
        if not wait_until_gone(pid):
            one.complaints.append("a process did not leave when it was asked to")
    return time.monotonic() - started


def run_upgrade(kind: str, seed: int) -> Outcome:
    """Every process asked to leave, the schema migrated further, every process started anew."""
    people = 2_000
    with trial(spread(Plan(kind), people, 30), people, seed) as one:
        one.wait_until_accepted(0.4)
        host = one.house.hosts[0]
        wait_for_open([journal for member in host.of("send") if (journal := journal_of(one, member))])
        host.supervised = False
        longest = leave_all(one, host.members)
        add_to_the_schema(one.house.database.address)
        say(f"  upgraded, {one.accepted} of {people} accepted")
        host.supervised = True
        one.wait_for_the_end()
        return judge(one, "upgrade in the middle", "1 upgrade", longest)


def leave_all(one: Trial, members: list[Member]) -> float:
    started = time.monotonic()
    pids = [pid for member in members for pid in (member.pid, *member.horses())]
    for member in members:
        kill(member.pid, signal.SIGTERM)
    for pid in pids:
        if not wait_until_gone(pid):
            one.complaints.append("a process did not leave when it was asked to")
    return time.monotonic() - started


def add_to_the_schema(address: str) -> None:
    """What a later release may do: the migrations there are, and then more columns, a table, an index."""
    engine = make_engine(address)
    migrate(engine)
    with engine.begin() as connection:
        schema = Operations(MigrationContext.configure(connection))
        schema.add_column("message", Column("of_a_later_release", String(20), nullable=True))
        schema.add_column("campaign", Column("of_a_later_release", Integer, nullable=False, server_default="0"))
        Table("of_a_later_release", MetaData(), Column("id", Integer, primary_key=True)).create(connection)
        schema.create_index("ix_message_of_a_later_release", "message", ["of_a_later_release"])
    engine.dispose()


def judge(one: Trial, fault: str, steps: str, longest: float) -> Outcome:
    outcome = one.judge(fault, steps, note=f"gone after {longest:.1f} s at most")
    if outcome.unknown:
        outcome.complaints.append("after a drain no letter may be unknown")
    if longest > LONGEST_EXIT_SECONDS:
        outcome.complaints.append(f"leaving took {longest:.0f} s")
    return outcome
