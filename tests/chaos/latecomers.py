"""Opt-outs, pauses and cancels while letters leave: how late after each commit a letter was still begun.

Times are CLOCK_BOOTTIME on both sides: just before the commit here, and in the begin mark there.
"""

import time
from collections.abc import Callable

from sqlalchemy.orm import Session

from app.database.session import reading, transaction
from app.models import ConsentWay, Message, MessageStatus
from app.services.scheduling import cancel, pause, resume
from app.services.subscriptions import Proof, unsubscribe
from tests.chaos.campaign import status_of
from tests.chaos.house import Plan
from tests.chaos.journals import Begin
from tests.chaos.report import Outcome, say
from tests.chaos.sink import milliseconds
from tests.chaos.trial import Trial, spread, trial

LATEST_MS = 1000
PEOPLE = 2_000
AHEAD = 30


def run_optouts(kind: str, times: int, seed: int) -> Outcome:
    """People who are next in line leave the list."""
    with trial(spread(Plan(kind), PEOPLE, max(15, times * 0.6)), PEOPLE, seed) as one:
        said: dict[int, float] = {}
        one.wait_until_accepted(0.02)
        while len(said) < times and not one.ended and one.wait_until_accepted(0.9 * len(said) / times):
            for message_id in next_in_line(one)[: times - len(said)]:
                said[message_id] = committed(lambda session, number=message_id: opt_out(session, number))
        if len(said) < times:
            one.complaints.append(f"only {len(said)} of {times} opt-outs before the campaign ended")
        one.wait_for_the_end()
        late = [begin.ms - said[begin.message_id] for begin in begun(one) if begin.message_id in said]
        return judge(one, "opt-out while sending", f"{len(said)} opt-outs", late)


def next_in_line(one: Trial) -> list[int]:
    """For every send process, one pending row a little further than the last letter it began."""
    fronts = [journal.begins[-1].message_id for journal in one.house.keeper.all() if journal.begins][-3:]
    found = []
    for front in fronts:
        with reading() as session:
            message = session.get(Message, front + one.rng.randint(1, AHEAD))
        if message and message.status == MessageStatus.PENDING and message.campaign_id == one.campaign_id:
            found.append(message.id)
    return found


def opt_out(session: Session, message_id: int) -> None:
    message = session.get_one(Message, message_id)
    unsubscribe(session, message.subscriber_id, None, Proof(ConsentWay.ONE_CLICK, message_id=message_id))


def committed(act: Callable[[Session], object]) -> float:
    """Does it through the real services; the moment just before its commit."""
    with transaction() as session:
        act(session)
        session.flush()
        return milliseconds()


def run_pauses(kind: str, times: int, seed: int) -> Outcome:
    with trial(spread(Plan(kind), PEOPLE, times * 2), PEOPLE, seed) as one:
        late: list[float] = []
        spans: list[tuple[float, float]] = []
        for place in range(times):
            if not one.wait_until_accepted((place + one.rng.random()) / (times + 1)):
                one.complaints.append(f"only {place} of {times} pauses before the campaign ended")
                break
            paused = committed(lambda session: pause(session, one.campaign_id))
            time.sleep(2.5)
            spans.append((paused, milliseconds()))
            committed(lambda session: resume(session, one.campaign_id))
            say(f"  pause {place + 1} of {times}, {one.accepted} of {PEOPLE} accepted")
        one.wait_for_the_end()
        for paused, resumed in spans:
            late += [begin.ms - paused for begin in begun(one) if paused < begin.ms < resumed]
        return judge(one, "pause while sending", f"{len(spans)} pauses", late)


def run_cancels(kind: str, times: int, seed: int) -> Outcome:
    people = 600
    with trial(spread(Plan(kind), people, 10), people, seed) as one:
        late: list[float] = []
        for place in range(times):
            if place:
                one.begin()
            one.wait_until_accepted(0.1 + 0.7 * one.rng.random())
            cancelled = committed(lambda session: cancel(session, one.campaign_id))
            say(f"  cancel {place + 1} of {times}: {one.accepted} accepted, {status_of(one.campaign_id)}")
            time.sleep(8)
            late += [begin.ms - cancelled for begin in begun(one) if begin.ms > cancelled]
        return judge(one, "cancel while sending", f"{times} cancels", late)


def begun(one: Trial) -> list[Begin]:
    """Every begin that was not taken back before its first byte."""
    return [begin for journal in one.house.keeper.all() for begin in journal.begins if begin.end != "N"]


def judge(one: Trial, fault: str, steps: str, late: list[float]) -> Outcome:
    latest = max([0.0, *late])
    outcome = one.judge(fault, steps, late=latest)
    if latest > LATEST_MS:
        outcome.complaints.append(f"a letter was begun {latest:.0f} ms after the commit")
    return outcome
