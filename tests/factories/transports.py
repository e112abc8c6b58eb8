"""Transports for tests: mail servers on this machine."""

from sqlalchemy.orm import Session

from app.models import Transport, TransportKind
from app.services.transports import TransportDetails, create_transport


def make_transport(session: Session, name: str = "First", port: int = 25, **facts) -> Transport:
    """An SMTP transport to 127.0.0.1; `domains` as typed, all else numbers by column."""
    details = {"host": "127.0.0.1", "port": str(port), "security": "never"}
    domains = facts.pop("domains", "")
    return create_transport(
        session, TransportKind.SMTP, TransportDetails(name, details, domains=domains, numbers=facts)
    )
