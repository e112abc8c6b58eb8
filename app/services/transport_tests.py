"""Letters that try a transport: asked for on its page, sent by a job, told with every line that was said."""

from dataclasses import dataclass
from datetime import timedelta
from urllib.parse import urlsplit

from sqlalchemy import func, or_, select, update
from sqlalchemy.orm import Session

from app.clock import now
from app.errors import NotFound, WrongState
from app.jobs import Job, enqueue
from app.models import Sender, Transport, TransportTest
from app.services import audit, typed
from app.services.signing_keys import domain_of, sign_for
from app.services.transport_ways import OpenTransport, opened
from app.services.transports import get_transport, serving, transports
from app.urls import public_base
from emails.mime.build import LetterHeaders, compose_notice
from emails.render.notices import OWN_BRAND, NoticeWords, notice_html, notice_text

MOST_AN_HOUR = 30
LEASE = timedelta(seconds=90)
GIVEN_UP = timedelta(minutes=10)
SHOWN = 5
LONGEST_TRANSCRIPT = 20_000


@dataclass(frozen=True, slots=True)
class Trial:
    """What is to be tried: `message` is ready to follow DATA."""

    transport: OpenTransport
    sender: str
    recipient: str
    message: bytes


def ask_test(session: Session, transport_id: int, email: str, *, user_id: int | None = None) -> TransportTest:
    """Raises InvalidInput under "email"; WrongState where too many were asked for."""
    transport = get_transport(session, transport_id)
    address = typed.address("email", email)
    recent = select(func.count()).where(TransportTest.created_at > now() - timedelta(hours=1))
    if (session.scalar(recent) or 0) >= MOST_AN_HOUR:
        raise WrongState(f"{MOST_AN_HOUR} letters tried transports in the last hour. Try again later.")
    test = TransportTest(transport_id=transport.id, email=address, user_id=user_id)
    session.add(test)
    audit.record(session, "transport.tested", transport, user_id=user_id)
    enqueue(session, Job.TRANSPORT_TEST, test.id)
    return test


def newest_tests(session: Session, transport_id: int) -> tuple[TransportTest, ...]:
    """The newest first."""
    mine = select(TransportTest).where(TransportTest.transport_id == transport_id)
    return tuple(session.scalars(mine.order_by(TransportTest.id.desc()).limit(SHOWN)))


def waiting_tests(session: Session) -> tuple[int, ...]:
    """Those that stand still; older ones are given up."""
    moment = now()
    unended = TransportTest.ended_at.is_(None)
    session.execute(
        update(TransportTest)
        .where(unended, TransportTest.created_at < moment - GIVEN_UP)
        .values(ended_at=moment, outcome="given_up", transcript="Nobody tried it in time: is a worker running?")
    )
    free = or_(TransportTest.begun_at.is_(None), TransportTest.begun_at < moment - LEASE)
    return tuple(session.scalars(select(TransportTest.id).where(unended, free).order_by(TransportTest.id)))


def begin_test(session: Session, test_id: int) -> Trial:
    """Takes a test in hand and writes its letter.

    Raises:
        NotFound: it is gone. WrongState: somebody else has it in hand. Unavailable: the secret cannot be opened.
    """
    moment = now()
    free = or_(TransportTest.begun_at.is_(None), TransportTest.begun_at < moment - LEASE)
    taken = session.execute(
        update(TransportTest)
        .where(TransportTest.id == test_id, TransportTest.ended_at.is_(None), free)
        .values(begun_at=moment)
        .returning(TransportTest.id)
    ).first()
    if taken is None:
        raise WrongState("This test has ended, or somebody has it in hand.")
    test = session.get_one(TransportTest, test_id)
    transport = get_transport(session, test.transport_id)
    sender = sender_for(session, transport)
    return Trial(opened(transport), sender, test.email, sign_for(session, sender, message(test, transport, sender)))


def sender_for(session: Session, transport: Transport) -> str:
    """The first sender whose letters this transport carries, else any; else an address of the house's own."""
    there = transports(session)
    addresses = list(session.scalars(select(Sender.email).order_by(Sender.id)))
    carried = [one for one in addresses if transport in serving(there, domain_of(one))]
    host = urlsplit(public_base()).hostname or "localhost"
    own = f"letterwright@{host if host.rpartition('.')[2].isalpha() else 'localhost'}"
    return next(iter((*carried, *addresses)), own)


def message(test: TransportTest, transport: Transport, sender: str) -> bytes:
    left = f"this letter left by the transport “{transport.name}” of Letterwright at {public_base()}"
    shows = "That you read it shows that the transport works. Look whether it came to the inbox"
    words = NoticeWords(
        subject=f"A letter by {transport.name}",
        before=(
            "Hello,",
            f"{left}, on {test.created_at:%-d %B %Y at %H:%M} UTC.",
            f"{shows}, and at what your mail program says about its sender.",
        ),
        label="Look at the transport",
        url=f"{public_base()}/delivery/transports/{transport.id}",
    )
    headers = LetterHeaders(
        message_id=f"t{test.id}.{int(test.created_at.timestamp()):x}@{sender.rpartition('@')[2]}",
        date=now(),
        from_name=OWN_BRAND.name,
        from_email=sender,
        auto_submitted=True,
        one_click=False,
    )
    return compose_notice(headers, test.email, words.subject, notice_text(words), notice_html(words, OWN_BRAND))


def end_test(session: Session, test_id: int, outcome: str, transcript: str) -> None:
    """`outcome` is a word: sent, refused, deferred, unknown, failed."""
    test = session.get(TransportTest, test_id)
    if test is None:
        raise NotFound("This test is not here.")
    test.ended_at, test.outcome, test.transcript = now(), outcome, transcript[:LONGEST_TRANSCRIPT]
