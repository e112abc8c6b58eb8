"""Passwords: which are good enough, and how they are kept (argon2id). Called by `sign_in` and `users`."""

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from app.errors import InvalidInput

SHORTEST = 15
LONGEST = 200
FEWEST_LETTERS = 6
GUESSED_FIRST = ("password", "qwerty", "123456", "letmein", "letterwright", "abcdef", "iloveyou", "welcome", "admin")

_hasher = PasswordHasher(time_cost=2, memory_cost=19 * 1024, parallelism=1)
_nobodys = "$argon2id$v=19$m=19456,t=2,p=1$U3ScKyIrffUyb0oKtbWlHw$t1jq8CGGIQNAd2Mbi6DA9SMlttswQgdacVl138HVKl0"
"""A hash as costly as any, of words that nobody knows any more; made beforehand, since one takes 40 ms."""


def check_strength(password: str, *, email: str = "") -> None:
    """Raises InvalidInput for a password that is too short, too long, or guessed first."""
    if len(password) < SHORTEST:
        raise InvalidInput({"password": f"Use at least {SHORTEST} characters; four words in a row are good."})
    if len(password) > LONGEST:
        raise InvalidInput({"password": f"Use at most {LONGEST} characters."})
    rest = password.casefold()
    for guess in (*GUESSED_FIRST, *(part for part in email.casefold().split("@") if part)):
        rest = rest.replace(guess, "")
    if len(set(rest)) < FEWEST_LETTERS:
        raise InvalidInput({"password": "This one is among the first that are guessed; use other words."})


def hash_password(password: str) -> str:
    return _hasher.hash(password)


def is_right(password_hash: str, password: str) -> bool:
    """Whether the password fits; takes as long where there is none to compare with."""
    try:
        _hasher.verify(password_hash or _nobodys, password[: LONGEST + 1])
    except (VerificationError, InvalidHashError):
        return False
    return bool(password_hash)
