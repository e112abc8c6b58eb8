"""What a spam filter said, as a finding: near its limit advice, above it a reason must be given."""

from collections.abc import Iterator, Sequence

from emails.preflight.report import Finding, Severity

NEAR = 0.6
MOST_NAMED = 4


def findings_of(points: float, required: float, rules: Sequence[tuple[float, str]]) -> Iterator[Finding]:
    """`rules` are points and the filter's own words for them, the heaviest first."""
    if points < required * NEAR:
        return
    named = "; ".join(f"{words} ({weight:.1f})" for weight, words in rules[:MOST_NAMED])
    is_spam = points >= required
    yield Finding(
        "spam_score",
        Severity.REASON if is_spam else Severity.ADVICE,
        "Whole letter",
        f"SpamAssassin gives {points:.1f} points, and takes letters of {required:.1f} for spam. It names: {named}.",
        "Change what it names, and check again.",
    )
