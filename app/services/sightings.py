"""What the rules in `verdicts` look at: a hit, and the hits around it, however many one program makes."""

from bisect import bisect_left, bisect_right
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from app.models import EventKind

Source = tuple[str, str]
"""Who came: address and agent."""
Dated = tuple[datetime, int]


@dataclass(frozen=True, slots=True)
class Sighting:
    """What the rules see of a hit. `links` is how many the letter has; `sent_at` when its server took it."""

    kind: EventKind
    at: datetime
    message_id: int
    link: int
    method: str
    ip: str
    agent: str
    signals: Mapping[str, str]
    sent_at: datetime | None
    links: int

    @property
    def source(self) -> Source:
        return self.ip, self.agent


@dataclass(slots=True)
class Company:
    """The hits around those that are judged. Each question is answered once for a letter or source, in one pass."""

    clicks: defaultdict[int, list[Dated]] = field(default_factory=lambda: defaultdict(list))
    decoys: defaultdict[Source, list[datetime]] = field(default_factory=lambda: defaultdict(list))
    seen: defaultdict[Source, list[Dated]] = field(default_factory=lambda: defaultdict(list))
    _bursts: dict[tuple[int, int], list[datetime]] = field(default_factory=dict)
    _crowds: dict[Source, set[datetime]] = field(default_factory=dict)

    @classmethod
    def of(cls, sightings: Iterable[Sighting]) -> "Company":
        company = cls()
        for one in sorted(sightings, key=lambda sighting: sighting.at):
            if one.kind is EventKind.CLICKED:
                company.clicks[one.message_id].append((one.at, one.link))
            elif one.kind is EventKind.DECOY_FOLLOWED:
                company.decoys[one.source].append(one.at)
            company.seen[one.source].append((one.at, one.message_id))
        return company

    def followed_decoy(self, one: Sighting, within: timedelta) -> bool:
        """Whether who came followed a decoy up to so long before or after."""
        times = self.decoys.get(one.source, [])
        return bisect_left(times, one.at - within) < bisect_right(times, one.at + within)

    def is_in_burst(self, one: Sighting, links: int, within: timedelta) -> bool:
        """Whether it belongs to so many different links of its letter, followed within that time."""
        asked = one.message_id, links
        if asked not in self._bursts:
            self._bursts[asked] = bursts(self.clicks.get(one.message_id, ()), links, within)
        starts = self._bursts[asked]
        return bisect_left(starts, one.at - within) < bisect_right(starts, one.at)

    def is_in_crowd(self, one: Sighting, letters: int, around: timedelta) -> bool:
        """Whether who came did so for so many letters in the time around it."""
        if one.source not in self._crowds:
            self._crowds[one.source] = crowds(self.seen.get(one.source, ()), letters, around)
        return one.at in self._crowds[one.source]


def bursts(dated: Sequence[Dated], least: int, within: timedelta) -> list[datetime]:
    """The times from which on `least` different numbers come within the time; `dated` is sorted by time."""
    inside: Counter[int] = Counter()
    starts, end = [], 0
    for at, number in dated:
        while end < len(dated) and dated[end][0] <= at + within:
            inside[dated[end][1]] += 1
            end += 1
        if len(inside) >= least:
            starts.append(at)
        take_out(inside, number)
    return starts


def crowds(dated: Sequence[Dated], least: int, around: timedelta) -> set[datetime]:
    """The times around which `least` different numbers come; `dated` is sorted by time."""
    inside: Counter[int] = Counter()
    found, begin, end = set(), 0, 0
    for at, _number in dated:
        while end < len(dated) and dated[end][0] <= at + around:
            inside[dated[end][1]] += 1
            end += 1
        while dated[begin][0] < at - around:
            take_out(inside, dated[begin][1])
            begin += 1
        if len(inside) >= least:
            found.add(at)
    return found


def take_out(inside: Counter[int], number: int) -> None:
    inside[number] -= 1
    if not inside[number]:
        del inside[number]
