"""Keeps what was counted of ended campaigns, told of every change, and of large lists; counted again by and by."""

from collections.abc import Iterable
from dataclasses import astuple, dataclass
from typing import Any

from sqlalchemy import exists, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from app.clock import now
from app.jobs import Job, enqueue
from app.models import Campaign, ListTally, MessageStatus, Tally, Tracking
from app.queries.books import states_of
from app.queries.campaign_figures import MOST_COUNTED_NOW, count_hits, way_of
from app.queries.campaign_report import refusals_of
from app.queries.list_report import ListDays, days_as_json
from app.queries.openings import Span, clicks_by_link, over_time
from app.queries.report_groups import by_domain, by_list, by_segment
from app.queries.tallies import UNDER_WAY


@dataclass(frozen=True, slots=True)
class Counted:
    """Figures as JSON and the number of the change they are of."""

    campaign_id: int
    changes: int
    figures: dict[str, Any]


def mark_changed(session: Session, campaign_ids: Iterable[int | None]) -> None:
    """To be called where hits are added or judged anew, in the same transaction and last in it."""
    dialect: Any = postgresql if session.get_bind().dialect.name == "postgresql" else sqlite
    changed = sorted({one for one in campaign_ids if one is not None})
    rows = [{"campaign_id": one, "changes": 1, "figures": {}} for one in changed]
    if rows:
        marked = dialect.insert(Tally).values(rows)
        again = {"changes": Tally.changes + 1}
        session.execute(marked.on_conflict_do_update(index_elements=["campaign_id"], set_=again))


def count_again(session: Session, campaign_id: int) -> Counted | None:
    """Counts what there is of an ended campaign; None where nothing was ever told of it.

    The number of the change is read first: what comes meanwhile is counted or not, and makes these figures old.
    """
    changes = session.scalar(select(Tally.changes).where(Tally.campaign_id == campaign_id))
    if changes is None:
        return None
    campaign = session.get_one(Campaign, campaign_id)
    way = way_of(session, campaign)
    hits, people = count_hits(session, campaign_id, way), way.tracking is Tracking.PEOPLE
    states, clicked = (
        states_of(session, [campaign_id])[campaign_id],
        clicks_by_link(session, campaign_id, people=people),
    )
    figures = {
        "tracking": way.tracking.value,
        "accepted": states[MessageStatus.SENT],
        "refused": states[MessageStatus.REFUSED],
        "refusals": refusals_of(session, campaign_id) if states[MessageStatus.REFUSED] else {},
        "bare": hits.bare,
        "opened": astuple(hits.opened),
        "clicked": astuple(hits.clicked),
        "links": [(number, *astuple(split)) for number, split in sorted(clicked.items())],
        "hours": [hour_of(one) for one in over_time(session, campaign_id) if one.opened.total or one.clicked.total],
        "domains": [astuple(one) for one in by_domain(session, campaign_id)],
        "lists": [astuple(one) for one in by_list(session, campaign_id)],
        "segments": [astuple(one) for one in by_segment(session, campaign_id)],
    }
    return Counted(campaign_id, changes, figures)


def count_so_far(session: Session, campaign_id: int) -> Counted:
    """What a page tells of a campaign that leaves; all the rest is counted once it has ended."""
    campaign = session.get_one(Campaign, campaign_id)
    way, states = way_of(session, campaign), states_of(session, [campaign_id])[campaign_id]
    hits = count_hits(session, campaign_id, way)
    figures = {
        "tracking": way.tracking.value,
        "accepted": states[MessageStatus.SENT],
        "bare": hits.bare,
        "opened": astuple(hits.opened),
        "clicked": astuple(hits.clicked),
    }
    return Counted(campaign_id, 0, {"so_far": figures})


def keep_so_far(session: Session, counted: Counted) -> None:
    """Keeps it until the campaign is counted as ended."""
    kept = update(Tally).where(Tally.campaign_id == counted.campaign_id, Tally.counted.is_(None))
    leaves = exists().where(Campaign.id == Tally.campaign_id, Campaign.status.in_(UNDER_WAY))
    session.execute(kept.where(leaves).values(counted_at=now(), figures=counted.figures))


def mark_ended(session: Session, campaign: Campaign) -> None:
    """Has a large campaign counted at once, last in the transaction that ends it: its report is looked at soon."""
    if campaign.candidates <= MOST_COUNTED_NOW:
        return
    mark_changed(session, [campaign.id])
    never = update(Tally).where(Tally.campaign_id == campaign.id, Tally.counted.is_(None))
    session.execute(never.values(counted_at=None))
    enqueue(session, Job.TALLIES)


def hour_of(span: Span) -> tuple[int, ...]:
    return int(span.start.timestamp()) // 3600, *astuple(span.opened), *astuple(span.clicked)


def keep_counted(session: Session, counted: Counted) -> None:
    """Keeps figures with the change they are of; what changed since then makes them old, not wrong."""
    kept = update(Tally).where(Tally.campaign_id == counted.campaign_id)
    session.execute(kept.values(counted=counted.changes, counted_at=now(), figures=counted.figures))


def keep_growth(session: Session, list_id: int, days: ListDays) -> None:
    """Keeps what was counted of a large list."""
    session.merge(ListTally(list_id=list_id, counted_at=now(), figures=days_as_json(days)))
