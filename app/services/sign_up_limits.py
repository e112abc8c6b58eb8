"""How many sign-ups are taken from one network, for one domain, by one form; and how many letters one address gets.

Whoever solved no puzzle (no script) shares narrower limits. Beyond a limit the answer stays the same; no letter goes.
"""

import ipaddress
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.clock import now
from app.models import SignUp

NETWORK_BITS_V4, NETWORK_BITS_V6 = 24, 64
LETTER_EVERY = timedelta(hours=24)
UNANSWERED_FOR = timedelta(days=30)
MOST_UNANSWERED_LETTERS = 3


@dataclass(frozen=True, slots=True)
class Limits:
    """The most that is taken: from a network and for a domain in an hour, through a form in a minute."""

    network_hour: int
    domain_hour: int
    form_minute: int


WITH_PUZZLE = Limits(network_hour=30, domain_hour=600, form_minute=120)
WITHOUT_PUZZLE = Limits(network_hour=6, domain_hour=60, form_minute=12)


@dataclass(frozen=True, slots=True)
class Origin:
    """Where a sign-up comes from and whom it is for, as far as limits go."""

    form_id: int
    network: str
    domain: str
    with_puzzle: bool


def network_of(address: str) -> str:
    """The /24 or /64 that an address belongs to; "" where it is none."""
    try:
        parsed = ipaddress.ip_address(address.partition("%")[0])
    except ValueError:
        return ""
    mapped = parsed.ipv4_mapped if isinstance(parsed, ipaddress.IPv6Address) else None
    one = mapped or parsed
    bits = NETWORK_BITS_V4 if one.version == 4 else NETWORK_BITS_V6  # noqa: PLR2004  of the two there are
    return str(ipaddress.ip_network(f"{one}/{bits}", strict=False))


def passed_limit(session: Session, origin: Origin) -> str:
    """The limit that one more sign-up would pass ("network", "domain", "form"), or "". One question, whoever asks."""
    limits = WITH_PUZZLE if origin.with_puzzle else WITHOUT_PUZZLE
    hour_ago, minute_ago = now() - timedelta(hours=1), now() - timedelta(minutes=1)
    kind = () if origin.with_puzzle else (SignUp.challenge.is_(None),)
    counted = [
        select(func.count()).select_from(SignUp).where(*where, *kind).scalar_subquery()
        for where in (
            (SignUp.network == origin.network, SignUp.created_at > hour_ago),
            (SignUp.domain == origin.domain, SignUp.created_at > hour_ago),
            (SignUp.form_id == origin.form_id, SignUp.created_at > minute_ago),
        )
    ]
    network, domain, form = session.execute(select(*counted)).one()
    if network >= limits.network_hour:
        return "network"
    if domain >= limits.domain_hour:
        return "domain"
    return "form" if form >= limits.form_minute else ""


def has_had_enough(rows: list[SignUp], moment: datetime) -> bool:
    """Whether an address was written to within a day, or answered none of the letters of a month."""
    last = moment - LETTER_EVERY
    letters = [at for row in rows for at in (row.mailed_at, row.reminded_at) if at is not None]
    unanswered = [row for row in rows if row.mailed_at is not None and row.confirmed_at is None]
    return any(at > last for at in letters) or len(unanswered) >= MOST_UNANSWERED_LETTERS
