"""How a campaign is to leave: what its plan says, checked and kept. What comes of it is decided in `gates`.

A plan says when letters leave, not which: no approval covers it, and it may change while the campaign leaves.
"""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial

from sqlalchemy.orm import Session

from app.clock import now
from app.errors import InvalidInput, WrongState
from app.models import Campaign, CampaignStatus, DeparturePlan
from app.services import audit
from app.services.campaigns import lock_campaign
from app.services.departure_plans import LIMITS, USUAL, kept_plan
from app.services.local_time import find_zone, parse_local_time
from app.services.send_windows import ALL_DAYS, WHOLE_DAY

BEFORE_THE_LEDGER = {CampaignStatus.DRAFT, CampaignStatus.SCHEDULED}
ENDED = {CampaignStatus.SENT, CampaignStatus.CANCELLED}
MOST_FIRST = 1_000_000
MOST_PERCENT = 50
SHORTEST_WAIT, LONGEST_WAIT = 5, 2_880
SHORTEST_HOURS = 15
FARTHEST_END = timedelta(days=730)


@dataclass(frozen=True, slots=True)
class TypedTimes:
    """As typed: `days` "0" for Monday to "6", clock times as 09:30 (24:00 ends a day), the end as 2026-05-31T09:30."""

    days: Collection[str] = ()
    opens: str = ""
    closes: str = ""
    zone: str = ""
    finish_by: str = ""


@dataclass(frozen=True, slots=True)
class TypedCanary:
    """As typed. `first` is empty where all leave at once; `unit` is people or percent; limits are in percent."""

    first: str = ""
    unit: str = "people"
    minutes: str = ""
    bounce_limit: str = ""
    complaint_limit: str = ""
    deferral_limit: str = ""
    unsubscribe_limit: str = ""


def plan_departure(
    session: Session, campaign_id: int, canary: TypedCanary, times: TypedTimes, *, user_id: int | None = None
) -> DeparturePlan:
    """Writes the whole plan of a campaign whose audience is not frozen yet.

    Raises:
        InvalidInput: naming the fields. WrongState: it is on its way already.
    """
    campaign = lock_campaign(session, campaign_id)
    if campaign.status not in BEFORE_THE_LEDGER:
        raise WrongState(f"“{campaign.name}” is on its way; only its hours and its end can be changed now.")
    values = gathered(canary_readers(canary) | times_readers(times))
    return write(session, campaign, values, user_id)


def change_times(session: Session, campaign_id: int, times: TypedTimes, *, user_id: int | None = None) -> DeparturePlan:
    """Writes hours and end of a campaign that has not ended; they hold within seconds.

    Raises:
        InvalidInput: naming the fields. WrongState: it has ended.
    """
    campaign = lock_campaign(session, campaign_id)
    if campaign.status in ENDED:
        raise WrongState(f"“{campaign.name}” is {campaign.status.value}: nothing of it leaves any more.")
    return write(session, campaign, gathered(times_readers(times)), user_id)


def write(session: Session, campaign: Campaign, values: dict[str, object], user_id: int | None) -> DeparturePlan:
    end, begins = values["finish_by"], campaign.send_at
    if campaign.status == CampaignStatus.SCHEDULED and isinstance(end, datetime) and begins and end <= begins:
        raise InvalidInput({"finish_by": "It would be over before it begins. Choose a later end."})
    plan = kept_plan(session, campaign.id)
    for name, value in values.items():
        setattr(plan, name, value)
    facts = {"finish_by": plan.finish_by.isoformat() if plan.finish_by else ""}
    audit.record(session, "campaign.departure_planned", campaign, user_id=user_id, facts=facts)
    return plan


def gathered(readers: Mapping[str, Callable[[], dict[str, object]]]) -> dict[str, object]:
    """What all of them read. Raises InvalidInput naming everything that is wrong, not the first thing alone."""
    values: dict[str, object] = {}
    wrong: dict[str, str] = {}
    for read in readers.values():
        try:
            values |= read()
        except InvalidInput as refusal:
            wrong |= refusal.fields
    if wrong:
        raise InvalidInput(wrong)
    return values


def canary_readers(typed: TypedCanary) -> dict[str, Callable[[], dict[str, object]]]:
    return {
        "first": lambda: read_first(typed),
        "minutes": lambda: {"canary_minutes": minutes_to_look(typed.minutes)},
        **{name: partial(read_limit, name, getattr(typed, name)) for name in LIMITS},
    }


def read_first(typed: TypedCanary) -> dict[str, object]:
    is_percent = typed.unit == "percent"
    most = MOST_PERCENT if is_percent else MOST_FIRST
    first = whole_number("canary", typed.first, least=1, most=most) if typed.first.strip() else None
    return {"canary_count": None if is_percent else first, "canary_percent": first if is_percent else None}


def read_limit(name: str, text: str) -> dict[str, object]:
    return {name: limit(name, text, LIMITS[name])}


def minutes_to_look(text: str) -> int:
    minutes = text.strip() or str(USUAL["canary_minutes"])
    if not minutes.isascii() or not minutes.isdigit() or not SHORTEST_WAIT <= int(minutes[:9]) <= LONGEST_WAIT:
        raise InvalidInput({"canary_minutes": f"Write how many minutes, from {SHORTEST_WAIT} to {LONGEST_WAIT}."})
    return int(minutes)


def whole_number(field: str, text: str, *, least: int, most: int) -> int:
    tidy = text.strip().replace(",", "").replace(" ", "")
    if not tidy.isascii() or not tidy.isdigit() or not least <= int(tidy[:12]) <= most:
        raise InvalidInput({field: f"Write a whole number from {least} to {most:,}."})
    return int(tidy)


def limit(field: str, text: str, usual: float) -> float:
    tidy = text.strip().removesuffix("%").strip().replace(",", ".")
    if not tidy:
        return usual
    try:
        value = float(tidy)
    except ValueError:
        value = -1.0
    if not 0 < value <= 100:  # noqa: PLR2004  a share in percent
        raise InvalidInput({field: "Write a share above 0 and up to 100 percent."})
    return value


def times_readers(typed: TypedTimes) -> dict[str, Callable[[], dict[str, object]]]:
    return {"hours": lambda: read_hours(typed), "end": lambda: read_end(typed)}


def read_hours(typed: TypedTimes) -> dict[str, object]:
    days = "".join(sorted({day for day in typed.days if day in set("0123456")}))
    times = gathered({
        "opens": lambda: {"from_minute": minute_of_day("opens", typed.opens, usual=0)},
        "closes": lambda: {"to_minute": minute_of_day("closes", typed.closes, usual=WHOLE_DAY) or WHOLE_DAY},
    })  # fmt: skip
    # Both at one time of day is the whole day; anything shorter than a quarter of an hour is a slip of the hand.
    if 0 < (int(str(times["to_minute"])) - int(str(times["from_minute"]))) % WHOLE_DAY < SHORTEST_HOURS:
        raise InvalidInput({"closes": f"Leave at least {SHORTEST_HOURS} minutes between the two."})
    return {"days": "" if len(days) == len(ALL_DAYS) else days, **times}


def read_end(typed: TypedTimes) -> dict[str, object]:
    """The zone and the end in it: without the one the other means nothing."""
    zone = typed.zone.strip() or "UTC"
    find_zone(zone)
    return {"zone": zone, "finish_by": end_of(typed.finish_by, zone)}


def minute_of_day(field: str, text: str, *, usual: int) -> int:
    tidy = text.strip()
    if not tidy:
        return usual
    hour, colon, minute = tidy.partition(":")
    is_clock = colon and hour.isascii() and hour.isdigit() and minute[:2].isascii() and minute[:2].isdigit()
    minutes = int(hour[:3]) * 60 + int(minute[:2]) if is_clock else -1
    if not 0 <= minutes <= WHOLE_DAY or int(minute[:2]) > 59:  # noqa: PLR2004  minutes of an hour
        raise InvalidInput({field: "Write a time of day like 09:30."})
    return minutes


def end_of(text: str, zone: str) -> datetime | None:
    if not text.strip():
        return None
    try:
        end = parse_local_time(text, zone)
    except InvalidInput as error:
        raise InvalidInput({"finish_by": next(iter(error.fields.values()))}) from None
    if end <= now():
        raise InvalidInput({"finish_by": "This time has passed. Choose a later one, or leave it empty."})
    if end > now() + FARTHEST_END:
        raise InvalidInput({"finish_by": "This is more than two years away. Choose an earlier time."})
    return end
