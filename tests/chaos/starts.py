"""Five schedulers, and five clicks on "send now" at one moment: one start."""

import threading

from sqlalchemy import func, select

from app.database.session import reading
from app.errors import WrongState
from app.models import Event, EventKind
from tests.chaos.campaign import leave_now
from tests.chaos.house import Plan
from tests.chaos.report import Outcome
from tests.chaos.trial import trial

PEOPLE = 1_000
CLICKS = 5


def run_starts(kind: str, seed: int) -> Outcome:
    heard: list[str] = []
    with trial(Plan(kind, schedulers=5), PEOPLE, seed, lambda campaign_id: click_often(campaign_id, heard)) as one:
        one.wait_for_the_end()
        if sorted(heard) != ["done"] + ["too late"] * (CLICKS - 1):
            one.complaints.append(f"of {CLICKS} clicks one should be heard: {heard}")
        if (starts := count(EventKind.CAMPAIGN_STARTED, one.campaign_id)) != 1:
            one.complaints.append(f"the campaign started {starts} times")
        return one.judge("five schedulers, five clicks", f"{CLICKS} clicks")


def click_often(campaign_id: int, heard: list[str]) -> None:
    at_once = threading.Barrier(CLICKS)

    def click() -> None:
        at_once.wait()
        try:
            leave_now(campaign_id)
        except WrongState:
            heard.append("too late")
        else:
            heard.append("done")

    fingers = [threading.Thread(target=click) for _ in range(CLICKS)]
    for finger in fingers:
        finger.start()
    for finger in fingers:
        finger.join()


def count(kind: EventKind, campaign_id: int) -> int:
    with reading() as session:
        events = select(func.count()).select_from(Event).where(Event.kind == kind, Event.campaign_id == campaign_id)
        return session.scalar(events) or 0
