"""A house that delivers: providers that asked for patience, hosts that look after it, system letters that wait."""

from datetime import timedelta

from app.clock import now
from app.config import Settings
from app.database.session import transaction
from app.models import DomainPace, HostBeat, Notice, NoticeKind, NoticeStatus
from app.services.mx_groups import Found, keep
from tests.browser.departures import depart

CLINICS = ("aurora-clinic.example", "harbour-physio.example", "northside.example", "quay-dental.example")


def deliver(_settings: Settings) -> dict[str, int]:
    """Name of the state -> the id of a campaign in it."""
    made = depart()
    moment = now()
    with transaction() as session:
        keep(session, [Found(domain, "google.com") for domain in ("gmail.com", *CLINICS)])
        for minutes, group, pace, said in (
            (3, "google.com", 1_200.0, "421 4.7.28 Unusual rate of mail from your domain, see the help page"),
            (95, "yahoodns.net", 55.0, "421 4.7.0 [TSS04] Messages temporarily deferred due to user complaints"),
        ):
            at = moment - timedelta(minutes=minutes)
            session.add(DomainPace(domain=group, per_minute=pace, slowed_at=at, changed_at=at, said=said))
        session.add(HostBeat(host="h", at=moment - timedelta(seconds=6), boot_seconds=9_000))
        session.add(HostBeat(host="Tq8kZ1mVbN4pR7sd.0a1b2c3d4e5f", at=moment - timedelta(hours=3), boot_seconds=9_000))
        for kind, status, reply in (
            (NoticeKind.CONFIRM, NoticeStatus.PENDING, ""),
            (NoticeKind.INVITATION, NoticeStatus.FAILED, "550 5.1.1 No such user here"),
        ):
            facts = {"email": "ada@example.test", "expires_at": moment + timedelta(hours=1)}
            session.add(Notice(kind=kind, status=status, reply=reply, **facts))
    return made
