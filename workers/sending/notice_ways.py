"""Hands notices to the ways out of their senders, by weight and health: what one does not take goes by the next."""

import random
from collections.abc import Sequence

from app.clock import now
from app.config import Settings
from app.errors import Unavailable
from app.services.signing_keys import domain_of
from workers.sending import lane_books
from workers.sending.handful import hand_over
from workers.sending.journal import Journal
from workers.sending.way_out import transports_for, way_out
from workers.sending.ways import Way
from workers.smtp.actions import Letter
from workers.smtp.outcome import Outcome, Untouched
from workers.smtp.relay import RelayBroken

LIMIT_REACHED = "every transport has reached its limit"


def hand_over_notices(settings: Settings, letters: Sequence[Letter], journal: Journal) -> dict[int, Outcome]:
    """The outcome of every letter, by its number; Untouched, with the reason, where it could not even begin."""
    by_domain: dict[str, list[Letter]] = {}
    for letter in letters:
        by_domain.setdefault(domain_of(letter.sender), []).append(letter)
    outcomes: dict[int, Outcome] = {}
    for domain, group in by_domain.items():
        try:
            ways = transports_for(domain)
            outcomes |= by_ways(ways, group, journal) if ways else hand_over(way_out(settings), group, journal)
        except (Unavailable, RelayBroken) as refusal:
            outcomes |= {letter.number: Untouched(reply=str(refusal)) for letter in group}
    return outcomes


def by_ways(ways: Sequence[Way], letters: Sequence[Letter], journal: Journal) -> dict[int, Outcome]:
    """Each way gets what the ones before it did not take."""
    outcomes: dict[int, Outcome] = {letter.number: Untouched(reply=LIMIT_REACHED) for letter in letters}
    left = list(letters)
    for way in in_turn(ways):
        most = allowed(way, len(left))
        if not most:
            continue
        told = hand_over(way.carrier, left[:most], journal)
        outcomes |= told
        left = [letter for letter in left if may_go_elsewhere(outcomes[letter.number])]
        taken = sum(not may_go_elsewhere(outcome) for outcome in told.values())
        if taken:
            lane_books.count(way.transport_id, taken)
        if way.limits and most > taken:
            lane_books.hand_in(way, most - taken)
        if not left:
            break
    return outcomes


def may_go_elsewhere(outcome: Outcome) -> bool:
    """It did not begin, or this way refuses us."""
    return isinstance(outcome, Untouched)


def in_turn(ways: Sequence[Way]) -> list[Way]:
    """The healthy first, those of much weight likely before others; what is set aside comes last."""
    moment = now()

    def place(way: Way) -> tuple[bool, float]:
        rests = way.aside_until is not None and way.aside_until > moment
        return rests, -(random.random() ** (1 / way.weight))  # noqa: S311  chance by weight, nothing secret

    return sorted(ways, key=place)


def allowed(way: Way, wanted: int) -> int:
    """How many may go there now; while Redis is away, one of a limited way."""
    if not way.limits:
        return wanted
    given = lane_books.fetch(way, wanted)
    return 1 if given is None else given
