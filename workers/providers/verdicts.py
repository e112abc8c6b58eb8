"""What a provider's answer means for one letter: whom it is about decides, and each provider says whom."""

import json
from collections.abc import Mapping
from enum import Enum, auto
from typing import Any

from app.models.message import Reason
from app.outside.api import ApiReply
from workers.smtp.outcome import Deferred, Outcome, Refused, Sent, Unknown, Untouched
from workers.smtp.reply import printable

TAKEN, TOO_LARGE, LATER_CODES = 2, 413, frozenset({408, 429, 503})
SERVER_FAULT = 5
POLICY_CODES = frozenset({402, 403})


class About(Enum):
    """TAKEN: they have it. ADDRESS: it is not one. GONE: never write there again. US: our account, key or sender.

    LETTER: this one only. LATER: not now. NOBODY_KNOWS: it may have been taken.
    """

    TAKEN = auto()
    ADDRESS = auto()
    GONE = auto()
    US = auto()
    LETTER = auto()
    LATER = auto()
    NOBODY_KNOWS = auto()


def usual(reply: ApiReply, *, is_told: bool) -> About:
    """By the status alone. `is_told`: the answer is the provider's own, in the form it documents, not a gateway's."""
    kind = reply.status // 100
    if kind == TAKEN:
        return About.TAKEN
    if reply.status in LATER_CODES:
        return About.LATER
    if reply.status == TOO_LARGE:
        return About.LETTER
    if kind == SERVER_FAULT:
        return About.LATER if is_told else About.NOBODY_KNOWS
    return About.US


def outcome_of(about: About, reply: ApiReply, said: str) -> Outcome:
    """The outcome, with the status as its code and `said` as what the other side said."""
    told = printable(said.encode("utf-8", "replace"))
    outcomes: dict[About, Outcome] = {
        About.TAKEN: Sent(reply.status, "", told),
        About.ADDRESS: Refused(Reason.ADDRESS_BAD, reply.status, "", told),
        About.GONE: Refused(Reason.ADDRESS_BAD, reply.status, "", told, suppress=True),
        About.LETTER: Refused(Reason.REFUSED_OTHERWISE, reply.status, "", told),
        About.LATER: Deferred(Reason.TEMPORARY, reply.status, "", told),
        About.NOBODY_KNOWS: Unknown(Reason.CONNECTION_LOST, reply.status, "", told),
        About.US: Untouched(
            Reason.POLICY if reply.status in POLICY_CODES else Reason.REFUSED_OTHERWISE, reply.status, "", told
        ),
    }
    return outcomes[about]


def answer_in(reply: ApiReply) -> Mapping[str, Any]:
    """The JSON object of an answer; an empty one where it is none."""
    try:
        found = json.loads(reply.body)
    except ValueError:
        return {}
    return found if isinstance(found, dict) else {}
