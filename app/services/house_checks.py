"""Is this house fit to send? Its folder, its parts, its addresses; the doctor's first half. Changes nothing."""

import os
import shutil
import stat
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from ipaddress import ip_address
from urllib.parse import urlsplit

from app.config import Settings
from app.database.pooler import stands_between
from app.database.session import engine, reading
from app.queries.mailboxes import find_trouble
from app.queries.readiness import readiness
from app.services.machines import examine_machine
from app.services.transports import transports
from emails.domains.checks import DomainCheck, Level

LEAST_FREE_BYTES = 1_000_000_000


@dataclass(frozen=True, slots=True)
class Rehearsal:
    """What a visit to the mail server told; an empty `trouble` means that it would take letters."""

    server: str
    trouble: str


def as_finding(check: DomainCheck) -> dict[str, object]:
    """As `letterwright doctor --json` gives it."""
    return {"ok": check.ok, **asdict(check)}


def examine_house(settings: Settings, rehearse: Callable[[], Rehearsal]) -> Iterator[DomainCheck]:
    """The findings, in the order in which one would mend them. The database must be open."""
    yield check_folder(settings)
    yield check_secret(settings)
    yield from check_parts()
    yield from check_pooler()
    with reading() as session:
        yield from examine_machine(session, settings)
    yield check_address(settings)
    yield check_way_out(settings, rehearse)
    if settings.mailbox is not None:
        yield check_mailbox(settings.mailbox.name)


def check_folder(settings: Settings) -> DomainCheck:
    if not os.access(settings.data, os.W_OK):
        message = f"{settings.data} cannot be written to by this user."
        return DomainCheck("data", Level.BAD, message, "Give the folder to the user that runs Letterwright.")
    free = shutil.disk_usage(settings.data).free
    if free < LEAST_FREE_BYTES:
        message = f"{free / 1e9:.1f} GB are free where {settings.data} lies."
        return DomainCheck("data", Level.BAD, message, "Make room: without it nothing is sent and nothing is counted.")
    return DomainCheck("data", Level.GOOD, f"{settings.data} can be written to, {free / 1e9:.0f} GB are free.")


def check_secret(settings: Settings) -> DomainCheck:
    file = settings.secret_file
    if not settings.given_secret and file.exists() and stat.S_IMODE(file.stat().st_mode) & 0o077:
        message = f"Others on this machine can read {file}, and with it sign links in your name."
        return DomainCheck("secret", Level.BAD, message, f"chmod 600 {file}")
    return DomainCheck("secret", Level.GOOD, "The signing secret is kept from others on this machine.")


def check_parts() -> Iterator[DomainCheck]:
    found = readiness()
    if not found.queue:
        message = "The queue does not answer."
        yield DomainCheck("queue", Level.BAD, message, "Start `letterwright up`, or correct REDIS_URL.")
        return
    yield DomainCheck("queue", Level.GOOD, "The database and the queue answer.")
    for name, count in found.workers.items():
        if count:
            word = "worker looks" if count == 1 else "workers look"
            yield DomainCheck(f"workers:{name}", Level.GOOD, f"{count} {word} after the queue “{name}”.")
        else:
            message = f"Nobody looks after the queue “{name}”, so nothing of it happens."
            cure = f"Start `letterwright up`, or `letterwright work {name}` on one of your machines."
            yield DomainCheck(f"workers:{name}", Level.BAD, message, cure)


def check_pooler() -> Iterator[DomainCheck]:
    """Said only where there is one."""
    if stands_between(engine()):
        message = (
            "A pooler (such as PgBouncer) stands before PostgreSQL: no statements are prepared, the rest is as ever."
        )
        cure = "Give it pool_mode = transaction or session; `letterwright restore` needs PostgreSQL's own address."
        yield DomainCheck("pooler", Level.GOOD, message, cure)


def is_local(address: str) -> bool:
    host = urlsplit(address).hostname or ""
    try:
        return not ip_address(host).is_global
    except ValueError:
        return host == "localhost" or "." not in host


def check_address(settings: Settings) -> DomainCheck:
    if is_local(settings.url):
        message = f"Links in letters begin with {settings.url}, which readers cannot open."
        level = Level.ADVICE if settings.uses_catcher else Level.BAD
        return DomainCheck("url", level, message, "Set LETTERWRIGHT_URL to the address that the world knows.")
    if not settings.url.startswith("https:"):
        message = f"Links in letters begin with {settings.url}, without encryption; one-click unsubscribe needs https."
        return DomainCheck("url", Level.BAD, message, "Put a proxy with a certificate before it; README.md shows how.")
    return DomainCheck("url", Level.GOOD, f"Links in letters begin with {settings.url}.")


def check_way_out(settings: Settings, rehearse: Callable[[], Rehearsal]) -> DomainCheck:
    with reading() as session:
        has_transports = any(one.off_at is None for one in transports(session))
    if has_transports:
        return check_transports(rehearse())
    if settings.uses_catcher:
        message = "Letters stay in the built-in catcher; nobody outside gets one."
        return DomainCheck("smtp", Level.ADVICE, message, "Set SMTP_URL to your mail server when you mean it.")
    told = rehearse()
    if told.trouble:
        message = f"The mail server would not take letters: {told.trouble}."
        return DomainCheck("smtp", Level.BAD, message, "Mend it, or correct SMTP_URL.")
    return DomainCheck("smtp", Level.GOOD, f"{told.server} greets us, and would take letters.")


def check_transports(told: Rehearsal) -> DomainCheck:
    if told.trouble:
        message = f"A transport would not take letters: {told.trouble}."
        return DomainCheck("smtp", Level.BAD, message, "Mend it under Delivery, or switch it off there.")
    return DomainCheck("smtp", Level.GOOD, f"Every transport can be reached ({told.server}).")


def check_mailbox(name: str) -> DomainCheck:
    with reading() as session:
        trouble = find_trouble(session, name)
    if trouble:
        return DomainCheck("inbox", Level.BAD, f"The mailbox {name} was not read: {trouble}", "Correct INBOX_URL.")
    return DomainCheck("inbox", Level.GOOD, f"Goodbyes are read from the mailbox {name}.")
