"""The preheader: the line that the inbox shows after the subject."""

import re
from collections.abc import Iterator

from emails.preflight.evidence import PreflightInput
from emails.preflight.page import squeeze
from emails.preflight.report import Finding, Severity

SHORTEST, LONGEST = 40, 130
TAG = re.compile(r"\{[{%].*?[}%]\}", re.DOTALL)


def check_preheader(given: PreflightInput) -> Iterator[Finding]:
    """Merge tags count as nothing, for their length differs from reader to reader."""
    written = squeeze(given.plan.preheader)
    length = len(squeeze(TAG.sub("", written)))
    if not written:
        yield advice(
            "preheader_empty",
            "There is no preview line; inboxes show the first words of the letter instead.",
            f"Write one of {SHORTEST} to {LONGEST} characters that goes on where the subject ends.",
        )
    elif length < SHORTEST:
        yield advice(
            "preheader_short",
            f"The preview line has {length} characters; inboxes have room for more.",
            f"Use {SHORTEST} to {LONGEST} characters.",
        )
    elif length > LONGEST:
        yield advice(
            "preheader_long",
            f"The preview line has {length} characters; inboxes cut it off.",
            f"Use {SHORTEST} to {LONGEST} characters.",
        )


def advice(identity: str, message: str, cure: str) -> Finding:
    return Finding(identity, Severity.ADVICE, "Preview line", message, cure)
