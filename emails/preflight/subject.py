"""The subject line: there is one, and it fits."""

import re
from collections.abc import Iterator

from emails.preflight.addresses import LEFTOVER
from emails.preflight.evidence import PreflightInput
from emails.preflight.report import Finding, Severity

LONGEST = 60
FALSE_REPLY = re.compile(r"^\s*(re|fwd?|aw|wg|tr|rv)\s*:", re.IGNORECASE)


def check_subject(given: PreflightInput) -> Iterator[Finding]:
    shown = given.rendered.subject if given.rendered else given.plan.subject
    if not shown.strip() or not given.plan.subject.strip():
        yield Finding(
            "subject_empty",
            Severity.BLOCK,
            "Subject",
            "The subject is empty.",
            "Write a subject of up to 60 characters.",
        )
        return
    if len(given.plan.subject.strip().splitlines()) > 1:
        yield advice("subject_lines", "The subject holds line breaks; they become spaces.", "Write it on one line.")
    if given.rendered and len(shown) > LONGEST:
        yield advice(
            "subject_long",
            f"The subject has {len(shown)} characters; phones show about {LONGEST}.",
            f"Shorten it to {LONGEST}, or put the important words first.",
        )
    if FALSE_REPLY.match(shown):
        yield advice(
            "subject_false_reply",
            "The subject looks like a reply or a forwarded mail, which this letter is not.",
            "Leave the prefix away: a misleading subject is against CAN-SPAM and annoys readers.",
        )
    if given.rendered and LEFTOVER.search(shown):
        yield Finding(
            "subject_leftover",
            Severity.REASON,
            "Subject",
            "The subject shows braces or another program's tag to the reader.",
            "Write a merge tag of the list, such as {{ subscriber.first_name | default('there') }}, or plain words.",
        )


def advice(identity: str, message: str, cure: str) -> Finding:
    return Finding(identity, Severity.ADVICE, "Subject", message, cure)
