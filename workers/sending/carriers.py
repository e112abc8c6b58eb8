"""What carries the letters of a transport: a mail server's relay, or a provider's API."""

from app.models import TransportKind
from app.outside.api import ApiPlace, api_place
from app.services.transport_ways import OpenTransport
from workers.providers.brevo import Brevo
from workers.providers.mailgun import Mailgun
from workers.providers.pool import ApiPool
from workers.providers.postmark import Postmark
from workers.providers.sendgrid import SendGrid
from workers.providers.ses import AmazonSes
from workers.providers.wire import ApiCarrier, Provider
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


Carrier = Relay | ApiCarrier

USUAL_PLACES = {
    "ses": "https://email.{region}.amazonaws.com",
    "sendgrid": "https://api.sendgrid.com",
    "sendgrid:eu": "https://api.eu.sendgrid.com",
    "mailgun": "https://api.mailgun.net",
    "mailgun:eu": "https://api.eu.mailgun.net",
    "postmark": "https://api.postmarkapp.com",
    "brevo": "https://api.brevo.com",
}


def carrier_of(transport: OpenTransport) -> Carrier:
    """What the row describes."""
    if transport.kind is TransportKind.SMTP:
        return relay_of(transport)
    return ApiCarrier(provider_of(transport), transport.connections, transport.letters)


def provider_of(transport: OpenTransport) -> Provider:
    details, secret = transport.details, transport.secret
    place = place_of(transport)
    if transport.kind is TransportKind.SES:
        return AmazonSes(
            place,
            region=str(details["region"]),
            key_id=str(details["user"]),
            secret=secret,
            configuration_set=str(details.get("configuration_set", "")),
        )
    if transport.kind is TransportKind.SENDGRID:
        return SendGrid(place, secret)
    if transport.kind is TransportKind.MAILGUN:
        return Mailgun(place, str(details["domain"]), secret)
    if transport.kind is TransportKind.POSTMARK:
        return Postmark(place, secret, str(details["stream"]))
    return Brevo(place, secret)


def place_of(transport: OpenTransport) -> ApiPlace:
    """Where the API is asked: the provider's own address, unless the row names another."""
    details = transport.details
    kind = f"{transport.kind.value}:eu" if details.get("area") == "eu" else transport.kind.value
    own = USUAL_PLACES[kind].format(region=details.get("region", ""))
    return api_place(str(details.get("address") or own))


def open_pool(carrier: Carrier, letters: Letters) -> Pool | ApiPool:
    """What hands letters to it, on the running event loop."""
    return Pool(carrier, letters) if isinstance(carrier, Relay) else ApiPool(carrier, letters)
