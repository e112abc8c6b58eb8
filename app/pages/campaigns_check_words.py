"""The words in which the page tells of long checks: what each looks at, how far it is, what came of it."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask_babel import format_decimal, ngettext
from flask_babel import gettext as _

from app.models.preflight import CheckKind, CheckStatus
from app.queries.readers import readers_named
from app.services.preflight import CheckNow, Preflight

RENEWED_MS = 1000
MOST_SHOWN = 20


@dataclass(frozen=True, slots=True)
class CheckRow:
    """One line. `tone` is good, warn, bad, live or "" (nothing known); `percent` None where there is no bar."""

    kind: str
    name: str
    state: str
    tone: str
    percent: int | None
    ended_at: datetime | None


@dataclass(frozen=True, slots=True)
class Hit:
    """Somebody whose letter would show a gap, or could not be written."""

    id: int
    name: str
    fields: tuple[str, ...]
    error: str


def checks_part(session: Any, now: Preflight) -> dict[str, Any]:
    """What _checks.html shows."""
    found = {finding.id for finding in now.report.checks}
    return {
        "check_rows": [row_of(one, found) for one in now.checks],
        "people_hit": people_hit(session, now),
        "checks_running": now.is_running,
        "checks_current": now.is_current,
        "renewed_ms": RENEWED_MS if any(one.done for one in now.checks if one.is_open) else 3 * RENEWED_MS,
    }


def people_hit(session: Any, now: Preflight) -> list[Hit]:
    """The first of them by id, with their names."""
    if now.people is None:
        return []
    first = now.people.people[:MOST_SHOWN]
    names = readers_named(session, [one["id"] for one in first])
    return [Hit(one["id"], names[one["id"]], tuple(one["fields"]), one["error"]) for one in first if one["id"] in names]


def name_of(kind: CheckKind) -> str:
    return {
        CheckKind.LINKS: _("Every link opens"),
        CheckKind.PEOPLE: _("The letter written for every reader"),
        CheckKind.SPAM: _("SpamAssassin"),
        CheckKind.DOMAIN: _("The sender's domain in DNS"),
    }[kind]


def row_of(check: CheckNow, found: set[str]) -> CheckRow:
    words, tone = state_of(check, found)
    percent = 100 * check.done // check.total if check.is_open and check.total else None
    ended = None if check.is_open else check.ended_at
    return CheckRow(check.kind.value, name_of(check.kind), words, tone, percent, ended)


def state_of(check: CheckNow, found: set[str]) -> tuple[str, str]:
    """The state in words, and its tone."""
    if check.status is None:
        return _("Not checked yet"), ""
    if check.is_open:
        return far(check), "live"
    if check.status is CheckStatus.FAILED:
        return check.trouble, "warn"
    if not check.is_current:
        return _("Checked before the letter was changed"), ""
    return OUTCOMES[check.kind](check.facts or {}, found)


def far(check: CheckNow) -> str:
    if check.status is CheckStatus.WAITING and not check.done:
        return _("Waits for a worker")
    if not check.total or check.kind is CheckKind.PEOPLE:
        return _("Running")
    return _("%(done)s of %(total)s", done=format_decimal(check.done), total=format_decimal(check.total))


def of_links(facts: dict[str, Any], found: set[str]) -> tuple[str, str]:
    count = len(facts.get("visits", ()))
    if not count:
        return _("There is no link to visit"), "good"
    words = ngettext("%(num)s link visited", "%(num)s links visited", count)
    return (words, "warn") if "link_dead" in found else (words, "good")


def of_people(facts: dict[str, Any], _found: set[str]) -> tuple[str, str]:
    checked, hit = facts.get("checked", 0), facts.get("hit", 0) + facts.get("failed", 0)
    if hit:
        return (
            _("%(hit)s of %(all)s people would see a gap", hit=format_decimal(hit), all=format_decimal(checked)),
            "warn",
        )
    return ngettext(
        "%(people)s person, no gap", "%(people)s people, no gap", checked, people=format_decimal(checked)
    ), ("good")


def of_spam(facts: dict[str, Any], found: set[str]) -> tuple[str, str]:
    if not facts.get("installed"):
        return _("Not installed on this machine"), ""
    points, required = format_decimal(facts["points"]), format_decimal(facts["required"])
    words = _("%(points)s points; %(required)s make spam", points=points, required=required)
    return words, "warn" if "spam_score" in found else "good"


def of_domain(facts: dict[str, Any], found: set[str]) -> tuple[str, str]:
    if not facts.get("known"):
        return _("%(domain)s: DNS tells nothing", domain=facts.get("domain", "")), ""
    is_sound = not any(one.startswith("domain_") for one in found)
    words = (
        _("%(domain)s: nothing is missing", domain=facts["domain"])
        if is_sound
        else _("Something is missing; see below")
    )
    return words, "good" if is_sound else "warn"


OUTCOMES = {
    CheckKind.LINKS: of_links,
    CheckKind.PEOPLE: of_people,
    CheckKind.SPAM: of_spam,
    CheckKind.DOMAIN: of_domain,
}
