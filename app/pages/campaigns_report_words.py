"""How a report says its figures: every one with its denominator in words, and small totals not at all."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from babel.numbers import format_percent
from flask_babel import get_locale, ngettext
from flask_babel import gettext as _

from app.database.session import Session
from app.models import Campaign, Tracking
from app.pages.wording import number
from app.queries.campaign_figures import Figures, figures_so_far
from app.queries.campaign_report import Report, report_of
from app.queries.openings import Span, Split, links_of, over_time
from app.queries.tallies import ENDED

FEWEST_SHOWN = 5
"""A total without people that is smaller is not told: it could be somebody."""
MOST_HOURS = 96


@dataclass(frozen=True)
class Figure:
    """One figure of the report: `part` of `whole` in words, its share, and the brand's usual share."""

    label: str
    value: str
    of: str
    share: str
    usual: str
    note: str = ""


@dataclass(frozen=True)
class Part:
    """One stretch of a split bar, in thousandths of those who could be counted."""

    verdict: str
    words: str
    count: int
    share: str
    start: float
    width: float


def share(part: float, whole: float) -> str:
    """A share as in "12.4%"; nothing where there is no whole."""
    return str(format_percent(part / whole, "#,##0.#%", locale=get_locale())) if whole else ""


def usual_words(usual: float | None) -> str:
    return _("usually %(share)s", share=share(usual, 1)) if usual is not None else _("no usual yet")


def shown_total(count: int) -> str:
    """A total of events, where nobody keeps whose they were."""
    return _("fewer than 5") if 0 < count < FEWEST_SHOWN else number(count)


def report_part(session: Session, campaign: Campaign) -> dict[str, Any]:
    """What the templates of a report use; while it leaves, only what has happened so far."""
    if campaign.status not in ENDED:
        figures = figures_so_far(session, campaign)
        return {"ended": False, "spans": (), "figures": figures, "sentence": opened_sentence(figures)}
    report = report_of(session, campaign)
    figures = report.figures
    people = figures.tracking is Tracking.PEOPLE
    kept = report.kept
    spans = () if not people else kept.spans if kept else over_time(session, campaign.id)
    by_day = len(spans) > MOST_HOURS
    links = links_of(session, campaign.id, people=people, clicked=kept.links if kept else None)
    return {
        "ended": True,
        "figures": figures,
        "sentence": opened_sentence(figures),
        "rows": figure_rows(report),
        "splits": splits(figures) if people else (),
        "spans": in_days(spans) if by_day else spans,
        "by_day": by_day,
        "links": () if figures.tracking is Tracking.OFF else links,
        "people": people,
        "refusals": [(refusal_words(kind), count) for kind, count in report.refusals.items()],
        "reasons": [(leaving_words(reason), count) for reason, count in report.reasons.items()],
        "own_words": report.own_words,
    }


def in_days(hours: tuple[Span, ...]) -> tuple[Span, ...]:
    """Hours put together to days of UTC."""
    days: dict[datetime, Span] = {}
    for one in hours:
        start = one.start.replace(hour=0)
        day = days.get(start, Span(start, Split(), Split()))
        days[start] = Span(start, day.opened + one.opened, day.clicked + one.clicked)
    return tuple(days.values())


def opened_sentence(figures: Figures) -> str:
    """What is known of openings and clicks, and how surely."""
    if figures.tracking is Tracking.OFF:
        return _("Openings and clicks were not counted: tracking was off for this letter.")
    opened, clicked = figures.opened, figures.clicked
    if figures.tracking is Tracking.TOTALS:
        return _(
            "Opened %(opened)s times and clicked %(clicked)s times. Only totals are kept, not whose they were.",
            opened=shown_total(opened.human),
            clicked=shown_total(clicked.human),
        )
    if not opened.total and not clicked.total:
        return _("Nobody has opened it yet, as far as can be told.")
    said = _(
        "%(opened)s of %(counted)s people opened it, as far as can be told, and %(clicked)s clicked.",
        opened=number(opened.human),
        counted=number(figures.counted),
        clicked=number(clicked.human),
    )
    return f"{said} {perhaps(opened)}".strip()


def perhaps(opened: Split) -> str:
    if not opened.undecided:
        return ""
    return ngettext(
        "%(figure)s more may have opened it; a privacy service hides who it was.",
        "%(figure)s more may have opened it; privacy services hide who it was.",
        opened.undecided,
        figure=number(opened.undecided),
    )


def figure_rows(report: Report) -> list[Figure]:
    figures, usual = report.figures, report.usual
    letters = _("of %(count)s letters", count=number(figures.messages))
    accepted = _("of %(count)s accepted", count=number(figures.accepted))
    return [
        Figure(
            _("Accepted by their mail server"),
            number(figures.accepted),
            letters,
            share(figures.accepted, figures.messages),
            "",
        ),
        *hit_rows(report),
        Figure(
            _("Unsubscribed"),
            number(figures.unsubscribed),
            accepted,
            share(figures.unsubscribed, figures.accepted),
            usual_words(usual.unsubscribed),
        ),
        Figure(
            _("Refused"), number(figures.refused), letters, share(figures.refused, figures.messages),
            usual_words(usual.refused),
        ),
        Figure(
            _("Reported as spam"),
            number(report.complained),
            accepted,
            share(report.complained, figures.accepted),
            "",
            _("As far as mail providers have told us."),
        ),
    ]  # fmt: skip


def hit_rows(report: Report) -> list[Figure]:
    """Openings and clicks: people for sure; times where only totals are kept; nothing where nothing is."""
    figures, usual = report.figures, report.usual
    if figures.tracking is Tracking.OFF:
        return []
    parts = ((_("Opened"), figures.opened, usual.opened), (_("Clicked"), figures.clicked, usual.clicked))
    if figures.tracking is Tracking.TOTALS:
        times = _("times, by people as far as can be told")
        return [Figure(label, shown_total(split.human), times, "", "") for label, split, _usual in parts]
    of = _("of %(count)s people", count=number(figures.counted))
    return [
        Figure(
            label,
            number(split.human),
            of,
            share(split.human, figures.counted),
            usual_words(middle),
            _("%(count)s more undecided", count=number(split.undecided)) if split.undecided else "",
        )
        for label, split, middle in parts
    ]


def splits(figures: Figures) -> list[tuple[str, str, list[Part]]]:
    return [
        (_("Opened"), "opened", split_parts(figures.opened, figures.counted)),
        (_("Clicked"), "clicked", split_parts(figures.clicked, figures.counted)),
    ]


def split_parts(split: Split, counted: int) -> list[Part]:
    parts, start = [], 0.0
    for verdict, words in verdict_words().items():
        count = getattr(split, verdict)
        width = min(1000 * count / max(counted, 1), 1000 - start)
        parts.append(Part(verdict, words, count, share(count, counted), start, width))
        start += width
    return parts


def verdict_words() -> dict[str, str]:
    return {
        "human": _("people, as far as can be told"),
        "undecided": _("undecided"),
        "automated": _("programs, which count as nobody"),
    }


def refusal_words(kind: str) -> str:
    return {
        "address_bad": _("the address does not exist"),
        "policy": _("their provider refuses our mail"),
        "mailbox_full": _("the mailbox is full"),
    }.get(kind, _("another reason"))


def leaving_words(reason: str) -> str:
    known = {
        "too_many": _("too many letters"),
        "not_for_me": _("not for them"),
        "never_asked": _("never asked for it"),
        "other": _("another reason"),
    }
    return known.get(reason, reason.replace("_", " "))
