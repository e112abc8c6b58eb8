"""Reads `known_agents.toml`: which programs and networks are known, and what a hit from them says."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from ipaddress import IPv4Network, IPv6Network, ip_address, ip_network
from pathlib import Path
from typing import Any

from app.models import EventKind, Verdict

FILE = Path(__file__).with_name("known_agents.toml")


@dataclass(frozen=True, slots=True)
class Group:
    """Programs or networks of one kind; `only` is the kind of hit that it says something about, None: every one."""

    name: str
    verdict: Verdict
    source: str
    only: EventKind | None
    agents: tuple[str, ...]
    exact: frozenset[str]
    networks: tuple[IPv4Network | IPv6Network, ...]


def group_in(table: Mapping[str, Any]) -> Group:
    return Group(
        name=table["name"],
        verdict=Verdict(table["verdict"]),
        source=table["source"],
        only=EventKind(table["only"]) if "only" in table else None,
        agents=tuple(table.get("agents", ())),
        exact=frozenset(table.get("exact", ())),
        networks=tuple(ip_network(one) for one in table.get("networks", ())),
    )


GROUPS = tuple(group_in(one) for one in tomllib.loads(FILE.read_text(encoding="utf-8"))["group"])


@lru_cache(maxsize=4096)
def group_of(kind: EventKind, agent: str, ip: str) -> Group | None:
    """The first group that knows this agent, else the first that knows the network."""
    meant = [one for one in GROUPS if one.only in {None, kind}]
    said = agent.lower().strip()
    by_agent = (one for one in meant if said in one.exact or any(part in said for part in one.agents))
    return next(by_agent, None) or by_network(meant, ip)


def by_network(groups: list[Group], ip: str) -> Group | None:
    try:
        address = ip_address(ip)
    except ValueError:
        return None
    address = getattr(address, "ipv4_mapped", None) or address
    return next((one for one in groups if any(address in network for network in one.networks)), None)
