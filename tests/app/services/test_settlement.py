"""Letters of unknown fate, proved accepted by whoever holds their token."""

import threading

import pytest
from sqlalchemy import select, update

from app.clock import now
from app.database.session import reading, transaction
from app.models import Chunk, Event, EventKind, Message, MessageStatus, Reason
from app.queries.books import books_of
from app.services.delivery import Outcome, record_outcomes
from app.services.leases import Lease, give_back, lease_chunk
from app.services.settlement import ProofWay, needs_proof, prove_accepted, settle_proved
from tests.factories.campaigns import make_sending
from tests.factories.mailing_lists import make_list
from tests.factories.subscribers import make_confirmed

S = MessageStatus


@pytest.fixture
def held(database):
    """A leased chunk of three letters."""
    with transaction() as session:
        readers = make_list(session)
        make_confirmed(session, readers, 3)
        campaign = make_sending(session, readers)
        return lease_chunk(session, campaign.id, owner="worker-1", host="here", lease_seconds=60)


@pytest.fixture
def ids(held) -> tuple[int, ...]:
    return tuple(row.message_id for row in held.rows)


def record(lease: Lease, told: dict[int, MessageStatus]) -> set[int]:
    """Writes outcomes and settles what is proved, as recorders do."""
    outcomes = [Outcome(one, status, now(), 1, reason=Reason.CONNECTION_LOST) for one, status in told.items()]
    with transaction() as session:
        written = record_outcomes(session, lease, outcomes)
        return settle_proved(session, written)


def give_back_of(held) -> None:
    with transaction() as session:
        give_back(session, held.lease)


def prove(message_id: int, way: str = ProofWay.CLICK) -> bool:
    with transaction() as session:
        return prove_accepted(session, message_id, way)


def proofs() -> list[Event]:
    with reading() as session:
        return list(session.scalars(select(Event).where(Event.kind == EventKind.LETTER_PROVED).order_by(Event.id)))


def row(message_id: int) -> Message:
    with reading() as session:
        return session.get_one(Message, message_id)


def counts_of(held) -> dict[str, int] | None:
    with reading() as session:
        return session.get_one(Chunk, held.lease.chunk_id).counts


def test_a_proof_makes_an_unknown_letter_sent_and_is_kept(held, ids):
    record(held.lease, {ids[0]: S.UNKNOWN})
    assert prove(ids[0], ProofWay.BROWSER_VIEW)
    (proof,) = proofs()
    message = row(ids[0])
    assert (message.status, message.reason, message.sent_at) == (S.SENT, None, proof.at)
    assert (proof.message_id, proof.campaign_id, proof.subscriber_id) == (
        ids[0],
        held.lease.campaign_id,
        message.subscriber_id,
    )
    assert proof.facts == {"way": "browser_view"}


def test_a_proof_changes_the_counts_of_a_done_chunk_with_it(held, ids):
    record(held.lease, {ids[0]: S.UNKNOWN, ids[1]: S.UNKNOWN, ids[2]: S.REFUSED})
    give_back_of(held)
    assert counts_of(held) == {"unknown": 2, "refused": 1}
    assert prove(ids[0])
    assert counts_of(held) == {"unknown": 1, "sent": 1, "refused": 1}
    with reading() as session:
        books = books_of(session, held.lease.campaign_id)
    assert (books.balanced, books.sent, books.unknown) == (True, 1, 1)


def test_a_chunk_that_is_not_done_is_not_counted(held, ids):
    record(held.lease, {ids[0]: S.UNKNOWN})
    assert prove(ids[0])
    assert counts_of(held) is None


@pytest.mark.parametrize("status", [S.PENDING, S.REFUSED, S.SKIPPED, S.CANCELLED])
def test_a_proof_of_a_row_in_another_state_is_kept_once_and_changes_nothing(held, ids, status):
    if status != S.PENDING:
        record(held.lease, {ids[0]: status})
    before = row(ids[0])
    assert not prove(ids[0], ProofWay.CLICK)
    assert not prove(ids[0], ProofWay.UNSUBSCRIBE)
    after = row(ids[0])
    assert (after.status, after.reason, after.sent_at) == (before.status, before.reason, before.sent_at)
    assert [proof.facts["way"] for proof in proofs()] == ["click"]


def test_proving_a_sent_letter_writes_nothing(held, ids):
    record(held.lease, {ids[0]: S.SENT})
    with reading() as session:
        assert not needs_proof(session, ids[0])
    assert not prove(ids[0])
    assert proofs() == []


def test_a_letter_proved_once_is_proved(held, ids):
    record(held.lease, {ids[0]: S.UNKNOWN})
    assert prove(ids[0])
    assert not prove(ids[0])
    assert len(proofs()) == 1


def test_a_letter_that_is_not_here_proves_nothing(held):
    assert not prove(2**40)
    assert proofs() == []


def test_a_row_that_becomes_unknown_after_its_proof_is_sent_as_of_the_proof(held, ids):
    prove(ids[0])
    (proof,) = proofs()
    record(held.lease, {ids[0]: S.UNKNOWN, ids[1]: S.UNKNOWN})
    assert (row(ids[0]).status, row(ids[0]).sent_at) == (S.SENT, proof.at)
    assert row(ids[1]).status == S.UNKNOWN


def test_only_rows_that_are_unknown_are_settled(held, ids):
    prove(ids[0])
    prove(ids[1])
    assert record(held.lease, {ids[0]: S.REFUSED}) == set()
    with transaction() as session:
        assert settle_proved(session, ids) == set()
    assert [row(one).status for one in ids] == [S.REFUSED, S.PENDING, S.PENDING]


def test_settling_rows_of_a_done_chunk_counts_it_again(held, ids):
    record(held.lease, dict.fromkeys(ids, S.REFUSED))
    give_back_of(held)
    prove(ids[0])
    with transaction() as session:
        session.execute(update(Message).where(Message.id == ids[0]).values(status=S.UNKNOWN))
        assert settle_proved(session, ids) == {ids[0]}
    assert counts_of(held) == {"sent": 1, "refused": 2}


def test_settling_no_rows_settles_none(held):
    with transaction() as session:
        assert settle_proved(session, ()) == set()


def test_a_proof_that_comes_while_the_outcome_is_written_is_never_lost(database):
    with transaction() as session:
        readers = make_list(session)
        make_confirmed(session, readers, 40)
        campaign = make_sending(session, readers)
        held = lease_chunk(session, campaign.id, owner="worker-1", host="here", lease_seconds=60)
    ids = [one.message_id for one in held.rows]
    broken: list[BaseException] = []

    def together(*acts) -> None:
        gate = threading.Barrier(len(acts))

        def go(act) -> None:
            gate.wait()
            try:
                act()
            except Exception as error:  # noqa: BLE001  told below
                broken.append(error)

        threads = [threading.Thread(target=go, args=(act,)) for act in acts]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()

    for one in ids:
        together(
            lambda one=one: prove(one),
            lambda one=one: record(held.lease, {one: S.UNKNOWN}),
            lambda one=one: prove(one, ProofWay.UNSUBSCRIBE),
        )
    give_back_of(held)
    assert broken == []
    assert counts_of(held) == {"sent": 40}
    assert len(proofs()) == 40
