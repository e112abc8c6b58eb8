"""Whether a letter may go to a domain now: by the domain's wish for patience, and by the mail server's own limit.

A domain here is its MX group (`services/mx_groups`): domains whose mail one provider takes share one pace.

Tokens are drawn from buckets in Redis that all hosts share. A bucket that is gone (FLUSHALL) begins empty, so that
nothing ever leaves faster than it may; while Redis is away, this run goes at half the pace by itself.
"""

import asyncio
import logging
import time
from collections import defaultdict
from collections.abc import Callable
from concurrent.futures import Executor, Future
from functools import partial

from redis import Redis
from redis.exceptions import RedisError
from sqlalchemy.exc import DBAPIError, IntegrityError

from app.database.session import reading, transaction
from app.jobs import queue_connection
from app.services import paces
from workers.smtp.outcome import Deferred, Outcome, Sent
from workers.smtp.relay import Relay
from workers.smtp.replies import SERVICE_CLOSING

log = logging.getLogger(__name__)

BEAT_SECONDS = 0.2
READ_SECONDS = 2.0
SPEED_UP_SECONDS = 30.0
BURST_SECONDS = 10.0
ONE_SIGNAL_SECONDS = 1.0
PARK_SECONDS = 5.0
FEWEST_MEASURED = 60.0
SHARE_WITHOUT_REDIS = 0.5
PREFIX = "letterwright:pace:"
RELAY = "*"
"""Under this name stands the mail server itself, beside the domains."""

DRAW = """
local rate, most, wanted = tonumber(ARGV[1]), tonumber(ARGV[2]), tonumber(ARGV[3])
local clock = redis.call('TIME')
local now = tonumber(clock[1]) + tonumber(clock[2]) / 1000000
local kept = redis.call('HMGET', KEYS[1], 'tokens', 'at')
local tokens = math.min(most, (tonumber(kept[1]) or 0) + (now - (tonumber(kept[2]) or now)) * rate)
local given = math.min(wanted, math.floor(tokens))
redis.call('HSET', KEYS[1], 'tokens', tostring(tokens - given), 'at', string.format('%.6f', now))
redis.call('PEXPIRE', KEYS[1], math.ceil(most / rate * 1000) + 60000)
return given
"""


def draw(connection: Redis, name: str, *, a_second: float, most: float, wanted: int) -> int:
    """So many tokens of a bucket that fills at `a_second` up to `most`. Raises RedisError."""
    return int(connection.eval(DRAW, 1, PREFIX + name, a_second, most, wanted))


class Pace:
    """`may_go` is asked on the event loop and never waits; `on_news` is called when more may go than before.

    Or when a domain must wait, so that its rows are set aside.
    """

    def __init__(self, executor: Executor, relay: Relay, on_news: Callable[[], None]) -> None:
        self._executor = executor
        self._relay = relay
        self._on_news = on_news
        self._a_minute: dict[str, float] = {}
        self._heard: dict[str, tuple[float, Future[None]]] = {}
        self._tokens: defaultdict[str, float] = defaultdict(float)
        self._wanted: set[str] = set()
        self._dry: set[str] = set()
        self._told_at: dict[str, float] = {}
        self._accepted: defaultdict[str, int] = defaultdict(int)
        self._began = time.monotonic()
        self._asked_at = time.monotonic()

    def limit_of(self, name: str) -> float | None:
        """Letters a minute, None where nothing holds back."""
        if name == RELAY:
            return self._relay.per_minute or None
        return self._a_minute.get(name)

    def may_go(self, domain: str) -> bool:
        """Whether one letter may go there now; after yes it has been counted."""
        if not self._a_minute and not self._relay.per_minute:  # as is usual
            return True
        held_back = [name for name in (RELAY, domain) if self.limit_of(name) is not None]
        short = [name for name in held_back if self._tokens[name] < 1]
        self._wanted.update(short)
        if short:
            return False
        for name in held_back:
            self._tokens[name] -= 1
            if self._tokens[name] < 1:
                self._wanted.add(name)
        return True

    @property
    def all_free(self) -> bool:
        """Whether no domain has asked for patience, as is usual."""
        return not self._a_minute

    def is_free(self, domain: str) -> bool:
        return domain not in self._a_minute

    def is_dry(self, domain: str) -> bool:
        """Whether that domain, and not the mail server alone, holds letters back for longer than a moment."""
        return domain in self._dry

    def hear(self, domain: str, outcome: Outcome) -> None:
        """Counts what a domain took, and passes on its wish for patience."""
        if isinstance(outcome, Sent):
            self._accepted[domain] += 1
        elif isinstance(outcome, Deferred) and asks_for_patience(outcome):
            self._tokens[domain] = 0
            if domain not in self._dry:
                self._dry.add(domain)
                self._on_news()  # its rows make room for others at once
            if time.monotonic() - self._told_at.get(domain, float("-inf")) < ONE_SIGNAL_SECONDS:
                return
            self._told_at[domain] = time.monotonic()
            minutes = max((time.monotonic() - self._began) / 60, 1 / 60)
            measured = max(FEWEST_MEASURED, self._accepted[domain] / minutes)
            self._a_minute.setdefault(domain, measured / 2)
            said = f"{outcome.code} {outcome.enhanced} {outcome.reply}".replace("  ", " ")
            kept = self._executor.submit(slow_down, domain, measured, said)
            self._heard[domain] = self._a_minute[domain], kept

    async def begin(self) -> None:
        """Knows the paces that hold before the first letter is taken."""
        await self._read(speeds_up=False)

    async def run(self) -> None:
        loop = asyncio.get_running_loop()
        read_at = sped_up_at = float("-inf")
        while True:
            if loop.time() - read_at >= READ_SECONDS:
                read_at = loop.time()
                speeds_up = read_at - sped_up_at >= SPEED_UP_SECONDS
                sped_up_at = read_at if speeds_up else sped_up_at
                await self._read(speeds_up=speeds_up)
            if self._wanted:
                await self._draw()
            await asyncio.sleep(BEAT_SECONDS)

    async def _read(self, *, speeds_up: bool) -> None:
        """Takes over what the database knows; a wish that was not kept before it was asked holds all the same."""
        known = {domain: wish for domain, wish in self._heard.items() if wish[1].done()}
        try:
            read = await asyncio.get_running_loop().run_in_executor(self._executor, read_paces, speeds_up)
        except DBAPIError:
            return
        self._heard = {domain: wish for domain, wish in self._heard.items() if wish is not known.get(domain)}
        told = {domain: pace for domain, (pace, _) in self._heard.items()} | read
        freed = self._a_minute.keys() - told.keys()
        self._a_minute = told
        if freed:
            self._on_news()

    async def _draw(self) -> None:
        wanted, self._wanted = self._wanted, set()
        seconds, self._asked_at = time.monotonic() - self._asked_at, time.monotonic()
        for name in wanted:
            limit = self.limit_of(name)
            if limit is None:
                continue
            a_second = limit / 60
            most = max(1.0, a_second * BURST_SECONDS)
            ask = partial(draw, queue_connection(), name, a_second=a_second, most=most, wanted=int(most))
            try:
                self._tokens[name] += await asyncio.get_running_loop().run_in_executor(self._executor, ask)
            except RedisError:
                share = a_second * min(seconds, BURST_SECONDS) * SHARE_WITHOUT_REDIS
                self._tokens[name] = min(self._tokens[name] + share, max(1.0, a_second))
            if self._tokens[name] < 1:
                self._wanted.add(name)
                self._dry.add(name)
            else:
                self._dry.discard(name)
        self._on_news()


def asks_for_patience(outcome: Deferred) -> bool:
    """421, or a policy that is only temporary: we are too fast for them (deliverability B1)."""
    return outcome.code == SERVICE_CLOSING or outcome.enhanced.startswith("4.7.")


def slow_down(domain: str, measured: float, said: str) -> None:
    try:
        with transaction() as session:
            pace = paces.slow_down(session, domain, measured=measured, said=said)
    except IntegrityError:
        return  # another host heard it at the same moment
    except DBAPIError as error:
        log.warning("that %s asks for patience could not be kept (%s)", domain, error.orig)
        return
    log.info("%s asks for patience (%s): %.0f letters a minute now", domain, said[:60], pace)


def read_paces(speeds_up: bool) -> dict[str, float]:
    if speeds_up:
        with transaction() as session:
            paces.speed_up(session)
    with reading() as session:
        return paces.paces(session)
