"""Campaign, chunks, messages, suppressions, proofs and the clock in any order, held against a plain model."""

import pytest
from hypothesis import HealthCheck, settings
from hypothesis.stateful import run_state_machine_as_test

from app.config import load_settings
from app.database.session import dispose
from app.services import audience
from app.startup import open_house
from tests.app.services.ledger_machine import CHUNK_SIZE, PAGE_SIZE, Clock, LedgerMachine
from tests.conftest import SECRET

EXAMPLES = {"sqlite": 60, "postgresql": 25}


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
