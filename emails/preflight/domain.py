"""What DNS told of the sender's domain, as findings: mailboxes ask for SPF or DKIM, of who writes much for DMARC."""

from collections.abc import Iterator
from dataclasses import dataclass

from emails.preflight.report import Finding, Severity

PLACE = "Sender, domain"


@dataclass(frozen=True, slots=True)
class SeenDomain:
    """`known` False: nobody could tell. `dmarc` is the record, `spf` the records, as they stand in DNS."""

    domain: str
    known: bool
    exists: bool
    takes_mail: bool
    spf: tuple[str, ...]
    has_dkim_keys: bool
    dmarc: str


def findings_of(seen: SeenDomain) -> Iterator[Finding]:
    if not seen.known:
        return
    if not seen.exists:
        yield Finding(
            "domain_missing",
            Severity.REASON,
            PLACE,
            f"There is no domain {seen.domain} in DNS; mailboxes refuse letters from it.",
            "Correct the sender's address, or register the domain.",
        )
        return
    if not seen.takes_mail:
        yield advice("domain_no_mail", f"{seen.domain} takes no mail, so answers come back.", "Give it an MX record.")
    yield from about_spf(seen)
    if not seen.has_dkim_keys:
        yield advice(
            "domain_dkim",
            f"DNS shows no DKIM key below _domainkey.{seen.domain}; Gmail and Yahoo want letters signed.",
            "Set up DKIM with your mail provider for this domain.",
        )
    if not seen.dmarc:
        yield advice(
            "domain_dmarc",
            f"{seen.domain} has no DMARC record; Gmail and Yahoo ask for one of who writes to many.",
            f"Begin with a TXT record at _dmarc.{seen.domain}: v=DMARC1; p=none.",
        )


def about_spf(seen: SeenDomain) -> Iterator[Finding]:
    if not seen.spf:
        yield advice(
            "domain_spf",
            f"{seen.domain} has no SPF record, so nobody can tell which servers may write in its name.",
            "Add the TXT record that your mail provider gives you; it begins with v=spf1.",
        )
    elif len(seen.spf) > 1:
        yield advice(
            "domain_spf",
            f"{seen.domain} has {len(seen.spf)} SPF records; with more than one, none counts.",
            "Join them into one.",
        )


def advice(identity: str, message: str, cure: str) -> Finding:
    return Finding(identity, Severity.ADVICE, PLACE, message, cure)
