"""Synthetic openings and clicks of which it is known who stood behind each: people, gateways, proxies, crawlers."""

import random
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from app.models import EventKind
from app.services.sightings import Sighting

SENT = datetime(2026, 11, 2, 9, tzinfo=UTC)
LINKS = 8
BROWSERS = (
    "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/142.0.0.0 Safari/537.36",
    "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/19 Safari/605.1",
    "Mozilla/5.0 (iPhone; CPU iPhone OS 19_1 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Mobile/15E148",
    "Mozilla/5.0 (X11; Linux x86_64; rv:145.0) Gecko/20100101 Thunderbird/145.0",
)
GOOGLE = "Mozilla/5.0 (Windows NT 5.1; rv:11.0) Gecko Firefox/11.0 (via ggpht.com GoogleImageProxy)"


@dataclass(frozen=True)
class Known:
    """`person`: True somebody read, False nobody did, None nobody can tell."""

    sighting: Sighting
    person: bool | None


class Town:
    def __init__(self, seed: int) -> None:
        self.chance = random.Random(seed)
        self.known: list[Known] = []
        self.messages = 0

    def see(
        self, message: int, after: float, agent: str, ip: str, *, person: bool | None, link: int | None = None, **more
    ):
        kind = EventKind.OPENED if link is None else EventKind.CLICKED if link else EventKind.DECOY_FOLLOWED
        facts = {"method": "GET", "signals": {}, "sent_at": SENT, "links": LINKS} | more
        at = SENT + timedelta(seconds=after)
        self.known.append(Known(Sighting(kind, at, message, link or 0, ip=ip, agent=agent, **facts), person))

    def fresh(self) -> tuple[int, str]:
        self.messages += 1
        return self.messages, ".".join(str(self.chance.randint(20, 38)) for _ in range(4))

    def reader(self) -> None:
        """Opens after a while, perhaps twice, and follows one to three links, a few seconds apart; some in haste."""
        message, ip = self.fresh()
        agent, when = self.chance.choice(BROWSERS), self.chance.expovariate(1 / 7200) + self.chance.uniform(4, 30)
        for again in range(self.chance.choice((1, 1, 2))):
            self.see(message, when + again * self.chance.uniform(30, 3000), agent, ip, person=True)
        for link in self.chance.sample(range(1, LINKS + 1), self.chance.choice((0, 0, 1, 1, 2, 3))):
            when += self.chance.expovariate(1 / 20) + 1
            self.see(message, when, agent, ip, person=True, link=link)

    def gateway(self) -> None:
        """Follows everything soon, from several addresses, under a browser's name; some fall for the decoy only."""
        message, ip = self.fresh()
        agent, begins, others = self.chance.choice(BROWSERS), self.chance.uniform(-2, 240), self.fresh()[1]
        careful = self.chance.random() < 0.15
        for link in self.chance.sample(range(1, LINKS + 1), 2 if careful else LINKS):
            source = ip if careful or self.chance.random() < 0.7 else others
            self.see(message, begins + self.chance.uniform(0, 6), agent, source, person=False, link=link)
        if self.chance.random() < 0.8:
            self.see(message, begins + 1, agent, ip, person=False, link=0)

    def head_checker(self) -> None:
        message, ip = self.fresh()
        for link in (1, 2):
            self.see(message, self.chance.uniform(10, 900), BROWSERS[0], ip, person=False, link=link, method="HEAD")

    def apple(self) -> None:
        message, _ = self.fresh()
        self.see(message, self.chance.uniform(20, 40_000), "Mozilla/5.0", "104.28.1.1", person=False)

    def gmail(self) -> None:
        message, _ = self.fresh()
        self.see(message, self.chance.uniform(20, 40_000), GOOGLE, "66.249.84.1", person=None)

    def prefetcher(self) -> None:
        message, ip = self.fresh()
        after, signals = self.chance.uniform(20, 900), {"sec-purpose": "prefetch;prerender"}
        self.see(message, after, BROWSERS[0], ip, person=False, link=3, signals=signals)

    def bot(self) -> None:
        message, ip = self.fresh()
        agent = self.chance.choice(("curl/8.16.0", "Mozilla/5.0 (compatible; bingbot/2.0)", "python-requests/2.32", ""))
        self.see(message, self.chance.uniform(20, 90_000), agent, ip, person=False, link=1)

    def stealthy(self) -> None:
        """One link, hours later, a browser's name: what no rule here can tell from a person."""
        message, ip = self.fresh()
        self.see(message, self.chance.uniform(600, 90_000), self.chance.choice(BROWSERS), ip, person=False, link=1)


SHARES = (("reader", 60), ("gateway", 12), ("apple", 25), ("gmail", 25), ("bot", 4), ("head_checker", 3))


def a_town(seed: int, size: int = 4) -> list[Known]:
    """A mixture as a business list sees it; one in fifty programs is as careful as a person."""
    town = Town(seed)
    for name, share in (*SHARES, ("prefetcher", 3), ("stealthy", 1)):
        for _ in range(share * size):
            getattr(town, name)()
    return town.known
