"""What the world's DNS tells of the sender's domain, as findings; whoever asked it hands in `emails.domains` checks."""

from collections.abc import Iterable, Iterator

from emails.domains.checks import DomainCheck, Level
from emails.preflight.report import Finding, Severity

PLACE = "Sender, domain"


def findings_of(checks: Iterable[DomainCheck], *, is_caught: bool) -> Iterator[Finding]:
    """What receivers refuse letters for needs a reason, unless letters are caught and reach nobody anyway."""
    for one in checks:
        if one.level in {Level.BAD, Level.ADVICE}:
            refused = one.level is Level.BAD and not is_caught
            yield Finding(
                f"domain_{one.id.partition(':')[0]}",
                Severity.REASON if refused else Severity.ADVICE,
                PLACE,
                one.message,
                f"{one.cure} {record_of(one)}".strip() or "Ask your mail provider for the record.",
            )


def record_of(check: DomainCheck) -> str:
    return f"{check.paste.kind} record {check.paste.name}: {check.paste.value}" if check.paste else ""
