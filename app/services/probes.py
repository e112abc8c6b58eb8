"""Letters to ourselves that try one-click unsubscribing (RFC 8058) all the way: asked for, clicked, waited for, ended.

What is found in them is said in `probe_findings`; who is told of it, in `probe_news`.
"""

from base64 import b64decode, b64encode
from collections.abc import Sequence
from datetime import timedelta

from sqlalchemy import delete, func, select, update
from sqlalchemy.orm import Session

from app.clock import now
from app.config import Settings
from app.errors import NotFound, WrongState
from app.jobs import Job, enqueue
from app.models import Brand, Notice, NoticeKind, NoticeStatus, Probe, ProbeCause, ProbeStatus, Sender
from app.outside.reserved_names import is_example, is_inner
from app.services import audit
from app.services.leaving_tried import leaving_works
from app.services.letters import base_url
from app.services.notices import queue_notice
from app.services.probe_news import tell_if_worse
from app.services.sender_domains import mail_server
from app.services.senders import get_sender
from app.services.signing_keys import domain_of
from app.services.transports import serving, transports
from app.tokens import Purpose, probe_number, sign
from emails.domains.checks import DomainCheck, Level
from emails.mime.dkim_verify import parts

DAY = timedelta(hours=24)
PATIENCE = timedelta(minutes=20)
PATIENCE_OF_CATCHER = timedelta(minutes=2)
LIFETIME = timedelta(minutes=15)
JUDGING_SECONDS = 180
MOST_AN_HOUR = 20
MOST_A_DAY = 20
KEPT_A_SENDER = 30
LARGEST_COPY = 1024 * 1024
LONGEST_HEAD = 32 * 1024
LONGEST_WAY = 255
OPEN = (ProbeStatus.WAITING, ProbeStatus.ARRIVED)
WORST_FIRST = (Level.BAD, Level.UNSURE, Level.ADVICE, Level.GOOD)
NO_MAILBOX = (
    "Letters leave by a mail server, and nobody can see how they arrive. Name a mailbox whose letters Letterwright may "
    "read (INBOX_URL); README.md shows how."
)


def way_of(session: Session, settings: Settings, sender: Sender) -> str:
    """What this sender's letters leave by, as people call it; "" while they stay in the built-in catcher."""
    carrying = serving(transports(session), domain_of(sender.email))
    return ", ".join(one.name for one in carrying)[:LONGEST_WAY] or mail_server(settings).host


def obstacle(session: Session, settings: Settings, sender: Sender) -> str:
    """Why no letter to ourselves can be seen to arrive; "" where it can."""
    return NO_MAILBOX if settings.mailbox is None and way_of(session, settings, sender) else ""


def ask(
    session: Session,
    settings: Settings,
    sender_id: int,
    *,
    cause: ProbeCause = ProbeCause.ASKED,
    user_id: int | None = None,
) -> Probe:
    """Queues a letter to ourselves; one that is on its way for this sender is given instead.

    Raises:
        NotFound: no such sender. WrongState: it could not be seen to arrive, or there were too many within the hour.
    """
    sender = get_sender(session, sender_id)
    under_way = find_open(session, sender_id)
    if under_way is not None:
        return under_way
    if why_not := obstacle(session, settings, sender):
        raise WrongState(why_not)
    lately = select(func.count()).where(Probe.created_at > now() - timedelta(hours=1))
    if cause is ProbeCause.ASKED and session.scalars(lately).one() >= MOST_AN_HOUR:
        raise WrongState(f"{MOST_AN_HOUR} such letters left within the hour, which is the most. Try again later.")
    probe = make_probe(session, settings, sender, cause, user_id)
    payload = {"probe_id": probe.id}
    probe.notice_id = queue_notice(session, NoticeKind.PROBE, probe.email, payload=payload, lifetime=LIFETIME)
    if user_id is not None:
        audit.record(session, "probe.asked", probe, user_id=user_id)
    return probe


def make_probe(session: Session, settings: Settings, sender: Sender, cause: ProbeCause, user_id: int | None) -> Probe:
    number, domain = probe_number(), sender.email.rpartition("@")[2]
    base = base_url(session.get_one(Brand, sender.brand_id))
    way = way_of(session, settings, sender)
    mailbox = settings.mailbox if way else None
    probe = Probe(
        sender_id=sender.id,
        user_id=user_id,
        number=number,
        cause=cause,
        email=mailbox.probe(number) if mailbox else f"p+{number:012x}@{domain}",
        from_email=sender.email,
        url=f"{base}/u/{sign(Purpose.UNSUBSCRIBE, number)}",
        mail_host=way,
    )
    session.add(probe)
    session.flush()
    kept = select(Probe.id).where(Probe.sender_id == sender.id).order_by(Probe.id.desc()).limit(KEPT_A_SENDER)
    session.execute(delete(Probe).where(Probe.sender_id == sender.id, Probe.id.not_in(kept.scalar_subquery())))
    return probe


def ask_daily(session: Session, settings: Settings) -> int:
    """A letter for each sender of the world that had none for a day; how many. None where they stay in the catcher."""
    if settings.mailbox is None:
        return 0
    since = now() - DAY
    fresh = select(Probe.sender_id).where(Probe.created_at > since)
    due = session.scalars(select(Sender).where(Sender.id.not_in(fresh)).order_by(Sender.id)).all()
    of_the_world = [one for one in due if not is_trial(one) and way_of(session, settings, one)][:MOST_A_DAY]
    for sender in of_the_world:
        ask(session, settings, sender.id, cause=ProbeCause.DAILY)
    return len(of_the_world)


def is_trial(sender: Sender) -> bool:
    """Whether nobody can own the sender's domain, as that of the demonstration."""
    domain = domain_of(sender.email)
    return is_example(domain) or is_inner(domain)


def find_open(session: Session, sender_id: int) -> Probe | None:
    return session.scalars(
        select(Probe).where(Probe.sender_id == sender_id, Probe.status.in_(OPEN)).order_by(Probe.id.desc()).limit(1)
    ).one_or_none()


def last_ended(session: Session, sender_id: int) -> Probe | None:
    ended = (Probe.sender_id == sender_id, Probe.status == ProbeStatus.DONE)
    return session.scalars(select(Probe).where(*ended).order_by(Probe.id.desc()).limit(1)).one_or_none()


def get_probe(session: Session, number: int) -> Probe:
    """By the number of its token. Raises NotFound."""
    found = session.scalars(select(Probe).where(Probe.number == number)).one_or_none()
    if found is None:
        raise NotFound("This letter is not known here any more.")
    return found


def click(session: Session, number: int) -> None:
    """One click in a letter to ourselves: the true verb is tried and taken back, and the probe notes that it came.

    Raises:
        NotFound: it is gone. WrongState: the verb took nobody off.
    """
    probe = get_probe(session, number)
    brand_id = session.get_one(Sender, probe.sender_id).brand_id
    if not leaving_works(session, brand_id, number):
        raise WrongState("Somebody who clicked would still be on the list.")
    session.execute(
        update(Probe)
        .where(Probe.id == probe.id)
        .values(left_at=func.coalesce(Probe.left_at, now()), posts=Probe.posts + 1)
        .execution_options(synchronize_session=False)
    )


def put_back(session: Session, probe_id: int) -> None:
    """As if nobody had clicked, for the next trial."""
    session.execute(update(Probe).where(Probe.id == probe_id).values(left_at=None))


def has_left(session: Session, probe_id: int) -> bool:
    return session.scalar(select(Probe.left_at).where(Probe.id == probe_id)) is not None


def keep_copy(session: Session, number: int, copy: bytes) -> bool:
    """Keeps the delivered letter, the first to come, and rings for it; whether it was waited for."""
    probe = session.scalars(
        select(Probe).where(Probe.number == number, Probe.status == ProbeStatus.WAITING).with_for_update()
    ).one_or_none()
    if probe is None:
        return False
    probe.copy = b64encode(copy[:LARGEST_COPY]).decode("ascii")
    probe.head = parts(copy)[0].decode("utf-8", "replace").replace("\0", " ")[:LONGEST_HEAD]
    probe.arrived_at = now()
    probe.move_to(ProbeStatus.ARRIVED)
    enqueue(session, Job.PROBES)
    return True


def copy_of(probe: Probe) -> bytes:
    return b64decode(probe.copy)


def waiting_in_catcher(session: Session) -> dict[str, int]:
    """Which numbers lie in wait in the built-in catcher, by address."""
    waiting = select(Probe.email, Probe.number).where(Probe.status == ProbeStatus.WAITING, Probe.mail_host == "")
    return {email.casefold(): number for email, number in session.execute(waiting)}


def claim(session: Session) -> Probe | None:
    """One that arrived and is nobody else's to judge for three minutes; None where there is none."""
    moment = now()
    free = (Probe.lease_until.is_(None)) | (Probe.lease_until < moment)
    found = session.scalars(
        select(Probe)
        .where(Probe.status == ProbeStatus.ARRIVED, free)
        .order_by(Probe.id)
        .limit(1)
        .with_for_update(skip_locked=True)
    ).one_or_none()
    if found is not None:
        found.lease_until = moment + timedelta(seconds=JUDGING_SECONDS)
    return found


def finish(session: Session, probe_id: int, findings: Sequence[DomainCheck]) -> bool:
    """Writes down what was found, once, and tells the team where that is worse than before."""
    probe = session.scalars(select(Probe).where(Probe.id == probe_id).with_for_update()).one_or_none()
    if probe is None or probe.status is ProbeStatus.DONE:
        return False
    before = last_ended(session, probe.sender_id)
    probe.findings = [as_kept(one) for one in findings]
    probe.level = next(level for level in WORST_FIRST if any(one.level is level for one in findings)).value
    probe.copy, probe.lease_until, probe.ended_at = "", None, now()
    probe.move_to(ProbeStatus.DONE)
    tell_if_worse(session, probe, before)
    return True


def as_kept(check: DomainCheck) -> dict[str, str]:
    return {"id": check.id, "level": check.level.value, "message": check.message, "cure": check.cure}


def checks_of(probe: Probe) -> tuple[DomainCheck, ...]:
    return tuple(DomainCheck(one["id"], Level(one["level"]), one["message"], one["cure"]) for one in probe.findings)


def overdue(session: Session) -> list[tuple[Probe, Notice | None]]:
    """Those that will not arrive any more: refused, not left in time, or lost on the way; each with its notice."""
    waiting = session.scalars(select(Probe).where(Probe.status == ProbeStatus.WAITING).order_by(Probe.id)).all()
    found = []
    for probe in waiting:
        notice = session.get(Notice, probe.notice_id) if probe.notice_id else None
        patience = PATIENCE if probe.mail_host else PATIENCE_OF_CATCHER
        left = notice is not None and notice.status is NoticeStatus.SENT and notice.sent_at is not None
        since = (notice.sent_at if left and notice else None) or probe.created_at + LIFETIME
        ended = notice is None or notice.status in {NoticeStatus.FAILED, NoticeStatus.EXPIRED}
        if ended or since + patience < now():
            found.append((probe, notice))
    return found
