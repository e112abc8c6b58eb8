"""What a mail server's reply means for one letter: one table, with its thresholds, and the ladder of further tries.

Called by `session.py`, which knows where in the conversation a reply came; it does no I/O and stores nothing.
"""

import re
from datetime import timedelta
from enum import StrEnum

from app.models.message import Reason
from workers.smtp.outcome import Deferred, Outcome, Refused, Sent, Unknown, Untouched
from workers.smtp.reply import Reply, printable

LADDER = (
    timedelta(minutes=5),
    timedelta(minutes=15),
    timedelta(minutes=45),
    timedelta(hours=2),
    timedelta(hours=6),
    timedelta(hours=12),
)
EXPIRES = timedelta(hours=48)
COMPLETED = 2
SERVICE_CLOSING = 421
GO_AHEAD = 354


class Stage(StrEnum):
    """Where a conversation stands: the command whose reply is awaited."""

    CONNECT = "connect"
    GREETING = "greeting"
    EHLO = "EHLO"
    STARTTLS = "STARTTLS"
    AUTH = "AUTH"
    MAIL = "MAIL"
    RCPT = "RCPT"
    DATA = "DATA"
    BODY = "body"
    DOT = "dot"


# Before MAIL no letter is concerned; up to the dot the server cannot have taken one.
BEFORE_A_LETTER = {Stage.CONNECT, Stage.GREETING, Stage.EHLO, Stage.STARTTLS, Stage.AUTH}
ABOUT_US = {Stage.MAIL, Stage.DATA}

ADDRESS_BAD = {"5.1.1", "5.1.2", "5.1.3", "5.1.6", "5.1.10", "5.2.1", "5.4.4"}
SOFT = {"5.2.2", "4.2.2", "5.3.4"}
SOFT_CODE = 552
POLICY = {"5.1.7", "5.1.8"}
POLICY_PREFIX = "5.7."
_POLICY_WORDS = re.compile(
    r"\b(?:anti-?)?spam\b|\bspammer|\bblocked\b|\bblock-?list|\bblack-?list|\bdeny-?list|\bdnsbl\b|\brbl\b",
    re.IGNORECASE,
)
_ADDRESSES = re.compile(r"<[^>]*>|\S*@\S*")


def judge(stage: Stage, reply: Reply) -> Outcome:
    """The outcome of a letter whose command at `stage` got `reply`; for the dot that includes success."""
    if stage is Stage.DOT and reply.code // 100 == COMPLETED:  # as nearly all are
        return Sent(reply.code, reply.enhanced, reply.text)
    if stage in BEFORE_A_LETTER:
        return Untouched(None, reply.code, reply.enhanced, reply.text)
    kind = reply.code // 100
    if kind == 5:  # noqa: PLR2004  the class of permanent refusals
        return _refusal(stage, reply)
    if kind == 4:  # noqa: PLR2004  the class of temporary refusals
        reason = Reason.MAILBOX_FULL if reply.enhanced in SOFT else Reason.TEMPORARY
        return Deferred(reason, reply.code, reply.enhanced, reply.text)
    if stage is not Stage.DOT:
        return Deferred(Reason.CONNECTION_LOST, reply.code, reply.enhanced, reply.text)
    return Unknown(Reason.CONNECTION_LOST, reply.code, reply.enhanced, reply.text)


def _refusal(stage: Stage, reply: Reply) -> Outcome:
    enhanced, text = reply.enhanced, reply.text
    about_us = _is_policy(enhanced, text)
    if stage in ABOUT_US:
        reason = Reason.POLICY if about_us else Reason.REFUSED_OTHERWISE
        return Untouched(reason, reply.code, enhanced, text)
    # Before the address: whoever calls us spammers may do so with 5.1.1, and nobody is suppressed in doubt.
    if about_us:
        return Refused(Reason.POLICY, reply.code, enhanced, text)
    if stage is Stage.RCPT and enhanced in ADDRESS_BAD:
        return Refused(Reason.ADDRESS_BAD, reply.code, enhanced, text, suppress=True)
    if enhanced in SOFT or reply.code == SOFT_CODE:
        return Refused(Reason.MAILBOX_FULL, reply.code, enhanced, text)
    return Refused(Reason.REFUSED_OTHERWISE, reply.code, enhanced, text)


def _is_policy(enhanced: str, text: str) -> bool:
    if enhanced.startswith(POLICY_PREFIX) or enhanced in POLICY:
        return True
    return _POLICY_WORDS.search(_ADDRESSES.sub("", text)) is not None


def judge_lost(stage: Stage, why: str) -> Outcome:
    """The outcome of a letter whose connection was dropped, timed out or talked nonsense at `stage`."""
    said = printable(why.encode("utf-8", "replace"))
    if stage in BEFORE_A_LETTER:
        return Untouched(None, reply=said)
    if stage is Stage.DOT:
        return Unknown(Reason.CONNECTION_LOST, reply=said)
    return Deferred(Reason.CONNECTION_LOST, reply=said)


def next_try(attempts: int) -> timedelta | None:
    """How long to wait after the `attempts`-th try failed; None once another wait would pass 48 hours."""
    steps = [LADDER[min(step, len(LADDER) - 1)] for step in range(attempts)]
    return steps[-1] if sum(steps, timedelta()) <= EXPIRES else None
