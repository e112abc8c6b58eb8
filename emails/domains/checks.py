"""Everything a receiver can look up about a sender's domain and mail server, as findings with the record to paste."""

import ipaddress
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from emails.domains.dkim_record import ADVISED_BITS, find_dkim
from emails.domains.dmarc import organisational_domain, read_dmarc
from emails.domains.dns import Dns, LookupBroken
from emails.domains.providers import spf_include_of
from emails.domains.spf import MOST_LOOKUPS, SpfReading, Verdict, read_spf

MANY_LOOKUPS = 8


class Level(StrEnum):
    """`BAD`: receivers refuse letters for it. `UNSURE`: it cannot be told from here."""

    GOOD = "good"
    ADVICE = "advice"
    UNSURE = "unsure"
    BAD = "bad"


@dataclass(frozen=True, slots=True)
class Paste:
    """A record as one types it into the form of a DNS provider."""

    name: str
    value: str
    kind: str = "TXT"


@dataclass(frozen=True, slots=True)
class DomainCheck:
    """`cure` is "" where nothing is to be done; `paste` is what to publish, where that is the cure."""

    id: str
    level: Level
    message: str
    cure: str = ""
    paste: Paste | None = None

    @property
    def ok(self) -> bool:
        return self.level is not Level.BAD


@dataclass(frozen=True, slots=True)
class OwnKey:
    """A key of ours: its selector, and the public half (DER, SubjectPublicKeyInfo) and as a TXT record.

    `signs` says whether letters are signed with it; one that waits for its record does no harm.
    """

    selector: str
    public: bytes
    record: str
    signs: bool = True


@dataclass(frozen=True, slots=True)
class MailServer:
    """Where letters leave: the host that SMTP_URL names; "" while it is the built-in catcher."""

    host: str = ""


def examine(
    domain: str, dns: Dns, *, server: MailServer, keys: Sequence[OwnKey] = (), reports_to: str = ""
) -> Iterator[DomainCheck]:
    """The findings for one domain (ASCII form), in the order in which one would mend them. Never raises."""
    checks: Mapping[str, Callable[[], Iterator[DomainCheck]]] = {
        "spf": lambda: check_spf(domain, dns, server),
        "dkim": lambda: check_dkim(domain, dns, keys, server),
        "dmarc": lambda: check_dmarc(domain, dns, reports_to),
        "mx": lambda: check_mx(domain, dns),
        "ptr": lambda: check_ptr(dns, server),
    }
    for name, check in checks.items():
        try:
            yield from check()
        except LookupBroken as broken:
            cure = "Try again in a minute; where it stays so, the domain's name servers need looking after."
            yield DomainCheck(f"{name}:{domain}", Level.UNSURE, f"Not known now: {broken}.", cure)


def public_addresses(host: str, dns: Dns) -> tuple[str, ...]:
    """The host's addresses that the world can see; () for one in our own network."""
    found: tuple[str, ...]
    try:
        found = (str(ipaddress.ip_address(host)),)
    except ValueError:
        found = dns.addresses(host)
    return tuple(one for one in found if ipaddress.ip_address(one).is_global)


def check_spf(domain: str, dns: Dns, server: MailServer) -> Iterator[DomainCheck]:
    outgoing = public_addresses(server.host, dns) if server.host else ()
    reading = read_spf(domain, dns, senders=outgoing)
    name = f"spf:{domain}"
    paste = Paste(domain, suggested_spf(server, outgoing, reading.record))
    if reading.trouble:
        cure = f"Publish one SPF record that needs at most {MOST_LOOKUPS} lookups."
        yield DomainCheck(name, Level.BAD, f"The SPF record of {domain} cannot be used: {reading.trouble}.", cure)
        return
    if not reading.record:
        message = f"{domain} has no SPF record, so that anybody's server looks as good as yours."
        yield DomainCheck(name, Level.BAD, message, f"Publish this TXT record at {domain}.", paste)
        return
    if reading.open_to_all:
        message = f"The SPF record of {domain} lets every server in the world send for it (+all)."
        yield DomainCheck(name, Level.BAD, message, "End it with ~all, or with -all.")
        return
    yield judge_spf(domain, reading, server, outgoing, paste)
    if reading.lookups > MANY_LOOKUPS:
        message = f"The SPF record costs {reading.lookups} of {MOST_LOOKUPS} DNS lookups; one more provider breaks it."
        yield DomainCheck(f"spf-lookups:{domain}", Level.ADVICE, message, "Take out what no longer sends for you.")


def judge_spf(
    domain: str, reading: SpfReading, server: MailServer, outgoing: tuple[str, ...], paste: Paste
) -> DomainCheck:
    name = f"spf:{domain}"
    include = spf_include_of(server.host)
    if include and include in reading.includes:
        return DomainCheck(name, Level.GOOD, f"The SPF record of {domain} includes {include}, as {server.host} asks.")
    if include:
        message = f"The SPF record of {domain} does not include {include}, where {server.host} sends from."
        cure = "Replace the record by this one, unless the provider writes a return address of its own on your letters."
        return DomainCheck(name, Level.ADVICE, message, cure, paste)
    if not outgoing:
        message = f"{domain} has a usable SPF record. Whether it names the address your letters leave from"
        cure = "Make sure that the public address of your mail server stands in it."
        return DomainCheck(name, Level.UNSURE, f"{message} cannot be told from here.", cure)
    if reading.verdict is Verdict.PASS:
        return DomainCheck(name, Level.GOOD, f"The SPF record of {domain} lets {server.host} send for it.")
    if reading.has_macros:
        message = f"The SPF record of {domain} holds macros that only a receiver can expand."
        return DomainCheck(name, Level.UNSURE, message, "Send a test letter and read its Authentication-Results.")
    message = (
        f"The SPF record of {domain} does not name {server.host} ({', '.join(outgoing)}): {reading.verdict.value}."
    )
    return DomainCheck(name, Level.BAD, message, "Replace the record by this one.", paste)


def suggested_spf(server: MailServer, outgoing: tuple[str, ...], present: str) -> str:
    """The record there is with our server put in before its end; or a first one."""
    include = spf_include_of(server.host)
    if include:
        ours = f"include:{include}"
    elif outgoing:
        ours = " ".join(f"ip{ipaddress.ip_address(one).version}:{one}" for one in outgoing)
    else:
        ours = "ip4:THE-PUBLIC-ADDRESS-OF-YOUR-MAIL-SERVER"
    terms = present.split()[1:] if present else ["~all"]
    at = next((n for n, term in enumerate(terms) if term.lower().lstrip("+-?~") == "all"), len(terms))
    return " ".join(["v=spf1", *terms[:at], ours, *terms[at:]])


def check_dkim(domain: str, dns: Dns, keys: Sequence[OwnKey], server: MailServer) -> Iterator[DomainCheck]:
    if not keys:
        who = server.host or "the mail server"
        message = f"Letters are not signed here, so {who} has to sign them with a key of {domain}."
        cure = "Send a test letter to a mailbox elsewhere and look for dkim=pass in its Authentication-Results."
        yield DomainCheck(f"dkim:{domain}", Level.UNSURE, message, cure)
        return
    for key in keys:
        yield judge_key(domain, key, dns)


def judge_key(domain: str, key: OwnKey, dns: Dns) -> DomainCheck:
    found = find_dkim(domain, key.selector, dns)
    name, record_name = f"dkim:{domain}:{key.selector}", f"{key.selector}._domainkey.{domain}"
    cure = f"Publish this TXT record at {record_name}."
    paste = Paste(record_name, key.record)
    if found is None:
        return absent_key(name, record_name, key, paste)
    if found.trouble:
        message = f"The DKIM key at {record_name} cannot be used: {found.trouble}."
        return DomainCheck(name, Level.BAD, message, cure, paste)
    if found.key != key.public:
        message = f"The DKIM key at {record_name} is another one than the key that signs your letters."
        return DomainCheck(name, Level.BAD, message, cure, paste)
    if found.is_test:
        message = f"The DKIM key at {record_name} is published as a test (t=y)."
        return DomainCheck(name, Level.ADVICE, message, "Take t=y out of it.", paste)
    if found.kind == "rsa" and found.bits < ADVISED_BITS:
        message = f"The DKIM key at {record_name} has {found.bits} bits; {ADVISED_BITS} are usual now."
        return DomainCheck(name, Level.ADVICE, message, "Make a new key.")
    signed = f"Letters are signed, and the key at {record_name} is ours."
    ready = f"The key at {record_name} is ours; letters can be signed with it now."
    return DomainCheck(name, Level.GOOD, signed if key.signs else ready)


def absent_key(name: str, record_name: str, key: OwnKey, paste: Paste) -> DomainCheck:
    """A key that signs must be found; one that waits for its record does no harm yet."""
    cure = f"Publish this TXT record at {record_name}."
    if key.signs:
        return DomainCheck(name, Level.BAD, f"There is no DKIM key at {record_name}.", cure, paste)
    message = f"The new key is not published yet at {record_name}."
    return DomainCheck(name, Level.ADVICE, message, f"{cure} Letters are signed only after that.", paste)


def check_dmarc(domain: str, dns: Dns, reports_to: str) -> Iterator[DomainCheck]:
    reading = read_dmarc(domain, dns)
    at = f"_dmarc.{organisational_domain(domain)}"
    record = "v=DMARC1; p=none" + (f"; rua=mailto:{reports_to}" if reports_to else "")
    paste = Paste(at, record)
    name = f"dmarc:{domain}"
    if reading.trouble:
        message = f"The DMARC record of {reading.domain} cannot be used: {reading.trouble}."
        yield DomainCheck(name, Level.BAD, message, f"Publish one record, such as this, at {at}.", paste)
    elif not reading.policy:
        message = f"{domain} has no DMARC record; Gmail, Yahoo and Outlook.com ask for one."
        yield DomainCheck(name, Level.BAD, message, f"Publish this TXT record at {at}.", paste)
    else:
        kind = "strict" if reading.strict_spf or reading.strict_dkim else "relaxed"
        message = f"{reading.domain} has a DMARC record: policy {reading.policy}, {kind} alignment."
        yield DomainCheck(name, Level.GOOD, message)


def check_mx(domain: str, dns: Dns) -> Iterator[DomainCheck]:
    """Bounces come back to the sender's domain, which therefore has to take mail."""
    hosts = dns.mail_hosts(domain)
    name = f"mx:{domain}"
    if hosts is None:
        message = f"{domain} says that it takes no mail at all (a null MX), so bounces and replies are lost."
        yield DomainCheck(name, Level.BAD, message, "Send from a domain that has a mailbox.")
    elif hosts and any(dns.addresses(host) for host in hosts):
        yield DomainCheck(name, Level.GOOD, f"Bounces and replies to {domain} arrive at {hosts[0]}.")
    elif hosts:
        message = f"The mail host of {domain}, {hosts[0]}, has no address, so bounces and replies are lost."
        yield DomainCheck(name, Level.BAD, message, "Correct the MX record.")
    elif dns.addresses(domain):
        message = f"{domain} has no MX record; mail to it goes to the host itself."
        yield DomainCheck(name, Level.ADVICE, message, "Publish an MX record that names your mail server.")
    else:
        message = f"{domain} has no MX record and no address: nobody can answer, and many receivers refuse its letters."
        yield DomainCheck(name, Level.BAD, message, "Publish an MX record that names your mail server.")


def check_ptr(dns: Dns, server: MailServer) -> Iterator[DomainCheck]:
    """The address letters leave from has a name, and the name leads back (deliverability D1, 5.7.25)."""
    if not server.host or spf_include_of(server.host):
        return
    addresses = public_addresses(server.host, dns)
    if not addresses:
        message = f"{server.host} is in your own network; the address that the world sees cannot be told from here."
        cure = "Make sure that it has a PTR record whose name leads back to it."
        yield DomainCheck(f"ptr:{server.host}", Level.UNSURE, message, cure)
    for address in addresses:
        names = dns.names(address)
        if not names:
            message = f"{address} ({server.host}) has no name (PTR record); Gmail refuses letters from such servers."
            cure = "Ask whoever rents you the address to set its reverse name."
            yield DomainCheck(f"ptr:{address}", Level.BAD, message, cure, Paste(address, server.host, "PTR"))
        elif not any(address in dns.addresses(name) for name in names):
            message = f"{address} is called {names[0]}, but that name does not lead back to it."
            cure = f"Give {names[0]} the address {address}, or have the reverse name changed."
            yield DomainCheck(f"ptr:{address}", Level.BAD, message, cure, Paste(address, server.host, "PTR"))
        else:
            yield DomainCheck(f"ptr:{address}", Level.GOOD, f"{address} is called {names[0]}, which leads back to it.")
