"""Does a thing to a campaign's real rows and to `plain_ledger`, and compares. For `test_state_machine.py`."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import count

from sqlalchemy import update

from app.database.session import transaction
from app.errors import InvalidInput, WrongState
from app.models import (
    Campaign,
    CampaignList,
    CampaignStatus,
    Chunk,
    ConsentWay,
    Message,
    MessageStatus,
    Reason,
    Subscriber,
    SubscriptionStatus,
    SuppressionReason,
)
from app.services import (
    audience,
    delivery,
    gates,
    leases,
    recovery,
    retries,
    scheduling,
    subscriptions,
    suppressions,
    watch,
)
from app.services.delivery import Outcome
from app.services.leases import LeasedChunk
from app.services.letters import compile_campaign
from app.services.settlement import ProofWay, prove_accepted
from app.services.subscribers import erase_person
from app.services.subscriptions import Proof
from app.services.suppressions import ByHand
from tests.app.services.ledger_rows import LedgerRows, check_always, look
from tests.app.services.plain_ledger import RETRIED, Ledger, Person, Row
from tests.app.services.plain_ledger import Chunk as PlainChunk
from tests.factories.departures import make_plan
from tests.factories.mailing_lists import make_list
from tests.factories.ready import make_ready
from tests.factories.subscribers import make_subscriber, subscribe

PAGE_SIZE, CHUNK_SIZE = 4, 3
LEASE_SECONDS = 30
GRACE = timedelta(minutes=10)
LADDER = timedelta(minutes=5)
REST = timedelta(days=365)
START = datetime(2030, 3, 1, 9, tzinfo=UTC)
PROOF = Proof(ConsentWay.PAGE, basis="asked")
BY_HAND = ByHand(None, "asked by telephone")
LIMITS = {"deferral_limit": 50, "bounce_limit": 1000, "complaint_limit": 1000, "unsubscribe_limit": 1000}
REASONS = {"deferred": Reason.TEMPORARY, "refused": Reason.POLICY, "unknown": Reason.CONNECTION_LOST}
Fates = Sequence[str | None]
names = count(1)


class Clock:
    """Stands in for the one place that asks the time."""

    def __init__(self) -> None:
        self.moment = START

    def now(self, _zone: object) -> datetime:
        return self.moment


@dataclass(frozen=True)
class Death:
    """How an owner died: what its journal tells, whether at a letter, and where; elsewhere its lease's end decides."""

    fates: Fates = ()
    at_a_letter: bool = False
    elsewhere: bool = False

    @property
    def idle(self) -> bool:
        return not self.at_a_letter and not any(self.fates)


class LedgerDriver:
    """One campaign to these people (by person, the standings on its first lists), and the model of it.

    The `first` letters go first where there are any, and after so many `minutes` nothing leaves any more.
    """

    def __init__(
        self,
        clock: Clock,
        people: Sequence[Sequence[str]],
        *,
        first: int | None = None,
        minutes: int | None = None,
    ) -> None:
        self.clock = clock
        self.clock.moment = START
        self.leases: list[LeasedChunk] = []
        self.in_hand: dict[int, LeasedChunk] = {}
        self.accepted: Counter[int] = Counter()
        self.before: LedgerRows | None = None
        with transaction() as session:
            campaign, main = make_ready(session, people=0, brand=f"The Spring {next(names)}")
            end = START + timedelta(minutes=minutes) if minutes else None
            make_plan(session, campaign, canary_count=first, canary_minutes=30, finish_by=end, **LIMITS)
            second = make_list(session)
            session.add(CampaignList(campaign_id=campaign.id, list_id=second.id))
            plain = {}
            for place, standings in enumerate(people):
                # Domains of their own, in order, so that the same people go first whenever an example is run again.
                person = make_subscriber(session, domain=f"d{place}.test")
                on = (main, second)[: len(standings)]
                for one, standing in zip(on, standings, strict=True):
                    subscribe(session, person, one, SubscriptionStatus(standing))
                plain[person.id] = Person({one.id: standing for one, standing in zip(on, standings, strict=True)})
            campaign.freeze_cursor = min(plain) - 1
            self.campaign_id, self.lists = campaign.id, (main.id, second.id)
        self.model = Ledger(plain, PAGE_SIZE, frozen_to=min(plain) - 1, has_canary=first is not None, finish_by=end)

    def put_away(self) -> None:
        """Takes this campaign out of the way of the next one's ticks."""
        with transaction() as session:
            gone = update(Campaign).where(Campaign.id == self.campaign_id)
            session.execute(gone.values(status=CampaignStatus.SENT))

    # The team and the timetable.

    def command(self, verb: str, hours: int) -> None:
        at = self.clock.moment + timedelta(hours=hours)
        allowed = self.model.may(verb) and not (verb == "schedule" and self.model.is_over(at))
        try:
            with transaction() as session:
                if verb == "schedule":
                    scheduling.schedule(session, self.campaign_id, scheduling.Leave(at))
                else:
                    getattr(gates if verb == "let_rest_go" else scheduling, verb)(session, self.campaign_id)
        except (WrongState, InvalidInput):
            assert not allowed
            return
        assert allowed
        if verb == "schedule":
            self.model.status, self.model.send_at = "scheduled", at
        elif verb in {"resume", "cancel", "let_rest_go"}:
            getattr(self.model, verb)()
        else:
            self.model.status = {"unschedule": "draft", "pause": "paused"}[verb]

    def try_again(self, verb: str) -> None:
        allowed = self.model.status in RETRIED and not self.model.is_over(self.clock.moment)
        try:
            with transaction() as session:
                tried = getattr(retries, verb)(session, self.campaign_id)
        except WrongState:
            assert not allowed
            return
        assert allowed
        assert tried == self.model.try_again("refused" if verb == "retry_refused" else "unknown")

    def come_back(self) -> None:
        with transaction() as session:
            held = watch.hold_what_was_leaving(session, timedelta(hours=5))
        waits = self.model.status == "waiting" and self.model.canary_until <= self.clock.moment
        assert (self.campaign_id in held) == (waits or self.model.status in {"preparing", "sending"})
        if held:
            self.model.status = "held"

    def tick(self) -> None:
        with transaction() as session:
            started = scheduling.start_due(session)
        assert (self.campaign_id in started) == self.model.start_due(self.clock.moment)
        with transaction() as session:
            still = scheduling.standing_still(session)
        rung = {"preparing": still.preparing, "sending": still.sending, "finishing": still.finishing}
        expected = self.model.still(self.clock.moment)
        assert [word for word, ids in rung.items() if self.campaign_id in ids] == ([expected] if expected else [])

    def look(self) -> None:
        with transaction() as session:
            if self.campaign_id in gates.to_look_at(session):
                gates.turn(session, self.campaign_id)
        self.model.look(self.clock.moment)

    def prepare(self) -> None:
        self.compile()
        while self.model.status == "preparing":
            self.freeze_page()

    def compile(self) -> None:
        with transaction() as session:
            assert compile_campaign(session, self.campaign_id) == (self.model.status == "preparing")
        self.model.compiled |= self.model.status == "preparing"

    def freeze_page(self) -> None:
        preparing = self.model.status == "preparing"
        try:
            with transaction() as session:
                more = audience.freeze_page(session, self.campaign_id)
        except WrongState:
            assert preparing
            assert not self.model.compiled
            return
        assert self.model.compiled or not preparing
        if not preparing:
            assert not more
            return
        excluded, included = self.model.next_page()
        self.model.excluded |= excluded
        assert more != self.model.frozen
        seen = look(self.campaign_id)
        fresh = {one.id: one for one in seen.messages.values() if one.id not in self.model.rows}
        assert sorted(one.subscriber_id for one in fresh.values()) == sorted(included)
        self.model.rows |= {one.id: Row(one.subscriber_id) for one in fresh.values()}
        for chunk in seen.chunks.values():
            if chunk.id not in self.model.chunks:
                self.model.chunks[chunk.id] = PlainChunk(tuple(one.id for one in seen.of_chunk(chunk)), chunk.wave)
        if self.model.frozen:
            self.model.begin_with()
        covered = [one for chunk in self.model.chunks.values() for one in chunk.rows]
        assert sorted(covered) == sorted(self.model.rows)

    def finish(self) -> None:
        with transaction() as session:
            assert delivery.finish_if_balanced(session, self.campaign_id) == self.model.finish()

    # Senders, alive and dead.

    def lease(self, owner: str) -> LeasedChunk | None:
        until = self.clock.moment + timedelta(seconds=LEASE_SECONDS)
        with transaction() as session:
            held = leases.lease_chunk(session, self.campaign_id, owner=owner, host="here", lease_seconds=LEASE_SECONDS)
        expected = self.model.lease(owner, self.clock.moment, until)
        if held is None:
            assert expected is None
            return None
        assert held.lease.chunk_id == expected
        assert [one.message_id for one in held.rows] == self.model.pending(expected)
        assert expected not in self.in_hand
        in_other_hands = {one.message_id for other in self.in_hand.values() for one in other.rows}
        assert not in_other_hands & {one.message_id for one in held.rows}
        assert all(self.model.person_of(one.message_id).gone() is None for one in held.rows)
        self.in_hand[expected] = held
        self.leases.append(held)
        return held

    def renew(self, held: LeasedChunk) -> None:
        with transaction() as session:
            until = leases.renew_lease(session, held.lease, lease_seconds=LEASE_SECONDS)
        assert (until is not None) == self.model.holds(held.lease)
        if until:
            self.model.chunks[held.lease.chunk_id].lease_until = until

    def record(self, held: LeasedChunk, fates: Fates) -> None:
        outcomes = self.outcomes([one.message_id for one in held.rows], fates)
        before, ours = look(self.campaign_id), self.model.holds(held.lease)
        with transaction() as session:
            written = delivery.record_outcomes(session, held.lease, outcomes)
        assert written == self.model.record(held.lease, outcomes)
        self.count_accepted(outcomes, written)
        if not ours:
            after = look(self.campaign_id).messages
            changed = {one for one, row in after.items() if row.status != before.messages[one].status}
            assert changed <= {one.message_id for one in outcomes if one.status == MessageStatus.SENT}

    def give_back(self, held: LeasedChunk, wait: int | None) -> None:
        retry_at = self.clock.moment + timedelta(seconds=wait) if wait else None
        with transaction() as session:
            state = leases.give_back(session, held.lease, retry_at=retry_at)
        assert state == self.model.give_back(held.lease, retry_at)
        if state is not None:
            del self.in_hand[held.lease.chunk_id]

    def bury(self, held: LeasedChunk, death: Death) -> None:
        chunk = self.model.chunks[held.lease.chunk_id]
        due = not death.elsewhere or (chunk.lease_until and chunk.lease_until + GRACE <= self.clock.moment)
        with transaction() as session:
            dead = recovery.take_dead(session, held.lease, expired_for=GRACE if death.elsewhere else None)
            assert (dead is not None) == bool(self.model.holds(held.lease) and due)
            if dead is None:
                return
            assert dead.pending == {one: self.model.rows[one].attempts for one in self.model.pending(dead.chunk.id)}
            outcomes = self.outcomes(list(dead.pending), death.fates)
            suspect = min(dead.pending, default=None) if death.at_a_letter else None
            state = recovery.release_dead(session, dead, outcomes, suspect=suspect, idle=death.idle)
        self.count_accepted(outcomes, {one.message_id for one in outcomes})
        assert state == self.model.bury(held.lease, outcomes, suspect, idle=death.idle)
        del self.in_hand[held.lease.chunk_id]

    def hear_late(self, message_id: int) -> None:
        """A journal comes late and tells of an acceptance."""
        outcomes = [Outcome(message_id, MessageStatus.SENT, self.clock.moment, attempts=1, code=250)]
        with transaction() as session:
            changed = delivery.record_accepted(session, outcomes)
        assert changed == self.model.accept(outcomes)
        self.count_accepted(outcomes, changed)

    def outcomes(self, ids: list[int], fates: Fates) -> list[Outcome]:
        return [self.outcome(one, fate) for one, fate in zip(ids, fates, strict=False) if fate]

    def outcome(self, message_id: int, fate: str) -> Outcome:
        status = MessageStatus.REFUSED if fate == "bad address" else MessageStatus(fate)
        return Outcome(
            message_id,
            status,
            self.clock.moment,
            attempts=self.model.rows[message_id].attempts + 1,
            reason=REASONS.get(fate),
            next_at=self.clock.moment + LADDER if status == MessageStatus.DEFERRED else None,
            suppress=fate == "bad address",
        )

    def count_accepted(self, outcomes: list[Outcome], written: set[int]) -> None:
        told = {one.message_id for one in outcomes if one.status == MessageStatus.SENT}
        self.accepted.update(told & written)

    # Readers.

    def leave(self, subscriber_id: int, how: str) -> None:
        person = self.model.people[subscriber_id]
        if person.erased or (how == "lift" and not person.silence):
            return
        lists = {"first list": self.lists[:1], "second list": self.lists[1:]}.get(how, self.lists)
        with transaction() as session:
            address_hash = session.get_one(Subscriber, subscriber_id).address_hash
            if how == "erase":
                erase_person(session, subscriber_id)
            elif how in {"rest", "wake"}:
                until = self.clock.moment + REST if how == "rest" else None
                session.get_one(Subscriber, subscriber_id).paused_until = until
            elif how == "lift":
                suppressions.lift(session, address_hash, BY_HAND)
            elif how == "by hand":
                suppressions.suppress(session, address_hash, SuppressionReason.BY_HAND, by=BY_HAND)
            else:
                subscriptions.unsubscribe(session, subscriber_id, lists, PROOF)
                if how == "everything":
                    suppressions.suppress(session, address_hash, SuppressionReason.UNSUBSCRIBED)
        person.leave(how, lists)

    def prove(self, message_id: int) -> None:
        with transaction() as session:
            assert prove_accepted(session, message_id, ProofWay.CLICK) == self.model.prove(message_id)

    # What must be true now.

    def check(self) -> None:
        rows, model = look(self.campaign_id), self.model
        assert rows.campaign.status == model.status
        assert rows.campaign.wave_open == model.wave_open
        assert rows.excluded == model.excluded
        assert rows.proofs == sorted(model.proved)
        assert rows.books.candidates == len(model.excluded) + len(model.rows)
        for real, plain in ((rows.messages, model.rows), (rows.chunks, model.chunks)):
            assert {one: told(row) for one, row in real.items()} == {one: told(row) for one, row in plain.items()}
        check_always(self.before or rows, rows)
        self.before = rows
        assert max(self.accepted.values(), default=0) <= 1


def told(row: Message | Row | Chunk | PlainChunk) -> tuple[object, ...]:
    if isinstance(row, Chunk | PlainChunk):
        suspect = row.suspect if isinstance(row, PlainChunk) else next(iter(row.suspects or ()), None)
        return row.state, row.fence, row.owner, row.next_at, row.deaths, row.left_at_death, suspect
    person = row.subscriber_id if isinstance(row, Message) else row.person
    return person, row.status, row.attempts, row.next_at, row.reason
