"""Segments: made, changed, deleted, counted. Which campaigns use them is in `campaign_segments`."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from app.clock import now
from app.errors import InvalidInput, NotFound, WrongState
from app.models import Segment
from app.queries.segment_rules import Kind, Rule, ids_in, read_rule
from app.queries.segments import count_people, names_in, waiting_for
from app.services import audit, typed


def get_segment(session: Session, segment_id: int) -> Segment:
    found = session.get(Segment, segment_id)
    if found is None:
        raise NotFound("This segment is not here.")
    return found


def segment_named(session: Session, name: str) -> Segment:
    """The segment called `name`, without regard to case. Raises NotFound naming the segments there are."""
    found = session.scalars(select(Segment).where(Segment.name_key == typed.key(" ".join(name.split())))).one_or_none()
    if found is None:
        names = session.scalars(select(Segment.name).order_by(Segment.name_key).limit(20)).all()
        there = f"There are: {', '.join(names)}." if names else "There are no segments yet."
        raise NotFound(f"No segment is called “{name}”. {there}")
    return found


def create_segment(session: Session, name: str, rule: Mapping[str, Any], *, user_id: int | None = None) -> Segment:
    """Raises InvalidInput naming the condition that cannot be asked, or where another segment has that name."""
    segment = Segment(rule=rule_and_name(session, rule, name).to_json())
    save_named(session, segment, name)
    audit.record(session, "segment.created", segment, user_id=user_id, facts={"rule": segment.rule})
    return segment


def edit_segment(
    session: Session, segment_id: int, name: str, rule: Mapping[str, Any], *, user_id: int | None = None
) -> Segment:
    """Changes what a segment is called and who is in it. Approvals of drafts that chose it fall with its rule."""
    segment = get_segment(session, segment_id)
    segment.rule = rule_and_name(session, rule, name).to_json()
    segment.counted, segment.counted_at, segment.updated_at = None, None, now()
    save_named(session, segment, name)
    audit.record(session, "segment.changed", segment, user_id=user_id, facts={"rule": segment.rule})
    return segment


def delete_segment(session: Session, segment_id: int, *, user_id: int | None = None) -> None:
    """What campaigns froze of it stays in their reports.

    Raises:
        WrongState: a campaign that has not left yet has chosen it; with its name.
    """
    segment = get_segment(session, segment_id)
    waiting = waiting_for(session, segment_id)
    if waiting:
        names = ", ".join(f"“{name}”" for name in waiting)
        raise WrongState(f"{names} will go to “{segment.name}”. Choose other people there first, then delete it.")
    audit.record(session, "segment.deleted", segment, user_id=user_id, facts={"name": segment.name})
    session.delete(segment)


def keep_count(session: Session, segment_id: int) -> int:
    """Counts who is in a segment and keeps the figure for overviews."""
    segment = get_segment(session, segment_id)
    segment.counted, segment.counted_at = count_people(session, read_rule(segment.rule)), now()
    return segment.counted


def checked_rule(session: Session, given: Mapping[str, Any]) -> Rule:
    """The rule, whose lists and campaigns there are. Raises InvalidInput."""
    rule = read_rule(given)
    known = names_in(session, [rule])
    for kind in (Kind.LIST, Kind.CAMPAIGN):
        if any((kind, id_) not in known for id_ in ids_in([rule], kind)):
            raise InvalidInput({"rule": f"One of the {kind.value}s named is not here any more. Choose another."})
    return rule


def rule_and_name(session: Session, rule: Mapping[str, Any], name: str) -> Rule:
    """The rule, where the name is one too. Raises InvalidInput naming all that is wrong, not the first thing alone."""
    wrong: dict[str, str] = {}
    try:
        typed.line("name", name, required=True)
    except InvalidInput as refusal:
        wrong |= refusal.fields
    try:
        checked = checked_rule(session, rule)
    except InvalidInput as refusal:
        raise InvalidInput(wrong | refusal.fields) from refusal
    if wrong:
        raise InvalidInput(wrong)
    return checked


def save_named(session: Session, segment: Segment, name: str) -> None:
    segment.name = typed.line("name", name, required=True)
    segment.name_key = typed.key(segment.name)
    taken = InvalidInput({"name": f"There is a segment called “{segment.name}” already."})
    own = segment.id
    with session.no_autoflush:
        other = session.scalars(select(Segment.id).where(Segment.name_key == segment.name_key)).one_or_none()
    if other is not None and other != own:
        raise taken
    try:
        with session.begin_nested():
            session.add(segment)
    except IntegrityError as error:
        raise taken from error
