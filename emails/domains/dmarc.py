"""What a domain asks receivers to do with letters that only claim to be from it (RFC 7489), and who shares a domain."""

from dataclasses import dataclass
from functools import cache

from publicsuffixlist import PublicSuffixList

from emails.domains.dkim_record import read_tags
from emails.domains.dns import Dns

POLICIES = ("none", "quarantine", "reject")


@dataclass(frozen=True, slots=True)
class DmarcReading:
    """`policy` is what holds for the domain asked about; "" without a usable record. `domain` is where it was found."""

    domain: str = ""
    record: str = ""
    policy: str = ""
    reports_to: str = ""
    strict_spf: bool = False
    strict_dkim: bool = False
    trouble: str = ""


@cache
def public_suffixes() -> PublicSuffixList:
    return PublicSuffixList()


def organisational_domain(domain: str) -> str:
    """`example.co.uk` of `mail.news.example.co.uk`; the domain itself where it is a public suffix or unknown."""
    return public_suffixes().privatesuffix(domain.lower()) or domain.lower()


def aligned(signing: str, from_domain: str, *, strict: bool = False) -> bool:
    """Whether a domain speaks for the From line's (RFC 7489 3.1)."""
    if strict:
        return signing.lower() == from_domain.lower()
    return organisational_domain(signing) == organisational_domain(from_domain)


def read_dmarc(domain: str, dns: Dns) -> DmarcReading:
    """The policy for `domain`: its own, else that of its organisational domain. Raises LookupBroken."""
    for where in dict.fromkeys((domain.lower(), organisational_domain(domain))):
        records = [
            text for text in dns.texts(f"_dmarc.{where}") if text.replace(" ", "").lower().startswith("v=dmarc1")
        ]
        if len(records) > 1:
            return DmarcReading(where, trouble=f"_dmarc.{where} has {len(records)} records; receivers then use none")
        if records:
            return read_policy(records[0], where, inherited=where != domain.lower())
    return DmarcReading()


def read_policy(record: str, where: str, *, inherited: bool) -> DmarcReading:
    tags = read_tags(record)
    policy = tags.get("p", "").lower()
    if inherited:
        policy = tags.get("sp", policy).lower()
    if policy not in POLICIES:
        return DmarcReading(where, record, trouble="its p= is none of none, quarantine and reject")
    return DmarcReading(
        domain=where,
        record=record,
        policy=policy,
        reports_to=tags.get("rua", ""),
        strict_spf=tags.get("aspf", "r").lower() == "s",
        strict_dkim=tags.get("adkim", "r").lower() == "s",
    )
