"""What a dry run over everybody found: people whose letter would show a gap, and those whose letter fails."""

from collections.abc import Iterator

from emails.preflight.dry_run import PeopleSeen
from emails.preflight.evidence import PreflightInput
from emails.preflight.places import find_place
from emails.preflight.report import Finding, Severity

MOST_NAMED = 5


def check_people(given: PreflightInput) -> Iterator[Finding]:
    """Says nothing where no dry run was made, and warns where one is still wanted."""
    if given.people is not None:
        yield from gaps(given.people, given)
        yield from failures(given.people)
    elif given.people_awaited and given.compiled:
        names = ", ".join(sorted(given.compiled.fields_without_default)[:MOST_NAMED])
        yield Finding(
            "people_unchecked",
            Severity.REASON,
            "Merge tags",
            f"It is not known yet for whom a gap would show: nobody has looked who lacks {names}.",
            "Give these tags a default, or let the letter be written for every reader: “Check now”, below.",
        )


def gaps(seen: PeopleSeen, given: PreflightInput) -> Iterator[Finding]:
    for name, count in seen.fields.most_common():
        place = find_place(name, given.article, given.plan) or "Merge tags"
        yield Finding(
            "people_gap",
            Severity.REASON,
            place,
            f"For {count:,} of {seen.checked:,} people {{{{ {name} }}}} is empty, and a gap shows.",
            f"Give it a default, for example {{{{ {name} | default('there') }}}}, or fill the field in.",
            count=count,
        )


def failures(seen: PeopleSeen) -> Iterator[Finding]:
    if not seen.failed:
        return
    everybody = seen.failed == seen.checked
    example = next((one["error"] for one in seen.people if one["error"]), "")
    yield Finding(
        "people_failed",
        Severity.BLOCK if everybody else Severity.REASON,
        "Merge tags",
        f"For {seen.failed:,} of {seen.checked:,} people the letter cannot be written; they would get none. {example}",
        "Correct the tag, or the field of these people.",
        count=seen.failed,
    )
