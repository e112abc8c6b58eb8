"""What the pages of an import say: fields, states, and why a row brought nobody."""

from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel import ngettext

from app.models import ImportBatch, ImportStatus
from app.pages.wording import HOUR, MINUTE, number
from app.queries.imports import ImportProgress
from app.services.import_mapping import FIELD, TARGETS, field_name

STATUS_WORDS = {
    ImportStatus.DRAFT: _l("Waits for your choices"),
    ImportStatus.CHECKING: _l("Being looked through"),
    ImportStatus.CHECKED: _l("Looked through, not started"),
    ImportStatus.RUNNING: _l("People are coming in"),
    ImportStatus.DONE: _l("Done"),
    ImportStatus.FAILED: _l("Stopped by a problem"),
    ImportStatus.CANCELLED: _l("Called off"),
}
STATUS_KIND = {
    ImportStatus.DRAFT: "empty",
    ImportStatus.CHECKING: "live",
    ImportStatus.CHECKED: "empty",
    ImportStatus.RUNNING: "live",
    ImportStatus.DONE: "good",
    ImportStatus.FAILED: "bad",
    ImportStatus.CANCELLED: "",
}
SKIP_WORDS = {
    "duplicate_address": _l("in the file a second time"),
    "erased": _l("erased here on their own wish"),
    "left_there": _l("left, or were cut off, at the old tool"),
    "suppressed": _l("never to be written to"),
    "unconfirmed_there": _l("never confirmed at the old tool"),
    "unsubscribed": _l("left one of these lists here"),
}
DELIMITER_WORDS = {",": _l("commas"), ";": _l("semicolons"), "\t": _l("tabs"), "|": _l("bars")}
ENCODING_WORDS = {
    "utf-8": "UTF-8",
    "utf-16-le": "UTF-16",
    "utf-16-be": "UTF-16",
    "cp1252": "Windows-1252",
    "latin-1": "Latin-1",
}


def target_words() -> dict[str, str]:
    """Every field that a column may be, in the order in which they are offered."""
    words = (
        _("Email address"), _("Whole name"), _("First name"), _("Last name"), _("Language"),
        _("When they agreed"), _("State at the old tool"), _("When they left there"), _("Stopped there: yes or no"),
        _("Gets letters there: yes or no"),
    )  # fmt: skip
    return dict(zip(TARGETS, words, strict=True))


def choices_of(title: str, place: int, chosen: str) -> list[tuple[str, str]]:
    """What one column may be: ignored, a field of ours, or a field of its own."""
    own = FIELD + (field_name(title) or f"column_{place + 1}")
    fields = list(dict.fromkeys((own, chosen))) if chosen.startswith(FIELD) else [own]
    return [
        ("", _("Leave out")),
        *target_words().items(),
        *((one, _("Own field: %(name)s", name=one.removeprefix(FIELD))) for one in fields),
    ]


def sentence_of(batch: ImportBatch) -> str:
    """What became of the file, in one sentence with its denominator."""
    report = batch.report
    rows = number(report.get("rows", 0))
    if batch.status in {ImportStatus.CHECKING, ImportStatus.CHECKED}:
        return _(
            "Of %(rows)s rows, %(created)s would bring somebody new and %(updated)s would add to somebody here.",
            rows=rows, created=number(report["created"]), updated=number(report["updated"]),
        )  # fmt: skip
    return _(
        "Of %(rows)s rows, %(created)s brought somebody new and %(updated)s added to somebody who was here.",
        rows=rows, created=number(report.get("created", 0)), updated=number(report.get("updated", 0)),
    )  # fmt: skip


def standing_of(progress: ImportProgress) -> str:
    pace = _("%(rate)s rows a second", rate=number(progress.rate))
    if progress.seconds_left is None:
        return _("%(percent)d %% read", percent=progress.percent)
    return _("%(percent)d %% read, %(pace)s, %(left)s left", percent=progress.percent, pace=pace, left=about(progress))


def about(progress: ImportProgress) -> str:
    seconds = progress.seconds_left or 0
    if seconds < MINUTE:
        return _("less than a minute")
    if seconds < HOUR:
        return ngettext("about %(num)d minute", "about %(num)d minutes", round(seconds / MINUTE))
    return ngettext("about %(num)d hour", "about %(num)d hours", round(seconds / HOUR))


def figures_of(report: dict[str, Any]) -> list[tuple[str, int]]:
    skipped = sum(report.get("skipped", {}).values())
    return [
        (_("New people"), report.get("created", 0)),
        (_("Added to"), report.get("updated", 0)),
        (_("Unchanged"), report.get("unchanged", 0)),
        (_("Left alone"), skipped),
        (_("Cannot be read"), report.get("rejected_count", 0)),
    ]


def skipped_in_words(report: dict[str, Any]) -> list[tuple[int, str]]:
    return [(count, str(SKIP_WORDS.get(reason, reason))) for reason, count in report.get("skipped", {}).items()]


def dropped_in_words(report: dict[str, Any]) -> list[tuple[int, str]]:
    known = target_words()
    return [(count, known.get(name, name)) for name, count in report.get("dropped", {}).items()]
