"""Advice on health copy: words that promise what only evidence may promise, and conditions named in the subject."""

import re
from collections.abc import Iterator

from emails.preflight.evidence import PreflightInput
from emails.preflight.places import numbered, plain, words_of
from emails.preflight.report import Finding, Severity

CLAIM = re.compile(
    r"\b(cures?|cured|guaranteed?|guarantees|clinically proven|fda[- ]approved|miracles?|miraculous|no side[- ]effects"
    r"|risk[- ]free|reverses?|prevents?|treats?|treating|breakthrough|100\s?% (?:safe|effective))\b",
    re.IGNORECASE,
)
CONDITION = re.compile(
    r"\b(depress(?:ion|ive)|anxiety|ptsd|bipolar|schizophrenia|autism|adhd|addiction|alcoholism|cancer|tumou?rs?|diabetes"
    r"|hiv|aids|hepatitis|herpes|infertility|pregnan(?:t|cy)|menopause|erectile dysfunction|obesity|eating disorders?"
    r"|dementia|alzheimer(?:’s|'s)?|parkinson(?:’s|'s)?|epilepsy|multiple sclerosis|chronic pain|incontinence)\b",
    re.IGNORECASE,
)


def check_claims(given: PreflightInput) -> Iterator[Finding]:
    for place, text in [("Subject", given.plan.subject), ("Title", plain(given.article.title)), *blocks_of(given)]:
        words = found(CLAIM, text)
        if words:
            yield Finding(
                "claim",
                Severity.ADVICE,
                place,
                f"Promises of health need competent and reliable scientific evidence: {', '.join(words)}.",
                "Keep the words only if you can show the evidence; “results not typical” does not replace it.",
                count=len(words),
            )
    conditions = found(CONDITION, given.plan.subject)
    if conditions:
        yield Finding(
            "condition_in_subject",
            Severity.ADVICE,
            "Subject",
            f"The subject names a health condition ({', '.join(conditions)}); whoever sees the inbox learns of it.",
            "Leave the condition for the letter itself.",
            count=len(conditions),
        )


def blocks_of(given: PreflightInput) -> Iterator[tuple[str, str]]:
    return ((place, words_of(block)) for place, block in numbered(given.article))


def found(pattern: re.Pattern[str], text: str) -> list[str]:
    """The different words found, in order, as they were first written."""
    words: dict[str, str] = {}
    for match in pattern.finditer(text):
        words.setdefault(match.group().casefold(), match.group())
    return list(words.values())
