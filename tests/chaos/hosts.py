"""Hosts on one database: one dies and its journals with it, comes back late with them, or sleeps for a while."""

import shutil
import signal
import time
from pathlib import Path

from sqlalchemy import select

from app.database.session import reading
from app.models import Chunk, Message, MessageStatus
from app.queries.books import books_of
from tests.chaos.house import Host, Plan
from tests.chaos.journals import KEPT, Journal
from tests.chaos.on_the_wire import LOOK_SECONDS, journal_of, wait_for_open
from tests.chaos.processes import kill
from tests.chaos.report import Outcome, say
from tests.chaos.stops import SHORT_LEASES
from tests.chaos.trial import Trial, spread, trial

PEOPLE = 3_000
GRACE_SECONDS = 5
EARLY = 0.05
TWO_HOSTS = SHORT_LEASES | {"CHAOS_GRACE_SECONDS": str(GRACE_SECONDS)}
COME_BACK_SECONDS = 60
ANSWER_SECONDS = 10


def two_hosts(kind: str, take_out: str = "") -> Plan:
    return Plan(kind, senders=2, hosts=2, environment=TWO_HOSTS, take_out=take_out)


def run_dead_host(kind: str, seed: int) -> Outcome:
    """Nobody can know what it had begun: all of that is unknown, the rest goes on."""
    with trial(spread(two_hosts(kind), PEOPLE, 40), PEOPLE, seed) as one:
        one.wait_until_accepted(0.4)
        in_doubt = lose_host(one, one.house.hosts[1])
        one.wait_for_the_end()
        return one.judge("a host dead, its journals gone", f"{len(in_doubt)} in doubt", lost_sight_of=in_doubt)


def run_lost_host(kind: str, seed: int, people: int = 1_500) -> Outcome:
    """Three hosts with a folder each; one that is sending dies and its folder with it, for good."""
    plan = Plan(kind, senders=1, hosts=3, environment=TWO_HOSTS)
    with trial(spread(plan, people, 15), people, seed) as one:
        one.wait_until_accepted(EARLY)
        others = one.house.hosts[1:]  # the trial itself lives in the first one's folder
        one.wait_until(lambda: any(wait_for_open(journals_of(one, host)) for host in others))
        host = max(others, key=lambda host: len(open_marks(one, host)))
        in_doubt = lose_host(one, host)
        lose_folder(host)
        one.wait_for_the_end()
        unknown = unknown_of(one)
        if unknown - in_doubt:
            one.complaints.append(f"{len(unknown - in_doubt)} unknown that the host had not begun")
        if listed(one) != len(unknown):
            one.complaints.append(f"{len(unknown)} are unknown and the campaign's page lists {listed(one)}")
        return one.judge("one of three hosts lost with its folder", f"{len(in_doubt)} in doubt", lost_sight_of=in_doubt)


def lose_folder(host: Host) -> None:
    """All that the house had in it; what the trial itself noted of journals stays, to be judged by."""
    for part in host.folder.iterdir():
        if part.name != KEPT:
            shutil.rmtree(part) if part.is_dir() else part.unlink()


def listed(one: Trial) -> int:
    """How many of unknown fate the books of the campaign tell."""
    with reading() as session:
        return books_of(session, one.campaign_id).unknown


def run_late_host(kind: str, seed: int) -> Outcome:
    """It brings its truth: what it heard accepted is sent, whatever was believed meanwhile."""
    with trial(spread(two_hosts(kind), PEOPLE, 40), PEOPLE, seed) as one:
        one.wait_until_accepted(0.4)
        host = one.house.hosts[1]
        in_doubt = lose_host(one, host)
        one.wait_for_the_end()
        before = len(unknown_of(one))
        if not heard_accepted(one) & unknown_of(one):
            one.complaints.append("it had heard of no letter that was not recorded yet, so nothing is shown")
        out_of_reach(host).rename(host.journals)
        host.supervised = True
        until = time.monotonic() + COME_BACK_SECONDS
        while (believed := heard_accepted(one) & unknown_of(one)) and time.monotonic() < until:
            time.sleep(0.2)
        if believed:
            one.complaints.append(f"{len(believed)} unknown though their host heard them accepted")
        note = f"{before} unknown until it came back, {len(unknown_of(one))} after"
        return one.judge("a dead host back with its journals", "1 return", lost_sight_of=in_doubt, note=note)


def run_sleeping_host(kind: str, seed: int, *, people: int = PEOPLE, take_out: str = "") -> Outcome:
    """Everything on it stands still past its leases and their grace, then goes on where it was."""
    with trial(spread(two_hosts(kind, take_out), people, 40), people, seed) as one:
        one.wait_until_accepted(EARLY)  # most of what it leases is still to go when it wakes
        host = one.house.hosts[1]
        host.supervised = False
        wait_for_open(journals_of(one, host))
        pids = [pid for member in host.members if member.alive for pid in (member.pid, *member.horses())]
        for pid in pids:
            kill(pid, signal.SIGSTOP)
        in_doubt, chunks = possibly_begun(one, host), chunks_of_host(one, host)
        say(f"  a host sleeps, {one.accepted} of {people} accepted")
        if not one.wait_until(lambda: taken_over(one, host, chunks)):
            one.complaints.append("nobody took over what the sleeping host had leased")
        say(f"  it wakes while others send what it had leased, {one.accepted} of {people} accepted")
        for pid in reversed(pids):
            kill(pid, signal.SIGCONT)
        host.supervised = True
        one.wait_for_the_end()
        return one.judge("a host asleep past lease and grace", "1 sleep", lost_sight_of=in_doubt)


def lose_host(one: Trial, host: Host) -> frozenset[int]:
    """Kills all of it with letters on the wire and hides its journals; the rows that it may have begun."""
    host.supervised = False
    if not wait_for_answer(journals_of(one, host)):
        one.complaints.append("the host had no letter on the wire when it died")
    host.kill_all()
    one.house.keeper.look()
    host.journals.rename(out_of_reach(host))
    say(f"  a host is dead, {one.accepted} of {PEOPLE} accepted")
    return possibly_begun(one, host)


def wait_for_answer(journals: list[Journal]) -> bool:
    """Until a letter has just been answered while others are on the wire: the ledger cannot know yet."""
    until = time.monotonic() + ANSWER_SECONDS
    while time.monotonic() < until:
        before = [set(journal.open_marks()) for journal in journals]
        time.sleep(LOOK_SECONDS)
        after = [set(journal.open_marks()) for journal in journals]
        if any(old - new and new for old, new in zip(before, after, strict=True)):
            return True
    return False


def out_of_reach(host: Host) -> Path:
    return host.folder / "out-of-reach"


def journals_of(one: Trial, host: Host) -> list[Journal]:
    return [journal for member in host.of("send") if (journal := journal_of(one, member))]


def open_marks(one: Trial, host: Host) -> set[int]:
    """The letters that it has on the wire right now."""
    return {number for journal in journals_of(one, host) for number in journal.open_marks()}


def possibly_begun(one: Trial, host: Host) -> frozenset[int]:
    """Rows of its leased chunks up to `begun_to` that are not recorded."""
    with reading() as session:
        found = session.scalars(
            select(Message.id)
            .join(Chunk, Message.id.between(Chunk.first_id, Chunk.last_id))
            .where(
                Chunk.owner.in_(owners_on(one, host)),
                Message.id <= Chunk.begun_to,
                Message.status == MessageStatus.PENDING,
            )
        )
        return frozenset(found)


def owners_on(one: Trial, host: Host) -> set[str]:
    return {journal.owner for journal in one.house.keeper.all() if host.folder in journal.path.parents}


def chunks_of_host(one: Trial, host: Host) -> set[int]:
    with reading() as session:
        return set(session.scalars(select(Chunk.id).where(Chunk.owner.in_(owners_on(one, host)))))


def taken_over(one: Trial, host: Host, chunks: set[int]) -> bool:
    """Whether somebody elsewhere has leased one of these chunks by now."""
    others = Chunk.owner.is_not(None) & Chunk.owner.not_in(owners_on(one, host))
    with reading() as session:
        return session.scalar(select(Chunk.id).where(Chunk.id.in_(chunks), others).limit(1)) is not None


def unknown_of(one: Trial) -> set[int]:
    with reading() as session:
        return set(session.scalars(select(Message.id).where(Message.status == MessageStatus.UNKNOWN)))


def heard_accepted(one: Trial) -> set[int]:
    begins = [begin for journal in one.house.keeper.all() for begin in journal.begins]
    return {begin.message_id for begin in begins if begin.code == 250}
