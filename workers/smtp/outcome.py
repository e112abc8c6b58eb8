"""What became of one letter at the mail server. Handing over never raises: it returns one of these.

`reply` is at most 200 printable bytes of what the server said.
"""

from dataclasses import dataclass
from typing import NamedTuple

from app.models.message import Reason


class Sent(NamedTuple):
    """The server took responsibility: a 250 after the dot. A tuple, since nearly every letter makes one."""

    code: int = 250
    enhanced: str = ""
    reply: str = ""
    reason: Reason | None = None


@dataclass(frozen=True, slots=True)
class Refused:
    """Final. `suppress` says that the address itself is bad and must never be written to again."""

    reason: Reason
    code: int | None = None
    enhanced: str = ""
    reply: str = ""
    suppress: bool = False


@dataclass(frozen=True, slots=True)
class Deferred:
    """Not now: another try, counted, by the ladder of `replies.py`."""

    reason: Reason
    code: int | None = None
    enhanced: str = ""
    reply: str = ""


@dataclass(frozen=True, slots=True)
class Unknown:
    """The dot left and no answer came: the letter may have arrived, so it is not sent again by itself."""

    reason: Reason
    code: int | None = None
    enhanced: str = ""
    reply: str = ""


@dataclass(frozen=True, slots=True)
class Untouched:
    """Nothing happened to this person: the row stays pending and no attempt is counted.

    Without a code, we stopped before the letter began; with one, the server refuses what we do, not whom we write to.
    """

    reason: Reason | None = None
    code: int | None = None
    enhanced: str = ""
    reply: str = ""


Outcome = Sent | Refused | Deferred | Unknown | Untouched
