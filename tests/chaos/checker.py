"""Compares the sink with the ledger, person by person. Pure: rows and deliveries in, findings out."""

from bisect import bisect_right
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from app.models.message import MOVES, MessageStatus
from tests.chaos.accepted import Delivery
from tests.chaos.journals import Begin

SMALLEST_LETTER = 200
MAX_ID = 1 << 63
ACCEPTED_CODE = 250
UNFINISHED = {MessageStatus.PENDING, MessageStatus.DEFERRED}
MAY_BE_IN_THE_SINK = {MessageStatus.SENT, MessageStatus.UNKNOWN}
ONLY_BY_A_PERSON = {
    (MessageStatus.UNKNOWN, MessageStatus.PENDING),
    (MessageStatus.REFUSED, MessageStatus.PENDING),
}
"""Moves of MOVES that happen when somebody presses "send again"; in a trial nobody does."""


@dataclass(frozen=True, slots=True)
class Row:
    """One person's message in the ledger."""

    message_id: int
    email: str
    status: MessageStatus


@dataclass
class Findings:
    """What the comparison shows, by message id; everything but `unknown` must be empty."""

    sent: int = 0
    unknown: list[int] = field(default_factory=list)
    unknown_accepted: int = 0
    lost: list[int] = field(default_factory=list)
    doubled: list[int] = field(default_factory=list)
    unlisted: list[int] = field(default_factory=list)
    strange: list[Delivery] = field(default_factory=list)

    def complaints(self) -> list[str]:
        named = {
            "lost": self.lost,
            "doubled": self.doubled,
            "accepted by the server, but neither sent nor unknown in the ledger": self.unlisted,
            "accepted by the server, but to nobody of the ledger, or empty": self.strange,
        }
        return [f"{len(found)} {what}: {found[:5]}" for what, found in named.items() if found]


def compare(rows: Iterable[Row], deliveries: Iterable[Delivery]) -> Findings:
    """Lost: sent for the ledger and never in the sink, or still to go. Doubled: accepted more than once."""
    by_id = {row.message_id: row for row in rows}
    accepted: Counter[int] = Counter()
    found = Findings()
    for delivery in deliveries:
        row = by_id.get(delivery.message_id or 0)
        if row is None or row.email != delivery.recipient or delivery.size < SMALLEST_LETTER:
            found.strange.append(delivery)
        else:
            accepted[row.message_id] += 1
    for row in by_id.values():
        times = accepted[row.message_id]
        if times > 1:
            found.doubled.append(row.message_id)
        if row.status in UNFINISHED or (row.status is MessageStatus.SENT and not times):
            found.lost.append(row.message_id)
        if times and row.status not in MAY_BE_IN_THE_SINK:
            found.unlisted.append(row.message_id)
        if row.status is MessageStatus.UNKNOWN:
            found.unknown.append(row.message_id)
            found.unknown_accepted += bool(times)
        found.sent += row.status is MessageStatus.SENT
    return found


def reachable() -> dict[MessageStatus, set[MessageStatus]]:
    """Where a row may be some moves later when no person interferes, by MOVES."""
    ways: dict[MessageStatus, set[MessageStatus]] = defaultdict(set)
    for start in MessageStatus:
        fresh = {start}
        while fresh:
            ways[start] |= fresh
            fresh = {new for old in fresh for new in MOVES[old] if (old, new) not in ONLY_BY_A_PERSON} - ways[start]
    return ways


REACHABLE = reachable()


def forbidden_moves(before: Mapping[int, MessageStatus], after: Mapping[int, MessageStatus]) -> list[str]:
    """Rows that went where no moves lead, and rows that are gone."""
    return [
        f"message {number} went from {old} to {after.get(number, 'nothing')}"
        for number, old in before.items()
        if number not in after or after[number] not in REACHABLE[old]
    ]


def unexplained(unknown: Sequence[int], marked: set[int], torn: int) -> list[int]:
    """Unknown rows for which no owner left an open begin mark, beyond those that torn lines may have named."""
    found = [number for number in unknown if number not in marked]
    return found if len(found) > torn else []


def begun_again(begins: Iterable[Begin]) -> list[int]:
    """Letters begun although an earlier begin had been accepted, or nobody knew; or twice under one fence."""
    by_letter: dict[int, list[Begin]] = defaultdict(list)
    for begin in begins:
        by_letter[begin.message_id].append(begin)
    return [number for number, tries in by_letter.items() if wrongly_repeated(sorted(tries, key=lambda one: one.ms))]


def begun_under_old_fences(begins: Iterable[Begin], chunks: Iterable[tuple[int, int]]) -> list[int]:
    """Letters begun under a lease although somebody after it had begun letters of the same chunk."""
    firsts = sorted(chunks)
    newest: dict[tuple[int, int], int] = {}
    wrong = []
    for begin in sorted(begins, key=lambda one: (one.ms, one.fence)):
        place = bisect_right(firsts, (begin.message_id, MAX_ID)) - 1
        if place < 0 or begin.message_id > firsts[place][1]:
            continue
        if begin.fence < newest.get(firsts[place], 0):
            wrong.append(begin.message_id)
        newest[firsts[place]] = max(begin.fence, newest.get(firsts[place], 0))
    return wrong


def wrongly_repeated(tries: Sequence[Begin]) -> bool:
    if len({one.fence for one in tries}) < len(tries):
        return True
    return any(not one.end or one.code == ACCEPTED_CODE for one in tries[:-1])
