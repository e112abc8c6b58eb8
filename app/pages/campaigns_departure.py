"""How a campaign leaves, on its page: first to a few, at which hours, until when; and letting the rest go."""

from collections.abc import Mapping
from typing import Any
from zoneinfo import available_timezones

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app.database.session import Session, reading, transaction
from app.errors import InvalidInput
from app.models import Campaign, DeparturePlan
from app.pages.campaigns_departure_words import clock_text, day_names, departure_sentence, local_text
from app.pages.guards import needs, viewer
from app.permissions import Act, can
from app.services import departures, gates
from app.services.campaigns import get_campaign
from app.services.departure_plans import find_plan, plan_of
from app.services.departures import BEFORE_THE_LEDGER, ENDED, TypedCanary, TypedTimes

blueprint = Blueprint("campaigns_departure", __name__, url_prefix="/campaigns/<int:campaign_id>")


@blueprint.post("/departure")
@needs(Act.SEND)
def save(campaign_id: int) -> ResponseReturnValue:
    """Keeps the whole plan before it leaves; hours and end alone once it is on its way."""
    try:
        with transaction() as session:
            if get_campaign(session, campaign_id).status in BEFORE_THE_LEDGER:
                departures.plan_departure(session, campaign_id, typed_canary(), typed_times(), user_id=viewer().id)
            else:
                departures.change_times(session, campaign_id, typed_times(), user_id=viewer().id)
    except InvalidInput as error:
        return answer(campaign_id, error.fields), 422
    return answer(campaign_id, {})


@blueprint.post("/let-go")
@needs(Act.SEND)
def let_rest_go(campaign_id: int) -> ResponseReturnValue:
    with transaction() as session:
        gates.let_rest_go(session, campaign_id, user_id=viewer().id)
    return redirect(url_for("campaigns.show", campaign_id=campaign_id), 303)


def answer(campaign_id: int, problems: Mapping[str, str]) -> Any:
    """The part alone for scripts; without them the page again, or where something is wrong, that part on a page."""
    with reading() as session:
        campaign = get_campaign(session, campaign_id)
        part = departure_part(session, campaign, problems=problems, saved=not problems)
        if "HX-Request" in request.headers:
            return render_template("pages/campaigns/_departure.html", **part)
        if problems:
            return render_template("pages/campaigns/departure.html", **part)
    flash(_("Saved."), "good")
    return redirect(url_for("campaigns.show", campaign_id=campaign_id), 303)


def typed_canary() -> TypedCanary:
    form = request.form
    return TypedCanary(
        first=form.get("first", ""),
        unit=form.get("unit", "people"),
        minutes=form.get("minutes", ""),
        bounce_limit=form.get("bounce_limit", ""),
        complaint_limit=form.get("complaint_limit", ""),
        deferral_limit=form.get("deferral_limit", ""),
        unsubscribe_limit=form.get("unsubscribe_limit", ""),
    )


def typed_times() -> TypedTimes:
    form = request.form
    return TypedTimes(
        days=form.getlist("days"),
        opens=form.get("opens", ""),
        closes=form.get("closes", ""),
        zone=form.get("departure_zone", ""),
        finish_by=form.get("finish_by", ""),
    )


def departure_part(
    session: Session, campaign: Campaign, *, problems: Mapping[str, str] | None = None, saved: bool = False
) -> dict[str, Any]:
    """Everything that _departure.html uses; what was typed and refused stands in its fields again."""
    plan = plan_of(session, campaign.id)
    zone = plan.zone if find_plan(session, campaign.id) is not None else viewer().time_zone
    return {
        "campaign": campaign,
        "departure_sentence": departure_sentence(plan),
        "departure_problems": problems or {},
        "departure_saved": saved,
        "departure_open": bool(problems) or saved,
        "departure_typed": typed_again() if problems else as_typed(plan, zone),
        "departure_zones": sorted(available_timezones()),
        "departure_days": day_names(),
        "may_choose_first": campaign.status in BEFORE_THE_LEDGER,
        "may_plan": can(viewer().role, Act.SEND) and campaign.status not in ENDED,
    }


def as_typed(plan: DeparturePlan, zone: str) -> dict[str, Any]:
    percent = plan.canary_percent is not None
    first = plan.canary_percent if percent else plan.canary_count
    limits = ("bounce_limit", "complaint_limit", "deferral_limit", "unsubscribe_limit")
    return {
        "first": "" if first is None else str(first),
        "unit": "percent" if percent else "people",
        "minutes": str(plan.canary_minutes),
        **{name: f"{getattr(plan, name):g}" for name in limits},
        "days": list(plan.days) or list("0123456"),
        "opens": clock_text(plan.from_minute),
        "closes": clock_text(plan.to_minute),
        "zone": zone,
        "finish_by": local_text(plan.finish_by, zone) if plan.finish_by else "",
    }


def typed_again() -> dict[str, Any]:
    typed: dict[str, Any] = request.form.to_dict()
    return {**typed, "days": request.form.getlist("days"), "zone": request.form.get("departure_zone", "")}
