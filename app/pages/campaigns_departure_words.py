"""How pages say when a campaign's letters leave, what they wait for, and how the first ones did."""

from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from typing import Any
from zoneinfo import ZoneInfo

from babel.dates import get_day_names
from babel.numbers import format_percent
from flask_babel import get_locale, ngettext
from flask_babel import gettext as _

from app.database.session import Session
from app.models import Campaign, CampaignStatus, DeparturePlan, HoldCause, Sender, WaitsFor
from app.pages.wording import local_time, number, zone_name
from app.queries.books import Books
from app.queries.canary_figures import canary_figures
from app.services import canaries, warm_ups
from app.services.departure_plans import find_plan, has_canary, hours_of
from app.services.signing_keys import domain_of


@dataclass(frozen=True)
class RateRow:
    """One rate of the first letters as "2 of 100 (2%)", with the share that holds the rest."""

    name: str
    words: str
    limit: str
    is_high: bool


def day_names() -> list[tuple[str, str, str]]:
    """Number, short and whole name of each day of the week."""
    short, whole = (get_day_names(width, locale=get_locale()) for width in ("abbreviated", "wide"))
    return [(str(day), short[day], whole[day]) for day in range(7)]


def clock_text(minute: int) -> str:
    return f"{minute // 60:02}:{minute % 60:02}"


def local_text(moment: datetime, zone: str) -> str:
    """As an input for day and time wants it."""
    return moment.astimezone(ZoneInfo(zone)).strftime("%Y-%m-%dT%H:%M")


def departure_sentence(plan: DeparturePlan) -> str:
    """The plan in a sentence, as the step's heading."""
    parts = [first_words(plan)] if has_canary(plan) else []
    if not hours_of(plan).always:
        parts.append(hours_words(plan))
    if plan.finish_by:
        parts.append(_("done by %(when)s", when=local_time(plan.finish_by, zone_key=plan.zone)))
    return ", ".join(parts) or _("all at once, at any hour")


def first_words(plan: DeparturePlan) -> str:
    minutes = ngettext("%(num)s minute", "%(num)s minutes", plan.canary_minutes)
    if plan.canary_percent is not None:
        return _("first %(share)s%%, then %(minutes)s to look", share=plan.canary_percent, minutes=minutes)
    count = plan.canary_count or 0
    return ngettext(
        "first %(figure)s person, then %(minutes)s to look",
        "first %(figure)s people, then %(minutes)s to look",
        count,
        figure=number(count),
        minutes=minutes,
    )


def hours_words(plan: DeparturePlan) -> str:
    """As "Mon–Fri, 09:00–17:00 Paris"."""
    days = days_words(plan.days)
    whole_day = (plan.from_minute - plan.to_minute) % 1440 == 0
    times = "" if whole_day else f"{clock_text(plan.from_minute)}–{clock_text(plan.to_minute)}"
    return f"{', '.join(filter(None, (days, times)))} {zone_name(plan.zone)}"


def days_words(days: str) -> str:
    """Three days in a row or more are told by the first and the last."""
    short = {day: name for day, name, _whole in day_names()}
    if not days:
        return _("every day")
    words = []
    for _key, run in groupby(enumerate(days), key=lambda one: int(one[1]) - one[0]):
        names = [short[day] for _place, day in run]
        words += [f"{names[0]}–{names[-1]}"] if len(names) > 2 else names  # noqa: PLR2004  two are told as two
    return ", ".join(words)


def departing(session: Session, campaign: Campaign, books: Books) -> dict[str, Any]:
    """What the live part says of the plan: for what it waits, how the first letters did, and what is to come."""
    plan = find_plan(session, campaign.id)
    if plan is None or campaign.status in {CampaignStatus.SENT, CampaignStatus.CANCELLED}:
        return {"wait": "", "wait_title": "", "first_rates": (), "departure_lines": (), "may_let_go": False}
    waits_for = plan.waits_for if campaign.status == CampaignStatus.WAITING else None
    judged = waits_for is WaitsFor.CANARY or campaign.hold_cause is HoldCause.CANARY
    return {
        "wait": wait_words(session, campaign, plan, books) if waits_for else "",
        "wait_title": WAIT_TITLES[waits_for]() if waits_for else "",
        "first_rates": rate_rows(session, campaign, plan) if judged else (),
        "departure_lines": lines(session, campaign, plan),
        "may_let_go": waits_for is WaitsFor.CANARY,
    }


WAIT_TITLES = {
    WaitsFor.CANARY: lambda: _("The first letters have left"),
    WaitsFor.HOURS: lambda: _("Outside its hours"),
    WaitsFor.QUOTA: lambda: _("Enough for today"),
}


def wait_words(session: Session, campaign: Campaign, plan: DeparturePlan, books: Books) -> str:
    to_go = books.pending + books.deferred
    when = local_time(plan.waits_until) if plan.waits_until else ""
    if plan.waits_for is WaitsFor.CANARY and any(rate.is_high for rate in rate_rows(session, campaign, plan)):
        return _(
            "Some of the first letters did badly, so the other %(figure)s are about to be held.", figure=number(to_go)
        )
    if plan.waits_for is WaitsFor.CANARY:
        return _(
            "The other %(figure)s wait until %(when)s. Then they leave by themselves, unless the first ones do badly.",
            figure=number(to_go),
            when=when,
        )
    if plan.waits_for is WaitsFor.HOURS:
        return _(
            "Letters of this campaign leave %(hours)s. The other %(figure)s go on %(when)s.",
            hours=hours_words(plan),
            figure=number(to_go),
            when=when,
        )
    return quota_words(session, campaign, to_go, when)


def quota_words(session: Session, campaign: Campaign, to_go: int, when: str) -> str:
    warm_up = warm_ups.find_warm_up(session, warm_ups.domain_of_campaign(session, campaign.id))
    if warm_up is None:
        return _("The other %(figure)s go on in a moment.", figure=number(to_go))
    today = warm_ups.today_of(session, warm_up)
    return _(
        "%(domain)s is warming up: %(used)s of %(quota)s letters have left today. "
        "%(figure)s letters wait until %(when)s, and tomorrow %(next)s may leave.",
        domain=today.domain,
        used=number(today.used),
        quota=number(today.quota),
        figure=number(to_go),
        when=when,
        next=number(today.steps[min(today.step, len(today.steps) - 1)]),
    )


def rate_rows(session: Session, campaign: Campaign, plan: DeparturePlan) -> tuple[RateRow, ...]:
    names = {
        "bounce": _("Refused or sent back"),
        "complaint": _("Reported as spam"),
        "deferral": _("Put off by mail servers"),
        "unsubscribe": _("Unsubscribed"),
    }
    found = canaries.rates(plan, canary_figures(session, campaign))
    return tuple(
        RateRow(
            names[rate.name],
            _(
                "%(part)s of %(whole)s (%(share)s)",
                part=number(rate.part),
                whole=number(rate.whole),
                share=percent(rate.percent),
            ),
            _("held from %(share)s", share=percent(rate.limit)),
            rate.is_reached,
        )
        for rate in found
    )


def percent(share: float) -> str:
    """A share in percent as in "0.3%"."""
    return str(format_percent(share / 100, "#,##0.##%", locale=get_locale()))


def lines(session: Session, campaign: Campaign, plan: DeparturePlan) -> tuple[str, ...]:
    """What is still to come of the plan, while it leaves."""
    found = []
    if campaign.status == CampaignStatus.SENDING and canaries.holds_back(session, campaign):
        minutes = ngettext("%(num)s minute", "%(num)s minutes", plan.canary_minutes)
        found.append(
            _(
                "These are the first letters. The rest waits until they have left and %(minutes)s have passed.",
                minutes=minutes,
            )
        )
    if plan.waits_for is not WaitsFor.HOURS and not hours_of(plan).always:
        found.append(_("Letters leave %(hours)s.", hours=hours_words(plan)))
    if plan.finish_by:
        when = local_time(plan.finish_by, zone_key=plan.zone)
        found.append(_("What has not left by %(when)s is left out.", when=when))
    return tuple(found)


def warm_up_words(session: Session, campaign: Campaign, people: int) -> str:
    """What the warm-up of its sender's domain means for a draft to so many people; "" without one."""
    sender = session.get(Sender, campaign.sender_id) if campaign.sender_id else None
    warm_up = warm_ups.find_warm_up(session, domain_of(sender.email)) if sender else None
    if warm_up is None or not people:
        return ""
    today = warm_ups.today_of(session, warm_up)
    days = warm_ups.days_needed(today, people)
    may = ngettext(
        "%(domain)s is warming up: %(figure)s more letter may leave today.",
        "%(domain)s is warming up: %(figure)s more letters may leave today.",
        today.free,
        domain=today.domain,
        figure=number(today.free),
    )
    if days <= 1:
        return may
    return _("%(may)s This campaign needs about %(days)s days, the most engaged people first.", may=may, days=days)
