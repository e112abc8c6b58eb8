"""Whose letter is next among several ways out: each gets its share by weight, and none waits long for a slow one."""

from collections.abc import Callable, Hashable, Mapping
from typing import Generic, TypeVar

Name = TypeVar("Name", bound=Hashable)

AHEAD = 20.0
"""So many letters, counted over all ways, one may be ahead of those that could take one."""


class Turns(Generic[Name]):
    """`place` is how many letters all ways would have taken, had each taken its share as this one did."""

    def __init__(self, weights: Mapping[Name, int]) -> None:
        whole = sum(weights.values())
        self._step = {name: whole / weight for name, weight in weights.items()}
        self._place = dict.fromkeys(weights, 0.0)
        self._held_back: set[Name] = set()
        self._furthest_behind = 2 * AHEAD + max(self._step.values(), default=0)

    def may(self, name: Name, is_able: Callable[[Name], bool]) -> bool:
        """Whether this one may take a letter; one that is told to wait is remembered until it may."""
        others = [place for other, place in self._place.items() if other != name and is_able(other)]
        may = not others or self._place[name] <= min(others) + AHEAD
        if may:
            self._held_back.discard(name)
        else:
            self._held_back.add(name)
        return may

    def took(self, name: Name) -> None:
        """Counts a letter. Whoever lies far behind, since it could take none, does not make up for all of it."""
        furthest = max(self._place.values())
        self._place[name] = max(self._place[name], furthest - self._furthest_behind) + self._step[name]

    def gave_back(self, name: Name) -> None:
        self._place[name] -= self._step[name]

    def let_go(self) -> set[Name]:
        """Those who were told to wait may go: the others had their time. Answers who they are."""
        waiting, self._held_back = self._held_back, set()
        if waiting:
            level = min(self._place[name] for name in waiting)
            self._place = {name: max(place, level) for name, place in self._place.items()}
        return waiting

    def waiting_after(self, name: Name) -> set[Name]:
        """Who was told to wait, and may go now that this one has taken a letter."""
        return {other for other in self._held_back if self._place[other] <= self._place[name] + AHEAD}
