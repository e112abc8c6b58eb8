"""The warm-up of a sender's domain as its page shows it: the days that were, today, and those to come."""

import re
from dataclasses import dataclass
from typing import Any

from flask_babel import gettext as _

from app.database.session import Session
from app.errors import InvalidInput
from app.models import WarmUp
from app.pages.guards import viewer
from app.pages.wording import number, zone_choices
from app.services import warm_ups
from app.services.warm_ups import MOST_STEPS, USUAL_STEPS, Today


@dataclass(frozen=True)
class Step:
    """One day of the plan; `state` is past, today or coming."""

    day: str
    letters: str
    state: str
    said: str


def read_steps(text: str) -> list[int]:
    """Numbers as people write them: "50, 100, 1,000" or one a line.

    Raises:
        InvalidInput: something is no number.
    """
    found = [re.sub(r"[,.]", "", one) for one in re.split(r"[\s;]+|,\s+", text.strip()) if one.strip(",.")]
    if any(not (one.isascii() and one.isdigit() and len(one) <= 12) for one in found):  # noqa: PLR2004  more is no plan
        raise InvalidInput({"steps": "Write whole numbers with a space or a line between: 50 100 500."})
    if len(found) > MOST_STEPS:
        raise InvalidInput({"steps": f"Write at most {MOST_STEPS} numbers."})
    return [int(one) for one in found]


def warm_up_part(session: Session, domain: str) -> dict[str, Any]:
    """What domain.html shows of it."""
    plan = warm_ups.find_warm_up(session, domain)
    today = warm_ups.today_of(session, plan) if plan else None
    return {
        "warm_up": plan,
        "warm_up_today": today,
        "warm_up_list": steps_of(plan, today) if plan and today else (),
        "warm_up_steps": " ".join(str(step) for step in (plan.steps if plan else USUAL_STEPS)),
        "warm_up_zone": plan.zone if plan else viewer().time_zone,
        "warm_up_zones": zone_choices(),
        "warm_up_problems": {},
    }


def steps_of(plan: WarmUp, today: Today) -> list[Step]:
    said = {
        "past": _("done"),
        "today": _("%(used)s sent today", used=number(today.used)),
        "coming": "",
    }
    steps = []
    for place, letters in enumerate(plan.steps, start=1):
        state = "past" if place < today.step else "today" if place == today.step else "coming"
        steps.append(Step(_("Day %(day)s", day=place), number(letters), state, said[state]))
    return steps
