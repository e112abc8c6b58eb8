"""The letter says which language it speaks, so that screen readers pronounce it rightly."""

import re
from collections.abc import Iterator

from emails.preflight.evidence import PreflightInput
from emails.preflight.report import Finding, Severity

TAG = re.compile(r"[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8})*")
UNDETERMINED = frozenset({"und", "mul", "zxx", "mis"})


def check_language(given: PreflightInput) -> Iterator[Finding]:
    declared = given.page.language if given.page else given.plan.language.strip()
    if not is_language(declared):
        yield Finding(
            "language",
            Severity.REASON,
            "Language",
            f"“{declared}” is not a language." if declared else "The letter does not say which language it is in.",
            "Choose the campaign's language, for example en or pt-BR.",
        )
    elif given.article.language and main_part(given.article.language) != main_part(declared):
        yield Finding(
            "language_differs",
            Severity.ADVICE,
            "Language",
            f"The article is in {given.article.language}, the letter says {declared}.",
            "Choose the language that the article is written in.",
        )


def is_language(tag: str) -> bool:
    return bool(TAG.fullmatch(tag)) and main_part(tag) not in UNDETERMINED


def main_part(tag: str) -> str:
    return tag.replace("_", "-").split("-", 1)[0].strip().lower()
