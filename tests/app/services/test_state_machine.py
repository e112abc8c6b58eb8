"""Campaign, chunks, messages, suppressions, proofs and the clock in any order, held against a plain model.

After every step the rows are what the model says, and what must always be true is asked of the rows alone.
"""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test

from app.config import load_settings
from app.database.session import dispose
from app.services import audience
from app.services.leases import LeasedChunk
from app.startup import open_house
from tests.app.services.ledger_driver import CHUNK_SIZE, PAGE_SIZE, Clock, Death, LedgerDriver
from tests.conftest import SECRET

Draw = Callable[[st.SearchStrategy[Any]], Any]
EXAMPLES = {"sqlite": 20, "postgresql": 8}
LONG = 10
"""How many times as many examples the long run tries; every run tries others."""
FATE = st.sampled_from([None, None, "sent", "sent", "deferred", "refused", "bad address", "unknown", "skipped"])
FATES = st.lists(FATE, min_size=CHUNK_SIZE, max_size=CHUNK_SIZE)
STANDINGS = st.sampled_from([("confirmed",), ("confirmed",), ("confirmed", "confirmed"), ("unconfirmed",)])
WAYS_TO_LEAVE = ("first list", "second list", "everything", "by hand", "lift", "erase", "rest", "wake")
RETRIES = ("retry_refused", "send_unknown_again")
VERBS = ("schedule", "unschedule", "pause", "resume", "cancel", "let_rest_go", *RETRIES)
LIKELY = {
    "draft": ("schedule",) * 9,
    "paused": ("resume",) * 19,
    "sending": ("pause", *RETRIES),
    "waiting": ("pause", "let_rest_go", *RETRIES) * 2,
    "sent": RETRIES * 3,
    "held": ("resume",) * 19 + ("unschedule",) * 4,
}


class LedgerMachine(RuleBasedStateMachine):
    """One rule with many choices: of several, an example would leave half out, and few letters would go anywhere."""

    def __init__(self, clock: Clock) -> None:
        super().__init__()
        self.clock = clock
        self.driver: LedgerDriver | None = None

    @initialize(
        people=st.lists(STANDINGS, min_size=4, max_size=9),
        stage=st.sampled_from(["draft", "started", "leaving", "leaving", "leaving", "leaving"]),
        first=st.sampled_from([None, 1, 2, 3]),
        minutes=st.sampled_from([None, None, 45, 240]),
    )
    def begin(self, people: list[tuple[str, ...]], stage: str, first: int | None, minutes: int | None) -> None:
        self.driver = LedgerDriver(self.clock, people, first=first, minutes=minutes)
        if stage != "draft":
            self.driver.command("schedule", hours=0)
            self.driver.tick()
        if stage == "leaving":
            self.driver.prepare()

    def teardown(self) -> None:
        if self.driver:
            self.driver.put_away()

    @rule(data=st.data())
    def something_happens(self, data: st.DataObject) -> None:
        likely = [event for event, weight in self.weights().items() for _ in range(weight)]
        getattr(self, data.draw(st.sampled_from(likely)))(data.draw)

    def weights(self) -> dict[str, int]:
        """What may happen now, the more likely the higher."""
        driver, status = self.driver, self.driver.model.status
        stopped, ended = status in {"draft", "scheduled", "paused", "held"}, status in {"sent", "cancelled"}
        return {
            "the_team_speaks": 9 if stopped else 5 if status == "sent" else 2,
            "the_timetable_looks": 9 if status == "waiting" else 3,
            "the_timetable_rings": 9 if status in {"scheduled", "preparing"} else 2,
            "time_passes": 3,
            "a_reader_leaves": 2,
            "a_sender_leases": 6 if status == "sending" else 1,
            "senders_die_at_one_letter": 1 if status == "sending" else 0,
            "a_sender_goes_on": 9 if driver.in_hand else 0,
            "a_sender_of_any_time_wakes": 5 if driver.leases else 0,
            "news_of_a_letter_comes": (9 if ended else 3) if driver.model.rows else 0,
        }

    def the_team_speaks(self, draw: Draw) -> None:
        likely = LIKELY.get(self.driver.model.status, ())
        verb = draw(st.sampled_from(likely + VERBS))
        if verb in RETRIES:
            self.driver.try_again(verb)
        else:
            self.driver.command(verb, hours=draw(st.integers(0, 2)))

    def the_timetable_rings(self, draw: Draw) -> None:
        rung = ("tick", "prepare", "compile", "freeze_page", "finish", "come_back")
        due = {"scheduled": ("tick",) * 9, "preparing": ("prepare", "freeze_page", "compile") * 2}
        getattr(self.driver, draw(st.sampled_from(due.get(self.driver.model.status, ("finish",)) + rung)))()

    def the_timetable_looks(self, _draw: Draw) -> None:
        self.driver.look()

    def time_passes(self, draw: Draw) -> None:
        self.clock.moment += timedelta(minutes=draw(st.sampled_from([1, 6, 6, 20, 90])))

    def a_reader_leaves(self, draw: Draw) -> None:
        person = draw(st.sampled_from(sorted(self.driver.model.people)))
        self.driver.leave(person, draw(st.sampled_from(WAYS_TO_LEAVE)))

    def a_sender_leases(self, draw: Draw) -> None:
        self.driver.lease(draw(st.sampled_from(["worker-1", "worker-1", "worker-2"])))

    def senders_die_at_one_letter(self, draw: Draw) -> None:
        """The first death there is blind; without a word, it takes many."""
        deaths, silent = draw(st.sampled_from([(3, False), (4, False), (3, True), (11, True)]))
        for nth in range(deaths):
            held = self.driver.lease("worker-1")
            if held:
                self.driver.bury(held, Death(at_a_letter=nth > 0 and not silent))

    def a_sender_goes_on(self, draw: Draw) -> None:
        acts = ["record", "record", "record", "renew", "give back", "give back", "wait", "die"]
        self.act(draw(st.sampled_from(list(self.driver.in_hand.values()))), draw(st.sampled_from(acts)), draw)

    def a_sender_of_any_time_wakes(self, draw: Draw) -> None:
        acts = ["record", "record", "renew", "give back", "die", "die elsewhere"]
        self.act(draw(st.sampled_from(self.driver.leases)), draw(st.sampled_from(acts)), draw)

    def act(self, held: LeasedChunk, act: str, draw: Draw) -> None:
        if act == "record":
            self.driver.record(held, draw(FATES))
        elif act == "renew":
            self.driver.renew(held)
        elif act in {"give back", "wait"}:
            self.driver.give_back(held, 30 if act == "wait" else None)
        else:
            self.driver.bury(held, Death(draw(FATES), draw(st.booleans()), elsewhere=act == "die elsewhere"))

    def news_of_a_letter_comes(self, draw: Draw) -> None:
        rows = self.driver.model.rows
        unknown = [one for one in sorted(rows) if rows[one].status == "unknown"]
        message_id = draw(st.sampled_from(sorted(rows) + unknown * 5))
        getattr(self.driver, draw(st.sampled_from(["prove", "prove", "hear_late"])))(message_id)

    @invariant()
    def all_is_well(self) -> None:
        self.driver.check()


@pytest.mark.parametrize("times", [1, pytest.param(LONG, marks=pytest.mark.long)])
@pytest.mark.parametrize("kind", EXAMPLES)
def test_no_order_of_events_loses_or_doubles_a_letter(kind, times, request, tmp_path, monkeypatch):
    clock = Clock()
    monkeypatch.setattr("app.clock.datetime", clock)
    monkeypatch.setattr(audience, "PAGE_SIZE", PAGE_SIZE)
    monkeypatch.setattr(audience, "CHUNK_SIZE", CHUNK_SIZE)
    address = request.getfixturevalue(f"{kind}_address")
    open_house(load_settings(data=tmp_path, database_url=address, given_secret=SECRET))
    try:
        run_state_machine_as_test(
            lambda: LedgerMachine(clock),
            settings=settings(
                max_examples=EXAMPLES[kind] * times,
                stateful_step_count=50,
                deadline=None,
                database=None,
                suppress_health_check=list(HealthCheck),
            ),
        )
    finally:
        dispose()
