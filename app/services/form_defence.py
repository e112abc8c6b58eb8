"""What a form asks of whoever presses its button: a signed time, and a puzzle (ALTCHA) that costs a bot more than us.

No cookie, no session: both travel in the page. The database sees to it that a solved puzzle counts once.
"""

import hashlib
import secrets
from datetime import datetime, timedelta
from typing import Any

from altcha import Payload, create_challenge, verify_solution

from app.clock import now
from app.errors import NotFound
from app.tokens import Purpose, mac, sign, verify

FASTEST_SECONDS = 2
FASTEST_SECOND_PRESS_SECONDS = 1
STAMP_HOURS = 24
SECOND_STAMP_HOURS = 1
PUZZLE_HOURS = 24
# About a second of a laptop's work, three of a telephone's, done while one types; a few milliseconds of ours.
PUZZLE_ROUNDS = 5_000
FEWEST_TRIES, MOST_TRIES = 60, 260
PUZZLE_KIND = "PBKDF2/SHA-256"
LONGEST_SOLUTION = 4096
_FORM_BITS = 15


def stamp(form_id: int, moment: datetime, *, second: bool = False) -> str:
    """When a form was shown, signed. `second` marks the page that asks for one more press."""
    purpose = Purpose.FORM_AGAIN if second else Purpose.FORM_TIME
    return sign(purpose, int(moment.timestamp()) << _FORM_BITS | form_id % (1 << _FORM_BITS))


def is_timely(token: str, form_id: int, *, second: bool = False) -> bool:
    """Whether this form was shown neither a moment ago nor too long ago."""
    try:
        number = verify(Purpose.FORM_AGAIN if second else Purpose.FORM_TIME, token)
    except NotFound:
        return False
    if number % (1 << _FORM_BITS) != form_id % (1 << _FORM_BITS):
        return False
    age = now().timestamp() - (number >> _FORM_BITS)
    fastest = FASTEST_SECOND_PRESS_SECONDS if second else FASTEST_SECONDS
    longest = SECOND_STAMP_HOURS if second else STAMP_HOURS
    return fastest <= age <= timedelta(hours=longest).total_seconds()


def puzzle(form_id: int) -> dict[str, Any]:
    """A fresh challenge as the ALTCHA client reads it; how many tries it takes is known to us only."""
    tries = FEWEST_TRIES + secrets.randbelow(MOST_TRIES - FEWEST_TRIES)
    made = create_challenge(
        PUZZLE_KIND,
        PUZZLE_ROUNDS,
        counter=tries,
        expires_at=now() + timedelta(hours=PUZZLE_HOURS),
        data={"form": form_id},
        hmac_secret=secret_for("challenge"),
        hmac_key_secret=secret_for("key"),
    )
    return dict(made.to_dict())


def solved(solution: str, form_id: int) -> str | None:
    """The name of the puzzle that this solves, to be counted once; None where it solves none of this form's."""
    if not solution or len(solution) > LONGEST_SOLUTION or not solution.isascii():
        return None
    verdict = verify_solution(solution, secret_for("challenge"), hmac_key_secret=secret_for("key"))
    if not verdict.verified:
        return None
    challenge = Payload.from_base64(solution).challenge
    if (challenge.parameters.data or {}).get("form") != form_id:
        return None
    return hashlib.sha256(str(challenge.signature).encode()).hexdigest()


def secret_for(use: str) -> str:
    return f"{mac(Purpose.PROOF_OF_WORK, 0).hex()}.{use}"
