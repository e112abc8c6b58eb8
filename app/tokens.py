"""Purpose-bound signed tokens for letters, a keyed hash for suppressed addresses, and seals for what is kept secret.

A letter token is base64url(key id, number, mac); each purpose has its own key, so that none opens another's door.
"""

import hashlib
import hmac
import secrets
from base64 import urlsafe_b64decode, urlsafe_b64encode
from binascii import Error as Base64Error
from binascii import b2a_base64
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from enum import StrEnum

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from app.config import Settings
from app.errors import NotFound

MAC_SIZE = 16
NUMBER_SIZE = 6
KEY_ID_SIZE = 2
TOKEN_LENGTH = 32
NONCE_SIZE = 12
_URL_SAFE = bytes.maketrans(b"+/", b"-_")
PROBES_FROM = 1 << (8 * NUMBER_SIZE - 1)
"""The upper half of the numbers that fit: message ids and drawn numbers stay far below."""


class Purpose(StrEnum):
    """What a token may be used for; the value is part of its key. CONFIRM, WELCOME: a sign-up; REQUEST: a wish."""

    TRACK = "track"
    UNSUBSCRIBE = "unsubscribe"
    PREFERENCES = "preferences"
    VIEW = "view"
    CONFIRM = "confirm"
    REQUEST = "request"
    WELCOME = "welcome"
    FORM_TIME = "form-time"
    FORM_AGAIN = "form-again"
    PROOF_OF_WORK = "proof-of-work"
    MESSAGE_ID = "message-id"
    SEAL = "seal"


@dataclass(frozen=True)
class Keyring:
    """Keys by id and purpose: the first id signs, all verify. The suppression key is never rotated."""

    ids: tuple[bytes, ...]
    keys: dict[tuple[bytes, Purpose], bytes]
    suppression: bytes


_current: list[Keyring] = []


def init_tokens(settings: Settings, *, suppression_key: str) -> None:
    """Derives this process's keys from the settings' secrets; the suppression key is kept in the database."""
    ids: list[bytes] = []
    keys: dict[tuple[bytes, Purpose], bytes] = {}
    for secret in (settings.secret, *settings.secret_previous):
        root = hashlib.blake2b(secret.encode(), person=b"lw-root").digest()
        key_id = hashlib.blake2b(root, digest_size=KEY_ID_SIZE, person=b"lw-id").digest()
        ids.append(key_id)
        for purpose in Purpose:
            keys[key_id, purpose] = hmac.digest(root, purpose.value.encode(), "sha256")
    suppression = hmac.digest(suppression_key.encode(), b"suppression", "sha256")
    _current[:] = [Keyring(tuple(ids), keys, suppression)]


def keyring() -> Keyring:
    if not _current:
        raise RuntimeError("init_tokens(settings) has not been called in this process")
    return _current[0]


def probe_number() -> int:
    """A number that no message ever has, for a letter that a house sends to itself."""
    return PROBES_FROM + secrets.randbelow(PROBES_FROM)


def is_probe(number: int) -> bool:
    return number >= PROBES_FROM


def unused_number() -> int:
    """A row's id for tokens that must stay its own: drawn, so that rows made after a restore never take it over."""
    return 1 + secrets.randbelow(2 ** (8 * NUMBER_SIZE - 2))


def current_key_id() -> str:
    """The id of the key that signs now, as campaigns keep it (hex)."""
    return keyring().ids[0].hex()


def knows_key(key_id: str) -> bool:
    """Whether what was signed by the key of this id (hex) is still understood."""
    return bytes.fromhex(key_id) in keyring().ids


def mac(purpose: Purpose, number: int, *, key_id: str | None = None) -> bytes:
    """The raw MAC of `number` for `purpose`. Raises NotFound where the key is no longer on the ring."""
    return mac_maker(purpose, key_id=key_id)(number)


def sign(purpose: Purpose, number: int, *, key_id: str | None = None) -> str:
    """A token of 32 characters for `number` (a message id; 0 belongs to nobody: test letters)."""
    return token_maker(purpose, key_id=key_id)(number)


def mac_maker(purpose: Purpose, *, key_id: str | None = None) -> Callable[[int], bytes]:
    """`mac` for many numbers; the key is looked up and taken in once."""
    ring = keyring()
    key = ring.keys.get((bytes.fromhex(key_id) if key_id else ring.ids[0], purpose))
    if key is None:
        raise NotFound("The key this was signed with is no longer in LETTERWRIGHT_SECRET_PREVIOUS.")
    fresh = hashlib.blake2b(key=key, digest_size=MAC_SIZE).copy

    def make(number: int) -> bytes:
        one = fresh()
        one.update(number.to_bytes(NUMBER_SIZE, "big"))
        return one.digest()

    return make


def token_maker(purpose: Purpose, *, key_id: str | None = None) -> Callable[[int], str]:
    """`sign` for many numbers."""
    make = mac_maker(purpose, key_id=key_id)
    wanted = bytes.fromhex(key_id) if key_id else keyring().ids[0]

    def make_token(number: int) -> str:
        raw = wanted + number.to_bytes(NUMBER_SIZE, "big") + make(number)
        return b2a_base64(raw, newline=False).translate(_URL_SAFE).decode("ascii")

    return make_token


def verify(purpose: Purpose, token: str) -> int:
    """The number a token was signed for.

    Raises:
        NotFound: forged, damaged, of another purpose, or signed by a key that is gone.
    """
    refused = NotFound("This link is not complete or was not made by us.")
    if len(token) != TOKEN_LENGTH or not token.isascii():
        raise refused
    try:
        raw = urlsafe_b64decode(token)
    except (Base64Error, ValueError):
        raise refused from None
    key_id = raw[:KEY_ID_SIZE]
    number = int.from_bytes(raw[KEY_ID_SIZE : KEY_ID_SIZE + NUMBER_SIZE], "big")
    if (key_id, purpose) not in keyring().keys or urlsafe_b64encode(raw).decode("ascii") != token:
        raise refused
    if not hmac.compare_digest(raw[KEY_ID_SIZE + NUMBER_SIZE :], mac(purpose, number, key_id=key_id.hex())):
        raise refused
    return number


def seal(secret: bytes, about: str) -> str:
    """`secret` under AES-GCM, for the database: base64url(key id, nonce, sealed). Opens only with the same `about`."""
    ring = keyring()
    nonce = secrets.token_bytes(NONCE_SIZE)
    sealed = AESGCM(ring.keys[ring.ids[0], Purpose.SEAL]).encrypt(nonce, secret, about.encode())
    return urlsafe_b64encode(ring.ids[0] + nonce + sealed).decode("ascii")


def unseal(sealed: str, about: str) -> bytes:
    """What was sealed.

    Raises:
        NotFound: by a secret that is gone, about something else, or damaged.
    """
    try:
        raw = urlsafe_b64decode(sealed)
        key = keyring().keys[raw[:KEY_ID_SIZE], Purpose.SEAL]
        start = KEY_ID_SIZE + NONCE_SIZE
        return AESGCM(key).decrypt(raw[KEY_ID_SIZE:start], raw[start:], about.encode())
    except (Base64Error, ValueError, KeyError, InvalidTag):
        raise NotFound("It was sealed with a secret that is not in LETTERWRIGHT_SECRET_PREVIOUS any more.") from None


def suppression_hash(address_key: str) -> str:
    """The keyed hash by which an address stays known after the address itself is erased (hex, 32 characters)."""
    return hashlib.blake2b(address_key.encode(), key=keyring().suppression, digest_size=16).hexdigest()


def suppression_hashes(address_keys: Iterable[str]) -> list[str]:
    """The same for many addresses; the key is taken in once."""
    fresh = hashlib.blake2b(key=keyring().suppression, digest_size=16).copy
    found = []
    for address_key in address_keys:
        one = fresh()
        one.update(address_key.encode())
        found.append(one.hexdigest())
    return found


def lasting_id(name: str) -> str:
    """An id (hex, 32 characters) that this house gives to `name` for ever, whatever secrets and addresses become."""
    return hashlib.blake2b(name.encode(), key=keyring().suppression, digest_size=16, person=b"lasting-id").hexdigest()
