"""`python -m workers rehearse`: one JSON document on stdout, for the doctor: do the ways out take us?"""

import asyncio
import json
import sys

from app.config import Settings
from app.database.session import reading
from app.errors import Unavailable
from app.outside.api import ApiPlace, open_api
from app.services.transport_ways import opened
from app.services.transports import transports
from app.startup import open_house
from workers.sending.carriers import Carrier, carrier_of
from workers.sending.way_out import way_out
from workers.smtp.connection import explain
from workers.smtp.rehearsal import rehearse
from workers.smtp.relay import Relay, RelayBroken

CONNECT_SECONDS = 10


def tell_rehearsal(settings: Settings) -> None:
    """`{"server", "trouble"}`; an empty trouble means that letters would be taken."""
    open_house(settings)
    server, trouble = by_transports() or by_settings(settings)
    sys.stdout.write(json.dumps({"server": server, "trouble": trouble}) + "\n")


def by_settings(settings: Settings) -> tuple[str, str]:
    server = ""
    try:
        relay = way_out(settings)
        server, trouble = relay.host, rehearse(relay)
    except RelayBroken as error:
        trouble = str(error)
    return server, trouble


def by_transports() -> tuple[str, str] | None:
    """The names of those that are on and what keeps them from taking letters; None where there are none."""
    with reading() as session:
        there = [one for one in transports(session) if one.off_at is None]
        troubles = []
        for transport in there:
            try:
                told = visit(carrier_of(opened(transport)))
            except Unavailable as refusal:
                told = str(refusal)
            if told:
                troubles.append(f"{transport.name}: {told}")
    return (", ".join(one.name for one in there), "; ".join(troubles)) if there else None


def visit(carrier: Carrier) -> str:
    """A mail server is greeted and signed in to; an API can only be reached, since it answers letters alone."""
    return rehearse(carrier) if isinstance(carrier, Relay) else asyncio.run(reach(carrier.provider.place))


async def reach(place: ApiPlace) -> str:
    try:
        async with asyncio.timeout(CONNECT_SECONDS):
            (await open_api(place)).close()
    except OSError as error:
        return f"{place.address}: {explain(error)}"
    return ""
