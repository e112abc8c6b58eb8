"""Campaign, chunks, messages, suppressions, proofs and the clock in any order, held against a plain model.

After every step the rows are what the model says, and what must always be true is asked of the rows alone.
"""

from datetime import timedelta

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    Bundle,
    RuleBasedStateMachine,
    initialize,
    invariant,
    multiple,
    precondition,
    rule,
    run_state_machine_as_test,
)

from app.config import load_settings
from app.database.session import dispose
from app.services import audience
from app.services.delivery import LeasedChunk
from app.startup import open_house
from tests.app.services.ledger_driver import CHUNK_SIZE, PAGE_SIZE, Clock, Fates, LedgerDriver
from tests.conftest import SECRET

EXAMPLES = {"sqlite": 120, "postgresql": 30}
FATE = st.sampled_from([None, None, "sent", "sent", "deferred", "refused", "bad address", "unknown", "skipped"])
FATES = st.lists(FATE, min_size=CHUNK_SIZE, max_size=CHUNK_SIZE)
STANDINGS = st.sampled_from([("confirmed",), ("confirmed",), ("confirmed", "confirmed"), ("unconfirmed",)])
VERBS = ("schedule", "unschedule", "pause", "resume", "cancel")
LIKELY = {
    "draft": ("schedule",) * 9,
    "paused": ("resume",) * 9,
    "sending": ("pause",) * 4,
    "held": ("resume",) * 9 + ("unschedule",) * 3,
}


class LedgerMachine(RuleBasedStateMachine):
    """Few rules with many choices each: an example leaves whole rules out."""

    leases = Bundle("leases")

    def __init__(self, clock: Clock) -> None:
        super().__init__()
        self.clock = clock
        self.driver: LedgerDriver | None = None

    @initialize(
        people=st.lists(STANDINGS, min_size=2, max_size=8),
        stage=st.sampled_from(["draft", "started", "leaving", "leaving", "leaving"]),
    )
    def begin(self, people: list[tuple[str, ...]], stage: str) -> None:
        self.driver = LedgerDriver(self.clock, people)
        if stage != "draft":
            self.driver.command("schedule", hours=0)
            self.driver.tick()
        if stage == "leaving":
            self.driver.prepare()

    def teardown(self) -> None:
        if self.driver:
            self.driver.put_away()

    @rule(data=st.data(), hours=st.integers(0, 2))
    def the_team_says(self, data: st.DataObject, hours: int) -> None:
        likely = LIKELY.get(self.driver.model.status, ())
        self.driver.command(data.draw(st.sampled_from(likely + VERBS)), hours=hours)

    @rule(what=st.sampled_from(["tick", "tick", "prepare", "compile", "freeze_page", "finish", "come_back"]))
    def the_timetable_does(self, what: str) -> None:
        getattr(self.driver, what)()

    @rule(minutes=st.sampled_from([1, 6, 6, 20, 90]))
    def time_passes(self, minutes: int) -> None:
        self.clock.moment += timedelta(minutes=minutes)

    @precondition(lambda self: self.driver.model.started)
    @rule(target=leases, owner=st.sampled_from(["worker-1", "worker-2"]), fates=FATES)
    def a_sender_leases(self, owner: str, fates: Fates):
        held = self.driver.lease(owner)
        if held is None:
            return multiple()
        self.driver.record(held, fates)
        return held

    @precondition(lambda self: self.driver.in_hand)
    @rule(
        data=st.data(), act=st.sampled_from(["record", "renew", "give back", "give back", "wait", "die"]), fates=FATES
    )
    def a_sender_goes_on(self, data: st.DataObject, act: str, fates: Fates) -> None:
        self.act(data.draw(st.sampled_from(list(self.driver.in_hand.values()))), act, fates)

    @rule(
        held=leases,
        act=st.sampled_from(["record", "record", "renew", "give back", "die", "die elsewhere"]),
        fates=FATES,
    )
    def a_sender_of_any_time_wakes(self, held: LeasedChunk, act: str, fates: Fates) -> None:
        self.act(held, act, fates)

    def act(self, held: LeasedChunk, act: str, fates: Fates) -> None:
        if act == "record":
            self.driver.record(held, fates)
        elif act == "renew":
            self.driver.renew(held)
        elif act in {"give back", "wait"}:
            self.driver.give_back(held, 30 if act == "wait" else None)
        else:
            self.driver.bury(held, fates, elsewhere=act == "die elsewhere")

    @precondition(lambda self: self.driver.model.started)
    @rule(deaths=st.integers(2, 4))
    def senders_meet_a_poison_letter(self, deaths: int) -> None:
        for _ in range(deaths):
            held = self.driver.lease("worker-1")
            if held:
                self.driver.bury(held, [], elsewhere=False)

    @rule(data=st.data(), how=st.sampled_from(["first list", "second list", "everything", "by hand", "lift", "erase"]))
    def a_reader_leaves(self, data: st.DataObject, how: str) -> None:
        self.driver.leave(data.draw(st.sampled_from(sorted(self.driver.model.people))), how)

    @precondition(lambda self: self.driver.model.rows)
    @rule(data=st.data(), what=st.sampled_from(["prove", "prove", "hear_late"]))
    def news_of_a_letter_comes(self, data: st.DataObject, what: str) -> None:
        getattr(self.driver, what)(data.draw(st.sampled_from(sorted(self.driver.model.rows))))

    @invariant()
    def all_is_well(self) -> None:
        self.driver.check()


@pytest.mark.parametrize("kind", EXAMPLES)
def test_no_order_of_events_loses_or_doubles_a_letter(kind, request, tmp_path, monkeypatch):
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
                max_examples=EXAMPLES[kind],
                stateful_step_count=50,
                deadline=None,
                database=None,
                suppress_health_check=list(HealthCheck),
            ),
        )
    finally:
        dispose()
