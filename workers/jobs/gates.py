"""Campaigns that wait, go on, are held or end by their plan of departure."""

from app.database.session import reading, transaction
from app.services.gates import to_look_at, turn
from workers.runtime import job


@job
def turn_all() -> None:
    """Every few seconds: each campaign in a transaction of its own, so that none waits for another's."""
    with reading() as session:
        found = to_look_at(session)
    for campaign_id in found:
        with transaction() as session:
            turn(session, campaign_id)
