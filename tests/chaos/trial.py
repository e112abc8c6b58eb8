"""One campaign through one fault: everything started, watched while it runs, and judged at its end.

The faults (kills.py, stops.py, outages.py and their neighbours) say only what they do to it meanwhile.
"""

import random
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass, field, replace

from sqlalchemy.exc import DBAPIError

from app.models import CampaignStatus
from tests.chaos.accepted import SinkLog
from tests.chaos.campaign import chunks_of, draft_campaign, fill_list, leave_now, ledger_of, status_of, trouble_of
from tests.chaos.checker import begun_again, begun_under_old_fences, compare, unexplained
from tests.chaos.house import Furnish, House, Plan, house
from tests.chaos.report import Outcome, say
from tests.chaos.watcher import Watcher

STILL_RUNNING = {CampaignStatus.SCHEDULED, CampaignStatus.PREPARING, CampaignStatus.SENDING, CampaignStatus.PAUSED}
STILL_RUNNING |= {CampaignStatus.WAITING}
LOOK_SECONDS = 0.05
STANDSTILL_SECONDS = 120
SETTLE_SECONDS = 1.0
LETTER_SECONDS = 0.03
"""What one connection needs for a letter beside the sink's delay at MAIL."""


@dataclass
class Trial:
    """What a fault works on. `complaints` gathers whatever should not have been."""

    house: House
    list_id: int
    people: int
    log: SinkLog
    rng: random.Random
    accepted_before: int = 0
    campaigns: list[int] = field(default_factory=list)
    watchers: list[Watcher] = field(default_factory=list)
    complaints: list[str] = field(default_factory=list)

    @property
    def campaign_id(self) -> int:
        """The campaign on its way."""
        return self.campaigns[-1]

    @property
    def accepted(self) -> int:
        """How many letters the server has accepted so far."""
        return len(self.log.accepted)

    @property
    def ended(self) -> bool:
        try:
            return status_of(self.campaign_id) not in STILL_RUNNING
        except DBAPIError:
            return False

    def begin(self, leave: Callable[[int], None] = leave_now) -> None:
        """A campaign to the whole list is told to leave, and watched."""
        self.stop_watching()
        self.accepted_before = self.accepted
        self.campaigns.append(draft_campaign(self.list_id))
        leave(self.campaign_id)
        self.watchers.append(Watcher(self.campaign_id, self.log))
        self.watchers[-1].start()

    def stop_watching(self) -> None:
        for watcher in self.watchers:
            watcher.stop()

    def wait_until(self, happened: Callable[[], bool]) -> bool:
        """Whether it happened before the campaign ended or stood still."""
        seen, since = self.accepted, time.monotonic()
        while not happened():
            if self.ended:
                return False
            if self.accepted != seen:
                seen, since = self.accepted, time.monotonic()
            if time.monotonic() - since > STANDSTILL_SECONDS:
                self.complaints.append(f"no letter left for {STANDSTILL_SECONDS} s; {seen} had")
                return False
            time.sleep(LOOK_SECONDS)
        return True

    def wait_until_accepted(self, share: float) -> bool:
        """Whether that share of the people has got the letter of the campaign on its way."""
        return self.wait_until(lambda: self.accepted >= self.accepted_before + self.people * share)

    def wait_for_the_end(self) -> None:
        self.wait_until(lambda: self.ended)
        if (status := status_of(self.campaign_id)) not in {CampaignStatus.SENT, CampaignStatus.CANCELLED}:
            self.complaints.append(f"the campaign ended as {status}: {trouble_of(self.campaign_id)}")

    def judge(self, fault: str, steps: str, *, lost_sight_of: frozenset[int] = frozenset(), **figures) -> Outcome:
        """Compares person by person, once nothing moves. `lost_sight_of`: rows that may be unknown without a mark."""
        time.sleep(SETTLE_SECONDS)
        if not self.watchers[-1].is_alive():
            self.complaints.append("nobody watched the books to the end")
        self.stop_watching()
        self.watchers[-1].compare_rows()
        rows = [row for campaign_id in self.campaigns for row in ledger_of(campaign_id)]
        found = compare(rows, self.log.refresh().accepted)
        missing = self.people * len(self.campaigns) - len(rows)
        complaints = [*self.complaints, *found.complaints(), *self.complaints_of_marks(found.unknown, lost_sight_of)]
        complaints += [words for watcher in self.watchers for words in watcher.complaints()]
        if missing:
            complaints.append(f"{missing} people of the list have no row")
        return Outcome(
            fault=f"{fault}, {self.house.plan.kind}",
            people=len(rows),
            steps=steps,
            sent=found.sent,
            unknown=len(found.unknown),
            lost=len(found.lost) + max(missing, 0),
            doubled=len(found.doubled),
            polls=sum(watcher.polls for watcher in self.watchers),
            complaints=complaints,
            **figures,
        )

    def complaints_of_marks(self, unknown: list[int], lost_sight_of: frozenset[int]) -> Iterator[str]:
        """What the journals tell: no letter is unknown without a reason, and none was begun again blindly."""
        journals = self.house.keeper.all()
        marked = {number for journal in journals for number in journal.open_marks()} | lost_sight_of
        torn = sum(journal.torn for journal in journals)
        if strays := unexplained(unknown, marked, torn):
            yield f"{len(strays)} unknown without an open begin mark: {strays[:5]}"
        begins = [begin for journal in journals for begin in journal.begins]
        if stale := begun_under_old_fences([begin for begin in begins if begin.end != "N"], chunks_of(self.campaigns)):
            yield f"{len(stale)} begun under a lease that was somebody else's by then: {stale[:5]}"
        if again := begun_again(begins):
            yield f"{len(again)} begun again although accepted or unknown: {again[:5]}"


def spread(plan: Plan, people: int, seconds: float) -> Plan:
    """The plan with a sink so slow at MAIL that the campaign lasts about as long; its answer to the dot stays."""
    delay = max(0.0, seconds * plan.lanes / people - LETTER_SECONDS)
    say(f"  the sink answers MAIL after {delay * 1000:.0f} ms, the dot after {plan.habits.dot_delay * 1000:.0f} ms")
    return replace(plan, habits=replace(plan.habits, mail_delay=round(delay, 4)))


@contextmanager
def trial(
    plan: Plan,
    people: int,
    seed: int,
    leave: Callable[[int], None] = leave_now,
    furnish: Furnish = nullcontext,
) -> Iterator[Trial]:
    """A campaign to `people` people that has just been told to leave. `furnish` prepares a data folder first."""
    with house(plan, furnish) as built:
        one = Trial(built, fill_list(people), people, SinkLog(built.sink.log), random.Random(seed))
        try:
            one.begin(leave)
            yield one
        except BaseException:
            say(built.logs()[-6000:])
            raise
        finally:
            one.stop_watching()
