"""An account at each provider, asked at an address of the test's own."""

from app.models import TransportKind
from app.services.transport_ways import OpenTransport
from tests.fakes.api_server import Answer

DETAILS = {
    "ses": {"region": "eu-west-1", "user": "AKIAEXAMPLEEXAMPLE00"},
    "sendgrid": {"area": "global"},
    "mailgun": {"domain": "mg.example.org", "area": "us"},
    "postmark": {"stream": "broadcast"},
    "brevo": {},
}
TAKEN = {
    "ses": Answer(200, b'{"MessageId": "0102-ses"}'),
    "sendgrid": Answer(202, b"", (("X-Message-Id", "sg-1"),)),
    "mailgun": Answer(200, b'{"id": "<1@mg.example.org>", "message": "Queued. Thank you."}'),
    "postmark": Answer(200, b'{"ErrorCode": 0, "Message": "OK", "MessageID": "pm-1"}'),
    "brevo": Answer(201, b'{"messageId": "<1@smtp-relay>"}'),
}
KINDS = tuple(DETAILS)


def account(kind: str, address: str = "", **details: str) -> OpenTransport:
    return OpenTransport(
        id=1,
        name=kind,
        kind=TransportKind(kind),
        details={**DETAILS[kind], "address": address, **details},
        secret="k3y-of-the-account",
        weight=10,
        connections=3,
        letters=100,
        limits={},
    )
