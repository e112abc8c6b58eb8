"""Which servers a domain lets send for it, as RFC 7208 reads its record. Macros are counted, not expanded."""

import ipaddress
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from enum import StrEnum

from emails.domains.dns import Dns

MOST_LOOKUPS = 10
MOST_VOID_LOOKUPS = 2
DEEPEST = 10
TERM = re.compile(r"(?P<sign>[-+?~]?)(?P<name>[A-Za-z][A-Za-z0-9_.-]*)(?P<rest>[:/=].*)?", re.ASCII)
MECHANISMS = {"all", "include", "a", "mx", "ptr", "ip4", "ip6", "exists"}

Address = ipaddress.IPv4Address | ipaddress.IPv6Address


class Verdict(StrEnum):
    """RFC 7208 2.6. `PERMERROR`: the record cannot be used, which receivers take for a failure."""

    PASS = "pass"  # noqa: S105  not a password
    FAIL = "fail"
    SOFTFAIL = "softfail"
    NEUTRAL = "neutral"
    NONE = "none"
    PERMERROR = "permerror"


SIGNS = {"+": Verdict.PASS, "": Verdict.PASS, "-": Verdict.FAIL, "~": Verdict.SOFTFAIL, "?": Verdict.NEUTRAL}


@dataclass(slots=True)
class SpfReading:
    """`lookups` is what the whole record costs, whichever server asks; `includes` are the domains it leans on."""

    record: str = ""
    verdict: Verdict = Verdict.NONE
    lookups: int = 0
    void_lookups: int = 0
    trouble: str = ""
    has_macros: bool = False
    open_to_all: bool = False
    includes: list[str] = field(default_factory=list)


class SpfBroken(Exception):
    """The record, or one it includes, cannot be used; `str()` is the reason in words."""


def read_spf(domain: str, dns: Dns, *, senders: tuple[str, ...] = ()) -> SpfReading:
    """The record of `domain`, and the verdict on the IP addresses in `senders` (the worst of them).

    Raises:
        LookupBroken: the DNS did not answer, so that nothing can be said.
    """
    reading = SpfReading()
    ips = tuple(ipaddress.ip_address(one) for one in senders)
    try:
        record = find_record(domain, dns)
        if record is None:
            return reading
        reading.record = record
        verdicts = Walk(dns, reading).visit(domain, record, ips, 0)
        check_cost(reading)
    except SpfBroken as broken:
        reading.verdict, reading.trouble = Verdict.PERMERROR, str(broken)
    else:
        reading.verdict = worst(verdicts.values()) if verdicts else Verdict.NEUTRAL
    return reading


def check_cost(reading: SpfReading) -> None:
    if reading.lookups > MOST_LOOKUPS:
        raise SpfBroken(f"it costs {reading.lookups} DNS lookups, and receivers stop at {MOST_LOOKUPS}")
    if reading.void_lookups > MOST_VOID_LOOKUPS:
        raise SpfBroken(f"{reading.void_lookups} names in it do not exist, and receivers stop at the third")


def worst(verdicts: Iterable[Verdict]) -> Verdict:
    order = [Verdict.PASS, Verdict.NEUTRAL, Verdict.NONE, Verdict.SOFTFAIL, Verdict.FAIL, Verdict.PERMERROR]
    return max(verdicts, key=order.index)


def find_record(domain: str, dns: Dns) -> str | None:
    """The one record that begins `v=spf1`. Raises SpfBroken where there are several."""
    found = [text for text in dns.texts(domain) if text.lower() == "v=spf1" or text.lower().startswith("v=spf1 ")]
    if len(found) > 1:
        raise SpfBroken(f"{domain} has {len(found)} SPF records; receivers then use none of them")
    return found[0] if found else None


def terms_of(domain: str, record: str) -> Iterator[tuple[str, str, str]]:
    """(sign, name, rest) of each term; a modifier's rest begins with `=`. Raises SpfBroken at what is none."""
    for term in record.split()[1:]:
        found = TERM.fullmatch(term)
        rest = (found["rest"] or "") if found else ""
        if found is None or (found["name"].lower() not in MECHANISMS and not rest.startswith("=")):
            raise SpfBroken(f"“{term}” in the record of {domain} is no SPF term")
        yield found["sign"], found["name"].lower(), rest


class Walk:
    """Goes through a record and all that it includes: each term is counted, each IP judged by its first match."""

    def __init__(self, dns: Dns, reading: SpfReading) -> None:
        self.dns = dns
        self.reading = reading
        self.seen: list[str] = []

    def visit(self, domain: str, record: str, ips: tuple[Address, ...], depth: int) -> dict[Address, Verdict]:
        if depth > DEEPEST or domain.lower() in self.seen:
            raise SpfBroken(f"{domain} includes itself, or is included too deep")
        self.seen.append(domain.lower())
        judged: dict[Address, Verdict] = {}
        redirect = ""
        for sign, name, rest in terms_of(domain, record):
            if rest.startswith("="):
                redirect = rest[1:] if name == "redirect" else redirect
                continue
            waiting = tuple(ip for ip in ips if ip not in judged)
            judged |= dict.fromkeys(self.matches(name, rest, domain, waiting, depth), SIGNS[sign])
            if name == "all":
                self.reading.open_to_all |= SIGNS[sign] is Verdict.PASS
                redirect = ""
                break
        if redirect:
            judged = self.redirected(redirect, ips, judged, depth)
        self.seen.pop()
        return {ip: judged.get(ip, Verdict.NEUTRAL) for ip in ips}

    def redirected(
        self, target: str, ips: tuple[Address, ...], judged: dict[Address, Verdict], depth: int
    ) -> dict[Address, Verdict]:
        record = self.included_record(target, "redirect")
        waiting = tuple(ip for ip in ips if ip not in judged)
        return judged | (self.visit(target, record, waiting, depth + 1) if record else {})

    def included_record(self, target: str, word: str) -> str | None:
        """The record of another domain; None where its name is made by a macro, which only a receiver can expand."""
        self.reading.lookups += 1
        if "%" in target:
            self.reading.has_macros = True
            return None
        record = find_record(target, self.dns)
        if record is None:
            raise SpfBroken(f"“{word}:{target}” leads to a domain without an SPF record")
        return record

    def matches(self, name: str, rest: str, domain: str, ips: tuple[Address, ...], depth: int) -> tuple[Address, ...]:
        if name == "all":
            return ips
        if name in {"ip4", "ip6"}:
            return self.in_network(name, rest, ips)
        if name == "include":
            return self.in_include(rest.removeprefix(":"), ips, depth)
        if name in {"a", "mx"}:
            return self.at_hosts(name, rest, domain, ips)
        self.reading.lookups += 1
        self.reading.has_macros |= "%" in rest
        return ()

    def in_include(self, target: str, ips: tuple[Address, ...], depth: int) -> tuple[Address, ...]:
        if not target:
            raise SpfBroken("an “include” names no domain")
        record = self.included_record(target, "include")
        self.reading.includes.append(target.lower())
        if record is None:
            return ()
        judged = self.visit(target, record, ips, depth + 1)
        return tuple(ip for ip, verdict in judged.items() if verdict is Verdict.PASS)

    def in_network(self, name: str, rest: str, ips: tuple[Address, ...]) -> tuple[Address, ...]:
        try:
            network = ipaddress.ip_network(rest.removeprefix(":"), strict=False)
        except ValueError:
            raise SpfBroken(f"“{name}{rest}” names no network") from None
        if (network.version == 4) != (name == "ip4"):  # noqa: PLR2004  IPv4
            raise SpfBroken(f"“{name}{rest}” is a network of the other kind")
        return tuple(ip for ip in ips if ip.version == network.version and ip in network)

    def at_hosts(self, name: str, rest: str, domain: str, ips: tuple[Address, ...]) -> tuple[Address, ...]:
        self.reading.lookups += 1
        target, four, six = self.host_and_lengths(name, rest, domain)
        if "%" in target:
            self.reading.has_macros = True
            return ()
        hosts = (target,) if name == "a" else (self.dns.mail_hosts(target) or ())
        addresses = [address for host in hosts[:MOST_LOOKUPS] for address in self.dns.addresses(host)]
        if not addresses:
            self.reading.void_lookups += 1
        lengths = {4: four, 6: six}
        networks = [
            ipaddress.ip_network(f"{address}/{lengths[ipaddress.ip_address(address).version]}", strict=False)
            for address in addresses
        ]
        return tuple(ip for ip in ips if any(ip.version == net.version and ip in net for net in networks))

    def host_and_lengths(self, name: str, rest: str, domain: str) -> tuple[str, int, int]:
        """`:host/24//64` in its parts; without a host the domain itself."""
        found = re.fullmatch(r"(?::(?P<host>[^/]+))?(?:/(?P<four>\d{1,3}))?(?://(?P<six>\d{1,3}))?", rest)
        if found is None or int(found["four"] or 0) > 32 or int(found["six"] or 0) > 128:  # noqa: PLR2004  bits
            raise SpfBroken(f"“{name}{rest}” cannot be read")
        return found["host"] or domain, int(found["four"] or 32), int(found["six"] or 128)
