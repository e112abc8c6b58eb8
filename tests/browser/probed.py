"""Senders with a letter to ourselves behind them, for pages to be looked at: what is good, what is wrong, the cures."""

from app.config import Settings
from app.database.session import transaction
from app.models import Probe, Sender
from app.services import probes
from emails.domains.checks import DomainCheck, Level

FOUND = (
    DomainCheck("probe-arrival", Level.GOOD, "The letter arrived, and its copy was looked at."),
    DomainCheck(
        "probe-address", Level.GOOD, "List-Unsubscribe arrived with exactly one https address, the one we wrote."
    ),
    DomainCheck(
        "probe-covered",
        Level.BAD,
        "No signature covers List-Unsubscribe-Post, so Gmail and Yahoo show no unsubscribe button.",
        "Have the signer of example.test put both names into h=, or let Letterwright sign: make a key above.",
    ),
    DomainCheck(
        "probe-door", Level.UNSURE, "The address for leaving could not be opened from here.", "Look at the proxy."
    ),
)
HEAD = b"DKIM-Signature: v=1; a=rsa-sha256; c=relaxed/simple; d=example.test;\r\n h=from:subject\r\nSubject: x\r\n\r\n"


def probe_first_sender(settings: Settings, *, ended: bool = True) -> int:
    """One that ended, or one still on its way; the sender's number."""
    with transaction() as session:
        sender = session.query(Sender).order_by(Sender.id).first()
        number = probes.ask(session, settings, sender.id).number
    if ended:
        with transaction() as session:
            probes.keep_copy(session, number, HEAD)
            probes.finish(session, session.query(Probe).filter_by(number=number).one().id, FOUND)
    return sender.id
