"""Transports of several kinds and states, with letters that tried them, for people to look at."""

from datetime import timedelta

from app.clock import now
from app.database.session import transaction
from app.models import TransportHour, TransportKind, TransportTest
from app.services.transport_ways import set_aside
from app.services.transports import TransportDetails, create_transport, switch

SAID = """—: to smtp.example.org:587
S: 220 smtp.example.org ESMTP ready
C: EHLO mail.example.net
S: 250-smtp.example.org
S: 250-PIPELINING
S: 250 STARTTLS
C: STARTTLS
S: 220 2.0.0 go ahead
C: AUTH PLAIN (kept secret)
S: 235 2.7.0 welcome
C: MAIL FROM:<hello@news.example.org>
C: RCPT TO:<ada@example.org>
C: DATA
S: 250 2.1.0 fine
S: 250 2.1.5 fine
S: 354 end with a dot
C: (4,812 bytes of letter, and a dot)
S: 250 2.0.0 queued as 4Zk1
= 250 2.0.0 queued as 4Zk1"""


def make_ways() -> list[int]:
    """A mail server that was tried, a provider that is set aside, one that is off."""
    with transaction() as session:
        server = create_transport(session, TransportKind.SMTP, TransportDetails(
            "Our server", {"host": "smtp.example.org", "port": "587", "user": "news"}, secret="s",
            numbers={"weight": 30, "per_minute": 600, "per_day": 50_000},
        ))  # fmt: skip
        amazon = create_transport(session, TransportKind.SES, TransportDetails(
            "Amazon, Ireland", {"region": "eu-west-1", "user": "AKIAEXAMPLEEXAMPLE00"}, secret="s",
            numbers={"per_second": 14},
        ))  # fmt: skip
        other = create_transport(session, TransportKind.POSTMARK, TransportDetails(
            "Postmark", {"stream": "broadcast"}, secret="s", domains="news.example.org\nletters.example.org"
        ))  # fmt: skip
        switch(session, other.id, on=False)
        set_aside(session, amazon.id, "email.eu-west-1.amazonaws.com: no answer in time.")
        hour = now().replace(minute=0, second=0, microsecond=0)
        session.add(TransportHour(transport_id=server.id, hour=hour - timedelta(hours=2), letters=18_204))
        for outcome, said in (("deferred", "S: 451 4.3.0 later"), ("sent", SAID)):
            session.add(TransportTest(
                transport_id=server.id, email="ada@example.org", begun_at=now(), ended_at=now(), outcome=outcome,
                transcript=said,
            ))  # fmt: skip
        session.add(TransportTest(transport_id=other.id, email="ada@example.org"))
        session.flush()
        return [server.id, amazon.id, other.id]
