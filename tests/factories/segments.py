"""Segments, and campaigns that use them."""

from itertools import count

from sqlalchemy.orm import Session

from app.models import Campaign, CampaignSegment, ListUse, Segment

numbers = count(1)


def asks(what: str, how: str = "is", value: object = "") -> dict[str, str]:
    return {"what": what, "how": how, "value": str(value)}


def all_of(*conditions: dict[str, str]) -> dict[str, object]:
    return {"match": "all", "groups": [[one] for one in conditions]}


def any_of(*conditions: dict[str, str]) -> dict[str, object]:
    return {"match": "all", "groups": [list(conditions)]}


def make_segment(session: Session, *conditions: dict[str, str], **given) -> Segment:
    """A segment of people for whom every condition holds; `rule` gives another rule."""
    name = given.pop("name", f"Segment {next(numbers)}")
    segment = Segment(**({"name": name, "name_key": name.casefold(), "rule": all_of(*conditions)} | given))
    session.add(segment)
    session.flush()
    return segment


def choose(session: Session, campaign: Campaign, segment: Segment, use: ListUse = ListUse.INCLUDE) -> CampaignSegment:
    chosen = CampaignSegment(campaign_id=campaign.id, segment_id=segment.id, use=use)
    session.add(chosen)
    session.flush()
    return chosen
