"""Ways out as rows: made, corrected, switched off and on, removed. Their secrets are sealed and never shown again."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.clock import now
from app.errors import InvalidInput, NotFound, WrongState
from app.models import Campaign, CampaignStatus, Transport, TransportKind, Variant
from app.services import audit, typed
from app.services.envelopes import envelope_from_json
from app.services.signing_keys import domain_of
from app.services.transport_kinds import KINDS, checked_details
from app.tokens import seal
from emails.errors import AddressInvalid
from emails.mime.addresses import ascii_domain

MOST_TRANSPORTS = 50
MOST_DOMAINS = 50
MOST_WEIGHT = 1_000
MOST_CONNECTIONS = 200
MOST_LETTERS = 1_000_000
MOST_RATE = 100_000_000
LONGEST_SECRET = 1_000
LIMITS = ("per_second", "per_minute", "per_hour", "per_day")
LEAVING = (
    CampaignStatus.PREPARING,
    CampaignStatus.SENDING,
    CampaignStatus.PAUSED,
    CampaignStatus.HELD,
    CampaignStatus.WAITING,
)


@dataclass(frozen=True, slots=True)
class TransportDetails:
    """As typed: `domains` one a line or with commas, `numbers` by column, an empty `secret` keeps the one there is."""

    name: str
    details: Mapping[str, str]
    secret: str = ""
    domains: str = ""
    numbers: Mapping[str, int | None] | None = None


def get_transport(session: Session, transport_id: int) -> Transport:
    found = session.get(Transport, transport_id)
    if found is None:
        raise NotFound("This transport is not here.")
    return found


def transports(session: Session) -> tuple[Transport, ...]:
    return tuple(session.scalars(select(Transport).order_by(Transport.id)))


def create_transport(
    session: Session, kind: TransportKind, given: TransportDetails, *, user_id: int | None = None
) -> Transport:
    """Raises InvalidInput, by field."""
    if len(transports(session)) >= MOST_TRANSPORTS:
        raise InvalidInput({"": f"There are {MOST_TRANSPORTS} transports already. Remove one first."})
    transport = Transport(kind=kind, name="", details={}, domains=[], sealed="")
    write(session, transport, given)
    audit.record(session, "transport.created", transport, user_id=user_id, facts=facts_of(transport))
    return transport


def edit_transport(
    session: Session, transport_id: int, given: TransportDetails, *, user_id: int | None = None
) -> Transport:
    """Runs that send take it up within seconds; what was set aside is tried again. Raises InvalidInput, by field."""
    transport = get_transport(session, transport_id)
    write(session, transport, given)
    forget_trouble(transport)
    facts = {**facts_of(transport), "new_secret": bool(given.secret)}
    audit.record(session, "transport.edited", transport, user_id=user_id, facts=facts)
    return transport


def facts_of(transport: Transport) -> dict[str, object]:
    return {"name": transport.name, "kind": transport.kind.value}


def write(session: Session, transport: Transport, given: TransportDetails) -> None:
    wrong: dict[str, str] = {}

    def attempt(check: str) -> None:
        try:
            checks[check]()
        except InvalidInput as refusal:
            wrong.update(refusal.fields)

    checks = {
        "name": lambda: write_name(session, transport, given.name),
        "details": lambda: write_details(transport, given),
        "domains": lambda: write_domains(transport, given.domains),
        "numbers": lambda: write_numbers(transport, given.numbers or {}),
    }
    with session.no_autoflush:
        for check in checks:
            attempt(check)
    if wrong:
        raise InvalidInput(wrong)
    session.add(transport)
    session.flush()
    if given.secret:
        transport.sealed = seal(given.secret.encode(), sealed_about(transport.id))


def write_name(session: Session, transport: Transport, text: str) -> None:
    name = typed.line("name", text, longest=100, required=True)
    others = (one for one in transports(session) if one.id != transport.id)
    if any(typed.key(one.name) == typed.key(name) for one in others):
        raise InvalidInput({"name": "There is a transport of this name already."})
    transport.name = name


def write_details(transport: Transport, given: TransportDetails) -> None:
    details = checked_details(transport.kind, given.details)
    if len(given.secret) > LONGEST_SECRET or not given.secret.isprintable():
        raise InvalidInput({"secret": f"A secret is one line of at most {LONGEST_SECRET} characters."})
    has_secret = bool(given.secret or transport.sealed)
    if not has_secret and (KINDS[transport.kind].needs_secret or details.get("user")):
        raise InvalidInput({"secret": "Write the secret: without it the other side does not know you."})
    if transport.kind == TransportKind.SMTP and given.secret and not details.get("user"):
        raise InvalidInput({"user": "A password needs the user's name before it."})
    transport.details = details


def write_domains(transport: Transport, text: str) -> None:
    names = dict.fromkeys(name.strip().lstrip("@").lower() for name in text.replace(",", "\n").split("\n"))
    try:
        found = [ascii_domain(name) for name in names if name]
    except AddressInvalid as error:
        raise InvalidInput({"domains": f"{error} Write domains such as news.example.org, one a line."}) from error
    if len(found) > MOST_DOMAINS:
        raise InvalidInput({"domains": f"At most {MOST_DOMAINS} domains fit."})
    transport.domains = found


def write_numbers(transport: Transport, given: Mapping[str, int | None]) -> None:
    bounds = {
        "weight": (1, MOST_WEIGHT, 10),
        "connections": (1, MOST_CONNECTIONS, 10),
        "letters": (1, MOST_LETTERS, 100),
        **dict.fromkeys(LIMITS, (0, MOST_RATE, 0)),
    }
    wrong: dict[str, str] = {}
    for name, (least, most, usual) in bounds.items():
        number = given.get(name)
        number = usual if number is None else number
        if not least <= number <= most:
            wrong[name] = f"Write a number from {least} to {most:,}."
        setattr(transport, name, number)
    if wrong:
        raise InvalidInput(wrong)


def sealed_about(transport_id: int) -> str:
    return f"transport:{transport_id}"


def switch(session: Session, transport_id: int, *, on: bool, user_id: int | None = None) -> Transport:
    """Off: no letter begins there from a few seconds on, and those under way finish. On: it is tried at once."""
    transport = get_transport(session, transport_id)
    if (transport.off_at is None) != on:
        transport.off_at = None if on else now()
        forget_trouble(transport)
        act = "transport.switched_on" if on else "transport.switched_off"
        audit.record(session, act, transport, user_id=user_id, facts=facts_of(transport))
    return transport


def forget_trouble(transport: Transport) -> None:
    transport.aside_since = transport.aside_until = None
    transport.aside_times, transport.aside_reason = 0, ""


def try_again(session: Session, transport_id: int, *, user_id: int | None = None) -> Transport:
    """Takes a transport that was set aside back before its time."""
    transport = get_transport(session, transport_id)
    if transport.aside_until is not None:
        forget_trouble(transport)
        audit.record(session, "transport.tried_again", transport, user_id=user_id, facts=facts_of(transport))
    return transport


def remove_transport(session: Session, transport_id: int, *, user_id: int | None = None) -> None:
    """Raises WrongState: it is on, and campaigns that are leaving may use it."""
    transport = get_transport(session, transport_id)
    using = campaigns_using(session, transport)
    if using:
        more = f" and {len(using) - 1} more" if len(using) > 1 else ""
        raise WrongState(
            f"“{using[0]}”{more} may be leaving by {transport.name} now. Switch it off first: what is left then goes "
            "by the others, or waits."
        )
    audit.record(session, "transport.removed", transport, user_id=user_id, facts=facts_of(transport))
    session.delete(transport)


def campaigns_using(session: Session, transport: Transport) -> list[str]:
    """The names of campaigns that are leaving and whose letters this transport carries; none while it is off."""
    if transport.off_at is not None:
        return []
    found = session.execute(
        select(Campaign.name, Variant.envelope)
        .join(Variant, Variant.campaign_id == Campaign.id)
        .where(Campaign.status.in_(LEAVING))
        .order_by(Campaign.id)
    )
    there = transports(session)
    names = [name for name, kept in found if kept and transport in serving(there, domain_in(kept))]
    return list(dict.fromkeys(names))


def domain_in(envelope: str) -> str:
    return domain_of(envelope_from_json(envelope).from_email)


def serving(there: Sequence[Transport], domain: str) -> list[Transport]:
    """Those that carry letters of this sender's domain, on or off: the rows that name it, else those that name none."""
    named = [one for one in there if domain in one.domains]
    return named or [one for one in there if not one.domains]
