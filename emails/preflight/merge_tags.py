"""Merge tags: none is broken or unknown, and every one has something to say when a field is empty."""

import re
from collections.abc import Iterator
from difflib import get_close_matches

from emails.errors import TemplateBroken
from emails.preflight.evidence import PreflightInput
from emails.preflight.places import find_place
from emails.preflight.report import Finding, Severity

KNOWN = (
    "subscriber.first_name",
    "subscriber.last_name",
    "subscriber.name",
    "subscriber.email",
    "subscriber.language",
    "brand.name",
    "brand.address",
    "brand.url",
    "campaign.subject",
    "today",
)
ALWAYS_FILLED = frozenset({"subscriber.email", "brand.name", "brand.address", "campaign.subject", "today"})
NAME = re.compile(r"[A-Za-z_]\w*(?:\.[A-Za-z_]\w*)*")
QUOTED = re.compile(r"'[^']*'|\"[^\"]*\"")


def check_merge_tags(given: PreflightInput) -> Iterator[Finding]:
    if given.broken:
        yield broken_tag(given.broken, given)
    if given.compiled and given.people is None and not given.people_awaited:
        yield from without_default(given.compiled.fields_without_default - ALWAYS_FILLED)


def broken_tag(error: TemplateBroken, given: PreflightInput) -> Finding:
    if given.is_source:
        place = f"Source, line {error.line}" if error.line else "Source"
        cure = "Mend it in the source; the problems are listed below it, each with its line."
        return Finding("source", Severity.BLOCK, place, str(error), cure)
    written = find_place(error.tag, given.article, given.plan) if error.tag else ""
    line = f"line {error.line}" if error.line else ""
    place = ", ".join(part for part in (written or "Letter", line, error.tag or "") if part)
    unknown = unknown_field(error.tag or "")
    if not unknown:
        cure = "Correct the tag, or write it as plain words. Example: {{ subscriber.first_name | default('there') }}."
        return Finding("merge_tag_broken", Severity.BLOCK, place, str(error), cure)
    return Finding("merge_tag_unknown", Severity.BLOCK, place, str(error), suggestion(unknown))


def unknown_field(tag: str) -> str:
    """The first name in a tag that looks like a field but is none; filters and words of the language are no fields."""
    expression = QUOTED.sub("", tag.strip("{}% ")).split("|", 1)[0]
    for name in NAME.findall(expression):
        looks_like_field = "." in name or expression.strip() == name
        if looks_like_field and name not in KNOWN and not re.fullmatch(r"field\.\w+", name):
            return str(name)
    return ""


def suggestion(name: str) -> str:
    meant = nearest(name)
    hint = f"Did you mean {{{{ {meant} }}}}? " if meant else ""
    return f"{hint}The fields are {', '.join(KNOWN)} and field.<name> for your own."


def nearest(name: str) -> str:
    """The field that was probably meant: the same last part first, then the same look; "" where none is near."""
    lasts = {known.rpartition(".")[2]: known for known in reversed(KNOWN)}
    last = name.rpartition(".")[2].lower()
    if last in lasts:
        return lasts[last]
    alike = get_close_matches(name.lower(), KNOWN, n=1)
    if alike:
        return alike[0]
    return next((lasts[found] for found in get_close_matches(last, lasts, n=1)), "")


def without_default(fields: frozenset[str]) -> Iterator[Finding]:
    if not fields:
        return
    names = sorted(fields)
    yield Finding(
        "merge_tag_default",
        Severity.ADVICE,
        "Merge tags",
        f"Without a default, a gap shows for people who lack: {', '.join(names)}.",
        f"Give a default, for example {{{{ {names[0]} | default('there') }}}}.",
        count=len(names),
    )
