"""One campaign through one fault: everything started, watched while it runs, and judged at its end.

The faults (kills.py, stops.py, outages.py and their neighbours) say only what they do to it meanwhile.
"""

import random
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from sqlalchemy.exc import DBAPIError

from app.models import CampaignStatus
from tests.chaos.accepted import SinkLog
from tests.chaos.campaign import draft_campaign, fill_list, leave_now, ledger_of, status_of
from tests.chaos.checker import compare, unexplained
from tests.chaos.house import House, Plan, house
from tests.chaos.report import Outcome, say
from tests.chaos.watcher import Watcher

ENDED = {CampaignStatus.SENT, CampaignStatus.CANCELLED, CampaignStatus.HELD}
LOOK_SECONDS = 0.05
STANDSTILL_SECONDS = 120
SETTLE_SECONDS = 1.0


@dataclass
class Trial:
    """What a fault works on. `complaints` gathers whatever should not have been."""

    house: House
    list_id: int
    campaign_id: int
    people: int
    log: SinkLog
    watcher: Watcher
    rng: random.Random
    complaints: list[str] = field(default_factory=list)

    @property
    def accepted(self) -> int:
        """How many letters the server has accepted so far."""
        return len(self.log.accepted)

    @property
    def ended(self) -> bool:
        try:
            return status_of(self.campaign_id) in ENDED
        except DBAPIError:
            return False

    def wait_until(self, happened: Callable[[], bool]) -> bool:
        """Whether it happened before the campaign ended or stood still."""
        seen, since = self.accepted, time.monotonic()
        while not happened():
            if self.ended:
                return False
            if self.accepted != seen:
                seen, since = self.accepted, time.monotonic()
            if time.monotonic() - since > STANDSTILL_SECONDS:
                self.complaints.append(f"no letter left for {STANDSTILL_SECONDS} s; {seen} of {self.people} had")
                return False
            time.sleep(LOOK_SECONDS)
        return True

    def wait_until_accepted(self, letters: float) -> bool:
        return self.wait_until(lambda: self.accepted >= letters)

    def wait_for_the_end(self) -> None:
        self.wait_until(lambda: self.ended)
        if (status := status_of(self.campaign_id)) not in {CampaignStatus.SENT, CampaignStatus.CANCELLED}:
            self.complaints.append(f"the campaign ended as {status}")

    def judge(self, fault: str, steps: str, **figures: float | str) -> Outcome:
        """Compares person by person, once nothing moves any more."""
        time.sleep(SETTLE_SECONDS)
        if not self.watcher.is_alive():
            self.complaints.append("nobody watched the books to the end")
        self.watcher.stop()
        self.watcher.compare_rows()
        rows = ledger_of(self.campaign_id)
        found = compare(rows, self.log.refresh().accepted)
        missing = self.people - len(rows)
        journals = self.house.keeper.all()
        marked = {number for journal in journals for number in journal.open_marks()}
        torn = sum(journal.torn for journal in journals)
        complaints = [*self.complaints, *self.watcher.complaints(), *found.complaints()]
        if missing:
            complaints.append(f"{missing} people of the list have no row")
        if not figures.pop("begun_unmarked", 0) and (strays := unexplained(found.unknown, marked, torn)):
            complaints.append(f"{len(strays)} unknown without an open begin mark: {strays[:5]}")
        return Outcome(
            fault=f"{fault}, {self.house.plan.kind}",
            people=self.people,
            steps=steps,
            sent=found.sent,
            unknown=len(found.unknown),
            lost=len(found.lost) + max(missing, 0),
            doubled=len(found.doubled),
            polls=self.watcher.polls,
            complaints=complaints,
            **figures,
        )


@contextmanager
def trial(plan: Plan, people: int, seed: int) -> Iterator[Trial]:
    """A campaign to `people` people that has just been told to leave."""
    with house(plan) as built:
        list_id = fill_list(people)
        campaign_id = draft_campaign(list_id)
        watcher = Watcher(campaign_id, SinkLog(built.sink.log))
        one = Trial(built, list_id, campaign_id, people, watcher.log, watcher, random.Random(seed))
        leave_now(campaign_id)
        watcher.start()
        try:
            yield one
        except BaseException:
            say(built.logs()[-6000:])
            raise
        finally:
            if watcher.is_alive():
                watcher.stop()
