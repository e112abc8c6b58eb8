"""What carries the letters of a transport: a mail server's relay, or a provider's API."""

from app.services.transport_ways import OpenTransport
from workers.smtp.pool import Letters, Pool
from workers.smtp.relay import SMTP_PORT, SMTPS_PORT, SUBMISSION_PORT, Relay, StartTls, Timeouts

TIMEOUTS = Timeouts()

STARTTLS = {
    "starttls": StartTls.REQUIRE,
    "opportunistic": StartTls.OPPORTUNISTIC,
    "never": StartTls.NEVER,
    "tls": StartTls.NEVER,
}


def relay_of(transport: OpenTransport) -> Relay:
    """The mail server of an SMTP transport."""
    details = transport.details
    user = str(details.get("user", ""))
    tls = details.get("security") == "tls"
    usual = SMTPS_PORT if tls else SUBMISSION_PORT if user else SMTP_PORT
    return Relay(
        host=str(details["host"]),
        port=int(details["port"]) if details.get("port") else usual,
        user=user,
        password=transport.secret if user else "",
        tls=tls,
        starttls=STARTTLS[str(details.get("security", "starttls"))],
        verify=details.get("verify", "yes") == "yes",
        connections=transport.connections,
        letters=transport.letters,
        name=str(details.get("greeting", "")),
        pipelining=details.get("pipelining", "yes") == "yes",
        timeouts=TIMEOUTS,
    )


Carrier = Relay


def carrier_of(transport: OpenTransport) -> Carrier:
    return relay_of(transport)


def open_pool(carrier: Carrier, letters: Letters) -> Pool:
    """What hands letters to it, on the running event loop."""
    return Pool(carrier, letters)
