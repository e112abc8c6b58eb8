"""What the world can look up about the domains that letters come from. Asks the DNS: seconds, not milliseconds."""

from collections.abc import Iterator, Sequence
from urllib.parse import urlsplit

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.config import Settings
from app.models import Sender
from app.outside.dns import WorldDns
from emails.domains.checks import DomainCheck, Level, MailServer, OwnKey, examine, judge_key
from emails.domains.dns import LookupBroken
from emails.mime.addresses import ascii_domain


def domains_of_senders(session: Session) -> tuple[str, ...]:
    """Each domain once, in its ASCII form."""
    addresses = session.scalars(select(Sender.email).order_by(Sender.id))
    return tuple(dict.fromkeys(ascii_domain(address.rpartition("@")[2]) for address in addresses))


def mail_server(settings: Settings) -> MailServer:
    return MailServer((urlsplit(settings.smtp_url).hostname or "") if settings.smtp_url else "")


def examine_domain(
    settings: Settings, domain: str, *, keys: Sequence[OwnKey] = (), reports_to: str = ""
) -> Iterator[DomainCheck]:
    """The findings for one domain; one finding that says so where this host has no DNS at all."""
    try:
        dns = WorldDns(settings.dns_servers)
    except LookupBroken as broken:
        yield DomainCheck(f"dns:{domain}", Level.UNSURE, f"Nothing can be looked up: {broken}.", "Mend the network.")
        return
    yield from examine(domain, dns, server=mail_server(settings), keys=keys, reports_to=reports_to)


def key_is_published(settings: Settings, domain: str, key: OwnKey) -> DomainCheck:
    """Whether receivers find this key; a finding that is no good one says what is in the way."""
    try:
        return judge_key(domain, key, WorldDns(settings.dns_servers))
    except LookupBroken as broken:
        cure = "Try again in a minute."
        return DomainCheck(f"dkim:{domain}", Level.UNSURE, f"Nothing can be looked up now: {broken}.", cure)
