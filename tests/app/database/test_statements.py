"""How the databases find the rows of the ledger's statements."""

import pytest
from sqlalchemy import text

from app.clock import now
from app.database.ledger_sql import BARRED, LEAVE_UNCOUNTED, PENDING_ROWS, SKIP_THE_GONE
from app.database.postgresql import UPDATE_MESSAGES
from app.database.session import transaction
from tests.factories.campaigns import make_sending
from tests.factories.mailing_lists import make_list
from tests.factories.subscribers import make_confirmed

LEASE = {"chunk_id": 1, "fence": 1, "owner": "worker-1"}


@pytest.mark.parametrize("database_address", ["postgresql"], indirect=True)
def test_a_batch_of_outcomes_is_found_by_its_ids_and_never_by_reading_its_campaign(database):
    """Only PostgreSQL's planner chooses by figures, which it does not have yet."""
    with transaction() as session:
        readers = make_list(session)
        make_confirmed(session, readers, 1500)
        make_sending(session, readers)
    batch = {**LEASE, "rows": "[]", "ids": list(range(1, 101))}
    with transaction() as session:
        lines = session.execute(text("EXPLAIN " + UPDATE_MESSAGES.text), batch).scalars().all()
    plan = "\n".join(lines)
    assert "uq_message_campaign_id" not in plan
    assert "Join Filter: (message.id = o.id)" not in plan


@pytest.mark.parametrize("database_address", ["postgresql"], indirect=True)
@pytest.mark.parametrize("statement", [BARRED, LEAVE_UNCOUNTED, PENDING_ROWS, SKIP_THE_GONE])
def test_people_of_a_chunk_are_looked_up_one_by_one_and_never_by_reading_everybody(database, statement):
    """What PostgreSQL makes of an EXISTS in their place: a table of all subscriptions, anew for each chunk."""
    place = {"campaign_id": 1, "first_id": 1, "last_id": 500, "bare_id": 2, "now": now(), "no_fields": "{}"}
    asked = statement.replace(":no_fields", "CAST(:no_fields AS jsonb)")
    with transaction() as session:
        lines = session.execute(text(f"EXPLAIN {asked}"), place).scalars().all()
    assert any("SubPlan" in line for line in lines)
    assert not [line for line in lines if "hashed SubPlan" in line]
