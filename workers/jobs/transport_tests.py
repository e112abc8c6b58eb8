"""Letters that try a transport, and what was said on the way."""

from app.database.session import transaction
from app.errors import Unavailable
from app.jobs import Job, ring
from app.services.transport_tests import Trial, begin_test, end_test, waiting_tests
from workers.runtime import job
from workers.sending.trying import try_out


@job
def run(test_id: int) -> None:
    """No transaction is open while the other side is waited for."""
    try:
        with transaction() as session:
            trial: Trial = begin_test(session, test_id)
    except Unavailable as refusal:
        end(test_id, "failed", str(refusal))
        return
    outcome, transcript = try_out(trial)
    end(test_id, outcome, transcript)


def end(test_id: int, outcome: str, transcript: str) -> None:
    with transaction() as session:
        end_test(session, test_id, outcome, transcript)


@job
def ring_standing() -> None:
    with transaction() as session:
        waiting = waiting_tests(session)
    for test_id in waiting:
        ring(Job.TRANSPORT_TEST, test_id)
