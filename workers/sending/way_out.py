"""Where letters leave, and under whose name a process leases them."""

import os
import secrets

from app.config import Settings
from workers.sending.chunk import Holder
from workers.sending.host import this_host
from workers.smtp.relay import Relay, RelayBroken, parse_relay

NO_WAY_OUT = "There is no mail server to send through. Set SMTP_URL, for example smtp://mail.example.org:587."


def way_out(settings: Settings) -> Relay:
    """The mail server of these settings. Raises RelayBroken with the cure."""
    if not settings.way_out:
        raise RelayBroken(NO_WAY_OUT)
    return parse_relay(settings.way_out)


def holder(settings: Settings) -> Holder:
    """A name that no other run ever has, and the host it lives on."""
    host = this_host(settings).name
    return Holder(owner=f"{host}-{os.getpid()}-{secrets.token_hex(8)}", host=host)
