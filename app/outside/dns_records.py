"""What DNS tells of a sender's domain: whether it is there, and whether SPF, DKIM and DMARC records stand in it."""

import ipaddress
from dataclasses import dataclass

import dns.exception
import dns.resolver

from app.outside.reserved_names import FEWEST_LABELS, is_example, is_inner

SECONDS = 5.0


@dataclass(frozen=True, slots=True)
class DomainRecords:
    """`known` False: DNS did not answer, or the name is reserved for trials, and the rest says nothing.

    `has_dkim_keys`: whether there is anything below _domainkey, as far as DNS tells without a selector.
    `dmarc` is the policy's record, "" where neither the domain nor one above it has one.
    """

    domain: str
    known: bool
    exists: bool = False
    takes_mail: bool = False
    spf: tuple[str, ...] = ()
    has_dkim_keys: bool = False
    dmarc: str = ""


class Silent(Exception):
    """DNS did not answer."""


def is_reserved(domain: str) -> bool:
    """Names that DNS has nothing to tell of, and numeric addresses."""
    if is_example(domain) or is_inner(domain):
        return True
    try:
        ipaddress.ip_address(domain.strip("[]"))
    except ValueError:
        return False
    return True


def look_up(domain: str, *, resolver: dns.resolver.Resolver | None = None) -> DomainRecords:
    """Asks this machine's resolver, up to SECONDS a question. Never raises for what DNS does."""
    if is_reserved(domain):
        return DomainRecords(domain, known=False)
    try:
        asked = resolver or dns.resolver.Resolver()
        texts = texts_of(asked, domain)
        if texts is None:
            return DomainRecords(domain, known=True)
        return DomainRecords(
            domain,
            known=True,
            exists=True,
            takes_mail=bool(
                answers(asked, domain, "MX") or answers(asked, domain, "A") or answers(asked, domain, "AAAA")
            ),
            spf=tuple(text for text in texts if text.lower().split(" ")[0] == "v=spf1"),
            has_dkim_keys=answers(asked, f"_domainkey.{domain}", "TXT") is not None,
            dmarc=find_dmarc(asked, domain),
        )
    except (Silent, dns.resolver.NoResolverConfiguration):
        return DomainRecords(domain, known=False)


def find_dmarc(resolver: dns.resolver.Resolver, domain: str) -> str:
    """The record of the domain, else of the nearest domain above it that has one (RFC 7489, 6.6.3)."""
    labels = domain.split(".")
    for start in range(len(labels) - FEWEST_LABELS + 1):
        found = texts_of(resolver, "_dmarc." + ".".join(labels[start:])) or ()
        record = next((text for text in found if text.lower().replace(" ", "").startswith("v=dmarc1")), "")
        if record:
            return record
    return ""


def texts_of(resolver: dns.resolver.Resolver, name: str) -> tuple[str, ...] | None:
    """The TXT records of a name, None where there is no such name."""
    found = answers(resolver, name, "TXT")
    return None if found is None else tuple(text_of(one) for one in found)


def text_of(record: dns.rdata.Rdata) -> str:
    """A TXT record's pieces, joined as readers of SPF and DMARC join them."""
    pieces: tuple[bytes, ...] = getattr(record, "strings", ())
    return b"".join(pieces).decode("utf-8", "replace")


def answers(resolver: dns.resolver.Resolver, name: str, kind: str) -> tuple[dns.rdata.Rdata, ...] | None:
    """The records, () where the name has none of that kind, None where there is no such name. Raises Silent."""
    try:
        return tuple(resolver.resolve(name, kind, lifetime=SECONDS, raise_on_no_answer=False, search=False).rrset or ())
    except dns.resolver.NXDOMAIN:
        return None
    except dns.exception.DNSException as error:
        raise Silent(str(error)) from error
