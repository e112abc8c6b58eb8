"""The first page's questions: what leaves today, what needs somebody, and the last campaigns that ended."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.models import Campaign, CampaignStatus, ImportBatch, ImportStatus, MessageStatus
from app.queries.books import states_of
from app.queries.campaign_figures import Figures, ended_campaigns, figures_of

_S = CampaignStatus
UNDER_WAY = (_S.PREPARING, _S.SENDING, _S.WAITING, _S.PAUSED)
MOST_SHOWN, LAST_ENDED, MOST_ASKED = 20, 5, 50


@dataclass(frozen=True, slots=True)
class Unknown:
    """A campaign with letters of which nobody knows whether they arrived, and nobody has decided."""

    campaign: Campaign
    count: int


@dataclass(frozen=True, slots=True)
class Dashboard:
    leaving: Sequence[Campaign]
    held: Sequence[Campaign]
    unknown: tuple[Unknown, ...]
    imports: Sequence[ImportBatch]
    last: Sequence[Campaign]
    figures: dict[int, Figures]


def dashboard(session: Session, *, day_starts: datetime) -> Dashboard:
    """`day_starts` is midnight where the viewer is."""
    last = ended_campaigns(session, most=LAST_ENDED)
    return Dashboard(
        leaving=leaving_on(session, day_starts + timedelta(days=1)),
        held=campaigns_in(session, (_S.HELD,)),
        unknown=unknown_letters(session),
        imports=session.scalars(
            select(ImportBatch)
            .where(ImportBatch.status.in_((ImportStatus.DRAFT, ImportStatus.FAILED)))
            .order_by(ImportBatch.id.desc())
            .limit(MOST_SHOWN)
        ).all(),
        last=last,
        figures=figures_of(session, last, at_a_glance=True),
    )


def leaving_on(session: Session, day_ends: datetime) -> list[Campaign]:
    """What is on its way, and what is due before the day ends, the next first."""
    due = select(Campaign).where(Campaign.status == _S.SCHEDULED, Campaign.send_at < day_ends)
    scheduled = session.scalars(due.order_by(Campaign.send_at, Campaign.id).limit(MOST_SHOWN)).all()
    return [*campaigns_in(session, UNDER_WAY), *scheduled]


def campaigns_in(session: Session, states: tuple[CampaignStatus, ...]) -> Sequence[Campaign]:
    found = select(Campaign).where(Campaign.status.in_(states)).order_by(Campaign.id.desc())
    return session.scalars(found.limit(MOST_SHOWN)).all()


def unknown_letters(session: Session) -> tuple[Unknown, ...]:
    """Campaigns, among the last fifty that ended, with letters of unknown fate beyond those left as they are."""
    sent = [one for one in ended_campaigns(session, most=MOST_ASKED) if one.status == _S.SENT]
    counts = {
        id_: states[MessageStatus.UNKNOWN] for id_, states in states_of(session, [one.id for one in sent]).items()
    }
    return tuple(Unknown(one, counts[one.id]) for one in sent if counts[one.id] > one.unknown_left)


def has_planned(session: Session) -> bool:
    """Whether any campaign was ever scheduled: before that, a day has nothing to tell."""
    planned = select(Campaign.id).where(Campaign.status != CampaignStatus.DRAFT)
    return session.scalar(planned.limit(1)) is not None
