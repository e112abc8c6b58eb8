"""Who stood behind an opening or a click: pure rules over one hit and the hits around it.

The first rule that holds decides. Whoever changes a rule or `known_agents.toml` raises VERSION: stored hits are then
judged again. Only "human" is counted as a reader; what might be either is "undecided".
"""

from dataclasses import dataclass
from datetime import timedelta

from app.models import EventKind, Verdict
from app.services.known_agents import group_of
from app.services.sightings import Company, Sighting

VERSION = 2
TOO_SOON = timedelta(seconds=5)
BURST = timedelta(seconds=10)
BURST_LINKS = 5
FEWEST_OF_ALL = 3
DECOY_REACH = timedelta(minutes=5)
CROWD = 10
CROWD_REACH = timedelta(seconds=10)
REACH = max(BURST, DECOY_REACH, CROWD_REACH)
"""How far around a hit others matter."""
PREFETCHES = ("prefetch", "prerender", "preview")
PURPOSES = ("sec-purpose", "purpose", "x-moz")


@dataclass(frozen=True, slots=True)
class Ruling:
    verdict: Verdict
    rule: str


HUMAN = Ruling(Verdict.HUMAN, "reader")


def judge(one: Sighting, company: Company) -> Ruling:
    """The verdict and the name of the rule that gave it."""
    for rule in RULES:
        ruling = rule(one, company)
        if ruling is not None:
            return ruling
    return HUMAN


def automated(rule: str, *, holds: bool) -> Ruling | None:
    return Ruling(Verdict.AUTOMATED, rule) if holds else None


def only_asked_for_the_head(one: Sighting, _company: Company) -> Ruling | None:
    return automated("head", holds=one.method == "HEAD")


def found_what_is_hidden(one: Sighting, company: Company) -> Ruling | None:
    if one.kind is EventKind.DECOY_FOLLOWED:
        return automated("decoy", holds=True)
    return automated("decoy_source", holds=company.followed_decoy(one, DECOY_REACH))


def fetched_ahead(one: Sighting, _company: Company) -> Ruling | None:
    told = " ".join(one.signals.get(name, "") for name in PURPOSES).lower()
    return automated("prefetch", holds=any(word in told for word in PREFETCHES))


def names_nobody(one: Sighting, _company: Company) -> Ruling | None:
    return automated("no_agent", holds=not one.agent.strip())


def is_known(one: Sighting, _company: Company) -> Ruling | None:
    group = group_of(one.kind, one.agent, one.ip)
    return Ruling(group.verdict, group.name) if group else None


def came_too_soon(one: Sighting, _company: Company) -> Ruling | None:
    """Gateways look while they take a letter or just after; a person has to be told of it first."""
    return automated("too_soon", holds=one.sent_at is not None and one.at - one.sent_at < TOO_SOON)


def followed_everything(one: Sighting, company: Company) -> Ruling | None:
    if one.kind is not EventKind.CLICKED:
        return None
    links = one.links if FEWEST_OF_ALL <= one.links < BURST_LINKS else BURST_LINKS
    return automated("every_link", holds=company.is_in_burst(one, links, BURST))


def came_for_many(one: Sighting, company: Company) -> Ruling | None:
    """One program at one address for many people's letters at once: a gateway, or an office behind one address."""
    crowded = company.is_in_crowd(one, CROWD, CROWD_REACH)
    return Ruling(Verdict.UNDECIDED, "crowd") if crowded else None


RULES = (
    only_asked_for_the_head,
    found_what_is_hidden,
    fetched_ahead,
    names_nobody,
    is_known,
    came_too_soon,
    followed_everything,
    came_for_many,
)
