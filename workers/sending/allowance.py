"""How many letters a transport may still be handed: by the second, the minute, the hour and the day, for all hosts.

What was handed over lies in Redis, in slots of time that leave a window one by one. Where it is gone (FLUSHALL),
seconds and minutes begin as if all had been used up, hours and days with what the database has counted.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import ceil

from redis import Redis

from workers.sending.pace import PREFIX, SHARE_WITHOUT_REDIS

MOST_AT_ONCE = 50
ASK_SECONDS = 0.5

DRAW = """
local wanted, windows, seeded = tonumber(ARGV[1]), cjson.decode(ARGV[2]), ARGV[3] == 'seeds'
local clock = redis.call('TIME')
local now = tonumber(clock[1]) + tonumber(clock[2]) / 1000000
local kept, sums = {}, {}
local flat = redis.call('HGETALL', KEYS[1])
for place = 1, #flat, 2 do kept[flat[place]] = tonumber(flat[place + 1]) end
for _, window in ipairs(windows) do
    local made = window.name .. ':made'
    if not kept[made] then
        if not seeded then return -1 end
        redis.call('HSET', KEYS[1], made, 1)
        for _, seed in ipairs(window.seeds) do
            local field = window.name .. ':' .. string.format('%d', math.floor((now - seed[1]) / window.slot))
            kept[field] = (kept[field] or 0) + seed[2]
            redis.call('HINCRBY', KEYS[1], field, seed[2])
        end
    end
end
local given = wanted
for _, window in ipairs(windows) do
    local current, sum = math.floor(now / window.slot), 0
    for field, letters in pairs(kept) do
        local name, slot = string.match(field, '^(%a+_%a+):(%d+)$')
        if name == window.name then
            local is_past = tonumber(slot) < current - window.slots
            if is_past then redis.call('HDEL', KEYS[1], field) else sum = sum + letters end
        end
    end
    given = math.min(given, window.limit - sum)
end
if wanted > 0 then given = math.max(given, 0) else given = wanted end
for _, window in ipairs(windows) do
    local field = window.name .. ':' .. string.format('%d', math.floor(now / window.slot))
    local step = math.max(given, -(kept[field] or 0))
    if step ~= 0 then redis.call('HINCRBY', KEYS[1], field, step) end
end
redis.call('EXPIRE', KEYS[1], 172800)
return given
"""


@dataclass(frozen=True, slots=True)
class Window:
    """So many seconds, in so many slots; a slot more is counted, so that no stretch of time ever holds too much."""

    seconds: int
    slots: int

    @property
    def slot(self) -> float:
        return self.seconds / self.slots


WINDOWS = {
    "per_second": Window(1, 10),
    "per_minute": Window(60, 60),
    "per_hour": Window(3_600, 60),
    "per_day": Window(86_400, 96),
}


@dataclass(frozen=True, slots=True)
class Counted:
    """What the database knows a transport took: in this hour and the one before, and by hour of the last day.

    `hours` holds pairs of age in seconds (of the hour's end, 0 for this one) and letters.
    """

    lately: int = 0
    hours: Sequence[tuple[float, int]] = ()


def draw_letters(
    connection: Redis, transport_id: int, limits: Mapping[str, int], wanted: int, counted: Counted | None = None
) -> int | None:
    """So many letters of all windows at once; a negative `wanted` gives some back.

    None where nothing is known: ask again with what the database has counted. Raises RedisError.
    """
    windows = [
        {
            "name": name,
            "slot": WINDOWS[name].slot,
            "slots": WINDOWS[name].slots,
            "limit": limit,
            "seeds": seeds(name, limit, counted) if counted else [],
        }
        for name, limit in limits.items()
    ]
    key = f"{PREFIX}transport:{transport_id}"
    given = int(connection.eval(DRAW, 1, key, wanted, json.dumps(windows), "seeds" if counted else ""))
    return None if given == -1 and wanted > 0 else given


def seeds(name: str, limit: int, counted: Counted) -> list[tuple[float, int]]:
    """Pairs of age in seconds and letters with which a window begins."""
    if name == "per_day":
        return [(age, letters) for age, letters in counted.hours if letters]
    window = WINDOWS[name]
    used = min(limit, counted.lately) if name == "per_hour" else limit
    bounds = [used * slot // window.slots for slot in range(window.slots + 1)]
    steps = ((slot * window.slot, bounds[slot + 1] - bounds[slot]) for slot in range(window.slots))
    return [(age, letters) for age, letters in steps if letters]


class Allowance:
    """Letters that this process may hand over now; `may_go` never waits. Without limits it always says yes."""

    def __init__(self, limits: Mapping[str, int]) -> None:
        self._limits = limits
        self._left = 0.0
        self.short = bool(limits)

    @property
    def limited(self) -> bool:
        return bool(self._limits)

    @property
    def may_go(self) -> bool:
        return not self._limits or self._left >= 1

    @property
    def unspent(self) -> int:
        return int(self._left)

    def spend(self) -> None:
        self._left -= bool(self._limits)

    def give_back(self) -> None:
        self._left += bool(self._limits)

    def wanted(self, waiting: int) -> int:
        """How many to ask for, so that half a second's worth is at hand."""
        most = min(MOST_AT_ONCE, waiting)
        for name in ("per_second", "per_minute"):
            if name in self._limits:
                most = min(most, ceil(self._limits[name] / WINDOWS[name].seconds * ASK_SECONDS))
        return max(0, most - int(self._left))

    def take_in(self, given: int) -> None:
        self._left += given
        self.short = given == 0 and self._left < 1

    def without_redis(self, seconds: float) -> None:
        """At half the pace by itself, and never more than a second's worth."""
        a_second = min(limit / WINDOWS[name].seconds for name, limit in self._limits.items())
        self._left = min(self._left + a_second * seconds * SHARE_WITHOUT_REDIS, max(1.0, a_second))

    def hand_in(self) -> int:
        """What is left unspent, to be given back."""
        unspent, self._left = int(self._left), 0.0
        return unspent
