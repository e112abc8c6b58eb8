"""Which recipients' domains share one pace: those whose mail the same provider takes, as far as the DNS tells.

Asked ahead of sending by `workers/jobs/mx_groups`; whoever sends only reads the rows.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import bindparam, delete, func, or_, select, text
from sqlalchemy.orm import Session

from app.clock import now
from app.config import Settings
from app.database import ledger_sql
from app.models import DomainPace, MxGroup, Subscriber
from app.models.base import UtcTime
from app.outside.dns import WorldDns
from app.outside.reserved_names import is_example, is_inner
from app.services import paces
from emails.domains.dns import LookupBroken
from emails.domains.mail_group import mail_group
from emails.errors import AddressInvalid
from emails.mime.addresses import ascii_domain

MOST_A_RUN = 400
GOOD_FOR = timedelta(days=7)
AGAIN_AFTER_FAILURE = timedelta(hours=1)
FORGOTTEN_AFTER = timedelta(days=30)
"""After it was due: nobody is at such a domain any more."""

TIMES = (bindparam("looked_up_at", type_=UtcTime()), bindparam("look_at", type_=UtcTime()))
KEEP = text(ledger_sql.KEEP_MX_GROUP).bindparams(*TIMES)
PUT_OFF = text(ledger_sql.PUT_OFF_MX_GROUP).bindparams(TIMES[1])


@dataclass(frozen=True, slots=True)
class Found:
    """What was found about a domain; `group` is None where nobody answered."""

    domain: str
    group: str | None


def domains_due(session: Session, *, most: int = MOST_A_RUN) -> list[str]:
    """Domains never looked up, or long ago, those with the most people first."""
    people = (
        select(Subscriber.domain, func.count().label("people"))
        .where(Subscriber.domain != "")
        .group_by(Subscriber.domain)
        .subquery()
    )
    due = (
        select(people.c.domain)
        .outerjoin(MxGroup, MxGroup.domain == people.c.domain)
        .where(or_(MxGroup.domain.is_(None), MxGroup.look_at <= now()))
        .order_by(people.c.people.desc(), people.c.domain)
    )
    return list(session.scalars(due.limit(most)))


def look_up(settings: Settings, domain: str) -> Found:
    """Asks the DNS, for a few seconds at most; only servers of the settings' own about names that nobody can own."""
    if not settings.dns_servers and (is_example(domain) or is_inner(domain)):
        return Found(domain, domain)
    try:
        hosts = WorldDns(settings.dns_servers).mail_hosts(ascii_domain(domain))
    except AddressInvalid:
        return Found(domain, domain)
    except LookupBroken:
        return Found(domain, None)
    return Found(domain, mail_group(domain, hosts))


def keep(session: Session, found: Iterable[Found]) -> None:
    """Writes it down. What nobody answered stays as it was and is asked again in an hour."""
    moment = now()
    held_back = set(session.scalars(select(DomainPace.domain)))
    for one in sorted(found, key=lambda one: one.domain):
        if one.group is None:
            session.execute(PUT_OFF, {"domain": one.domain, "look_at": moment + AGAIN_AFTER_FAILURE})
            continue
        row = {"domain": one.domain, "group": one.group, "looked_up_at": moment, "look_at": moment + GOOD_FOR}
        session.execute(KEEP, row)
        if one.domain in held_back and one.group != one.domain:
            paces.join_group(session, one.domain, one.group)
    session.execute(delete(MxGroup).where(MxGroup.look_at < moment - FORGOTTEN_AFTER))
