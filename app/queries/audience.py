"""Who a campaign's freeze would look at now, each with the reason to be left out; read without writing anything."""

from typing import Any

from sqlalchemy import ColumnElement, Select, bindparam, case, column, literal, or_, select, text
from sqlalchemy.orm import Session

from app.clock import now
from app.database.ledger_sql import LOOKED_AT
from app.models import CampaignSegment, ListUse, Segment, Subscriber
from app.models.base import UtcTime
from app.models.message import Reason
from app.queries.segment_filter import segment_filter
from app.queries.segment_rules import read_rule


def looked_at(session: Session, campaign_id: int, after_id: int, last_id: int) -> Select[int, str | None]:
    """Ids with `after_id` < id <= `last_id` of everybody on the campaign's lists, and the reason or None.

    Says what the freeze would: the same SQL, but who is in a segment is asked here and kept by the freeze.
    """
    page = {"campaign_id": campaign_id, "after_id": after_id, "last_id": last_id, "segmented": 0}
    moments = [bindparam(name, now(), type_=UtcTime()) for name in ("now", "changed_since")]
    asked = text(LOOKED_AT).bindparams(*moments, **page)
    looked = asked.columns(column("subscriber_id"), column("reason")).subquery("looked")
    arms = segment_arms(session, campaign_id)
    if not arms:
        return select(looked.c.subscriber_id, looked.c.reason)
    reason = case((looked.c.reason.is_not(None), looked.c.reason), *arms)
    people = looked.join(Subscriber, Subscriber.id == looked.c.subscriber_id)
    return select(looked.c.subscriber_id, reason.label("reason")).select_from(people)


def segment_arms(session: Session, campaign_id: int) -> list[tuple[ColumnElement[bool], Any]]:
    """When the campaign's segments leave somebody out, with the reason."""
    chosen = session.execute(
        select(CampaignSegment.use, Segment.rule)
        .join(Segment, Segment.id == CampaignSegment.segment_id)
        .where(CampaignSegment.campaign_id == campaign_id)
        .order_by(CampaignSegment.id)
    ).all()
    moment = now()
    inside: dict[ListUse, list[ColumnElement[bool]]] = {ListUse.EXCLUDE: [], ListUse.INCLUDE: []}
    for use, rule in chosen:
        inside[use].append(segment_filter(session, read_rule(rule), moment))
    arms: list[tuple[ColumnElement[bool], Any]] = []
    if inside[ListUse.EXCLUDE]:
        arms.append((or_(*inside[ListUse.EXCLUDE]), literal(Reason.EXCLUDED_SEGMENT.value)))
    if inside[ListUse.INCLUDE]:
        arms.append((~or_(*inside[ListUse.INCLUDE]), literal(Reason.NOT_IN_SEGMENT.value)))
    return arms
