"""Looks at a letter to ourselves that arrived, or says why it did not; and what its last result means elsewhere.

Asks the DNS and knocks at our own address for leaving: seconds, and never inside a transaction.
"""

from collections.abc import Callable, Iterator, Sequence
from urllib.parse import urlsplit

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.config import Settings
from app.database.session import reading, transaction
from app.models import Notice, NoticeStatus, Probe, ProbeStatus, Sender
from app.outside import own_door
from app.outside.dns import WorldDns
from app.outside.own_door import Knock
from app.services.probes import checks_of, copy_of, has_left, last_ended, put_back
from app.services.signing_keys import domain_of
from emails.domains.checks import DomainCheck, Level
from emails.domains.dns import Dns, LookupBroken
from emails.domains.one_click import Door, DoorAnswer, Written, examine_copy, examine_door
from emails.preflight.report import Finding, Severity

CAME = "The letter arrived, and its copy was looked at."


def judge(settings: Settings, probe: Probe) -> Sequence[DomainCheck]:
    """Everything that can be said of a letter that arrived."""
    written = Written(probe.url, domain_of(probe.from_email), stays_here=not probe.mail_host)
    return [
        DomainCheck("probe-arrival", Level.GOOD, CAME),
        *examine_copy(copy_of(probe), written, dns_of(settings)),
        *examine_door(try_door(settings, probe), probe.url),
    ]


class NoDns:
    """Where this host has no name server at all."""

    def texts(self, name: str) -> tuple[str, ...]:
        raise LookupBroken(f"this machine has no name server to ask for {name}")

    addresses = mail_hosts = names = texts


def dns_of(settings: Settings) -> Dns:
    try:
        return WorldDns(settings.dns_servers)
    except LookupBroken:
        return NoDns()


def try_door(settings: Settings, probe: Probe) -> Door:
    """Looks, clicks in both ways of writing a form, each as if nobody had clicked before, and clicks once more."""
    own_host = urlsplit(settings.url).netloc.lower()

    def tried(knock: Callable[..., Knock], *, afresh: bool = True) -> DoorAnswer:
        if afresh:
            with transaction() as session:
                put_back(session, probe.id)
        answer = knock(probe.url, own_host=own_host)
        with reading() as session:
            counted = has_left(session, probe.id)
        return DoorAnswer(
            answer.status, answer.leads_to, answer.sets_cookie, answer.trouble, answer.is_foreign, counted
        )

    looked = tried(own_door.look)
    if looked.trouble:
        return Door(looked, looked, looked, looked)
    form, multipart = tried(own_door.click), tried(own_door.click_in_parts)
    return Door(looked, form, multipart, tried(own_door.click_in_parts, afresh=False))


def absent(probe: Probe, notice: Notice | None, mailbox_trouble: str) -> DomainCheck:
    """Why nothing arrived, as far as it can be told."""
    name = "probe-arrival"
    if notice is not None and notice.status is NoticeStatus.FAILED:
        message = f"The letter to ourselves was not taken by the mail server: {notice.reply or 'it said nothing'}."
        return DomainCheck(name, Level.BAD, message, "Look at the mail server, and try again.")
    if notice is None or notice.status is not NoticeStatus.SENT:
        message = "The letter to ourselves could not leave in time."
        cure = "`letterwright doctor` tells whether workers run and the mail server answers."
        return DomainCheck(name, Level.UNSURE, message, cure)
    if mailbox_trouble:
        message = f"The letter left, but the mailbox could not be read: {mailbox_trouble}."
        return DomainCheck(name, Level.UNSURE, message, "Correct INBOX_URL.")
    message = f"The letter was accepted by {probe.mail_host or 'the catcher'}, but did not arrive at {probe.email}."
    cure = (
        "Look into the mailbox's folder for spam, and whether its server delivers plus addresses (RFC 5233)."
        if probe.mail_host
        else "Make sure that this machine shares the data folder of the catcher."
    )
    return DomainCheck(name, Level.BAD, message, cure)


def preflight_findings(session: Session, sender: Sender | None) -> Iterator[Finding]:
    """What pre-flight tells of a sender whose last letter to ourselves found something wrong."""
    last = last_ended(session, sender.id) if sender else None
    if last is None or last.level != Level.BAD.value or last.ended_at is None:
        return
    wrong = [one for one in checks_of(last) if one.level is Level.BAD]
    message = f"The last letter to ourselves ({last.ended_at:%-d %B %Y}) found: {wrong[0].message}"
    cure = f"{wrong[0].cure} Then try it again on the page of the sender's domain."
    yield Finding("one-click-probe", Severity.REASON, "Sender", message, cure.strip(), count=len(wrong))


def house_findings(session: Session) -> Iterator[DomainCheck]:
    """What the doctor prints: for each sender's domain its last letter to ourselves."""
    newest: dict[str, Probe] = {}
    domains: dict[str, None] = {}
    for sender in session.scalars(select(Sender).order_by(Sender.id)):
        domains[domain_of(sender.email)] = None
    ended = select(Probe).where(Probe.status == ProbeStatus.DONE).order_by(Probe.id)
    for probe in session.scalars(ended):
        newest[domain_of(probe.from_email)] = probe
    for domain in domains:
        yield house_finding(domain, newest.get(domain))


def house_finding(domain: str, last: Probe | None) -> DomainCheck:
    name = f"one-click:{domain}"
    if last is None or last.ended_at is None:
        message = f"Whether one click takes readers of {domain} off was never tried."
        return DomainCheck(
            name, Level.UNSURE, message, "Send a letter to yourselves, on the page of the sender's domain."
        )
    day = f"{last.ended_at:%-d %B %Y, %H:%M} UTC"
    level = Level(last.level)
    if level is Level.GOOD:
        return DomainCheck(name, level, f"One click took a reader of {domain} off, all the way ({day}).")
    worst = [one for one in checks_of(last) if one.level is level]
    return DomainCheck(name, level, f"{worst[0].message} (Letter to ourselves from {domain}, {day}.)", worst[0].cure)
