"""Questions about campaigns: the list, the lists of one, who left by it. Its people are in `campaign_people`."""

from collections import defaultdict
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.models import (
    Approval,
    Campaign,
    CampaignList,
    CampaignStatus,
    Event,
    EventKind,
    ListUse,
    MailingList,
    MessageStatus,
)
from app.queries.books import count_states

MOST_CAMPAIGNS = 200


@dataclass(frozen=True, slots=True)
class CampaignRow:
    """One line of the list; `lists` are the names it goes to. `is_asked`: somebody waits for its approval."""

    id: int
    name: str
    subject: str
    status: CampaignStatus
    lists: tuple[str, ...]
    messages: int
    sent: int
    created_at: datetime
    updated_at: datetime | None
    send_at: datetime | None
    ended_at: datetime | None
    is_asked: bool = False


@dataclass(frozen=True, slots=True)
class ChosenList:
    id: int
    name: str


@dataclass(frozen=True, slots=True)
class ChosenLists:
    """The lists a campaign goes to, and those whose people it leaves out."""

    included: tuple[ChosenList, ...]
    excluded: tuple[ChosenList, ...]


def find_campaigns(session: Session) -> tuple[CampaignRow, ...]:
    """The newest 200 campaigns, the newest first."""
    found = session.scalars(select(Campaign).order_by(Campaign.id.desc()).limit(MOST_CAMPAIGNS)).all()
    names: dict[int, list[str]] = defaultdict(list)
    chosen = (
        select(CampaignList.campaign_id, MailingList.name)
        .join(MailingList, MailingList.id == CampaignList.list_id)
        .where(CampaignList.use == ListUse.INCLUDE, CampaignList.campaign_id.in_([one.id for one in found]))
        .order_by(MailingList.name)
    )
    for campaign_id, name in session.execute(chosen).all():
        names[campaign_id].append(name)
    asked = waiting_for_approval(session)
    rows = (described(session, campaign, tuple(names[campaign.id])) for campaign in found)
    return tuple(replace(row, is_asked=row.id in asked and row.status is CampaignStatus.DRAFT) for row in rows)


def waiting_for_approval(session: Session) -> set[int]:
    """The campaigns whose newest request for approval nobody has answered."""
    newest = select(func.max(Approval.id)).group_by(Approval.campaign_id)
    return set(session.scalars(select(Approval.campaign_id).where(Approval.id.in_(newest), Approval.answer.is_(None))))


def described(session: Session, campaign: Campaign, lists: tuple[str, ...]) -> CampaignRow:
    on_its_way = campaign.status not in {CampaignStatus.DRAFT, CampaignStatus.SCHEDULED}
    states = count_states(session, campaign.id) if on_its_way else {}
    return CampaignRow(
        id=campaign.id,
        name=campaign.name,
        subject=campaign.subject,
        status=campaign.status,
        lists=lists,
        messages=sum(states.values()),
        sent=states.get(MessageStatus.SENT, 0),
        created_at=campaign.created_at,
        updated_at=campaign.updated_at,
        send_at=campaign.send_at,
        ended_at=campaign.ended_at,
    )


def lists_of_campaign(session: Session, campaign_id: int) -> ChosenLists:
    rows = session.execute(
        select(CampaignList.use, MailingList.id, MailingList.name)
        .join(MailingList, MailingList.id == CampaignList.list_id)
        .where(CampaignList.campaign_id == campaign_id)
        .order_by(MailingList.name)
    ).all()
    return ChosenLists(
        included=tuple(ChosenList(id_, name) for use, id_, name in rows if use is ListUse.INCLUDE),
        excluded=tuple(ChosenList(id_, name) for use, id_, name in rows if use is ListUse.EXCLUDE),
    )


def unsubscribed_by_campaign(session: Session, campaign_id: int) -> int:
    """How many people took their consent back with a letter of this campaign."""
    return (
        session.scalar(
            select(func.count(Event.subscriber_id.distinct())).where(
                Event.campaign_id == campaign_id, Event.kind == EventKind.UNSUBSCRIBED
            )
        )
        or 0
    )
