"""Where letters leave, and under whose name a process leases them."""

import os
import secrets
from functools import partial

from app.config import Settings
from app.database.session import reading
from app.services.transport_ways import open_transports
from app.services.warm_ups import domain_of_campaign
from workers.sending.chunk import Holder
from workers.sending.host import this_host
from workers.sending.ways import Plan, Way, way_of
from workers.smtp.relay import Relay, RelayBroken, parse_relay

NO_WAY_OUT = (
    "There is no mail server to send through. Add a transport under Delivery, or set SMTP_URL, for example "
    "smtp://mail.example.org:587."
)


def way_out(settings: Settings) -> Relay:
    """The mail server of these settings. Raises RelayBroken with the cure."""
    if not settings.way_out:
        raise RelayBroken(NO_WAY_OUT)
    return parse_relay(settings.way_out)


def transports_for(domain: str) -> tuple[Way, ...]:
    """The transports that carry this sender's domain; none where the settings decide. Raises Unavailable."""
    with reading() as session:
        found = open_transports(session, domain)
    return tuple(way_of(one) for one in found or ())


def ways_out(settings: Settings, campaign_id: int) -> Relay | Plan:
    """What a campaign's letters leave by: its sender's transports, else the mail server of the settings.

    Raises:
        RelayBroken, Unavailable: there is none that may be used, with the cure.
    """
    with reading() as session:
        domain = domain_of_campaign(session, campaign_id)
    ways = transports_for(domain)
    return Plan(ways, partial(transports_for, domain)) if ways else way_out(settings)


def holder(settings: Settings) -> Holder:
    """A name that no other run ever has, and the host it lives on."""
    host = this_host(settings).name
    return Holder(owner=f"{host}-{os.getpid()}-{secrets.token_hex(8)}", host=host)
