"""The result of pre-flight: findings with a severity, a place in words and a cure, and the same as JSON."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from enum import StrEnum


class Severity(StrEnum):
    """`block` cannot be overridden; `reason` needs a written reason, which is kept; `advice` is advice."""

    BLOCK = "block"
    REASON = "reason"
    ADVICE = "advice"


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that is not right. `place` is words for a person; `count` says how often it was found."""

    id: str
    severity: Severity
    place: str
    message: str
    cure: str
    count: int = 1

    def to_json(self) -> dict[str, object]:
        return {
            "id": self.id,
            "severity": self.severity.value,
            "place": self.place,
            "message": self.message,
            "cure": self.cure,
            "count": self.count,
        }

    @classmethod
    def from_json(cls, data: Mapping[str, object]) -> "Finding":
        return cls(
            id=str(data["id"]),
            severity=Severity(str(data["severity"])),
            place=str(data["place"]),
            message=str(data["message"]),
            cure=str(data["cure"]),
            count=int(str(data["count"])),
        )


@dataclass(frozen=True, slots=True)
class PreflightReport:
    """All findings, in the order of the checks. `override` is the written reason, "" where none was given."""

    checks: tuple[Finding, ...]
    override: str = ""

    @property
    def blocks(self) -> tuple[Finding, ...]:
        return self.of(Severity.BLOCK)

    @property
    def reasons(self) -> tuple[Finding, ...]:
        return self.of(Severity.REASON)

    @property
    def advice(self) -> tuple[Finding, ...]:
        return self.of(Severity.ADVICE)

    @property
    def passed(self) -> bool:
        """No block, and no finding that still waits for a written reason."""
        return not self.blocks and (not self.reasons or bool(self.override.strip()))

    def of(self, severity: Severity) -> tuple[Finding, ...]:
        return tuple(finding for finding in self.checks if finding.severity is severity)

    def overridden(self, reason: str) -> "PreflightReport":
        """The same report with a written reason; blocks stay blocks."""
        return replace(self, override=reason.strip())

    def to_json(self) -> dict[str, object]:
        """The document `{"passed", "checks": [...]}` that commands print and campaigns keep."""
        return {"passed": self.passed, "checks": [finding.to_json() for finding in self.checks]}

    def to_text(self) -> str:
        """`to_json()` as readable text, one document."""
        return json.dumps(self.to_json(), ensure_ascii=False, indent=2) + "\n"
