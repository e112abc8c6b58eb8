"""DKIM signatures of our own letters (RFC 6376): rsa-sha256, relaxed/simple, the key loaded once for many letters.

What a domain publishes about a key stands here too; whether it did is asked in `emails/domains`.
"""

import base64
import hashlib
import re
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey, generate_private_key
from cryptography.hazmat.primitives.asymmetric.utils import Prehashed
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
    load_der_private_key,
)

from emails.errors import LetterError

KEY_BITS = 2048
EXPONENT = 65_537
LINE = 74
OVERSIGNED = (
    "from",
    "reply-to",
    "to",
    "cc",
    "subject",
    "date",
    "message-id",
    "list-unsubscribe",
    "list-unsubscribe-post",
)
"""Signed once more than they stand there, so that whoever passes the letter on can add none."""

SIGNED = ("mime-version", "content-type", "list-id", "feedback-id", "auto-submitted")
_END_OF_FIELDS = b"\r\n\r\n"
_BLANKS = re.compile(rb"[ \t]+")
_LABELS = re.compile(r"[a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9_])?(\.[a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9_])?)*")
_RSA_SHA256 = (PKCS1v15(), Prehashed(hashes.SHA256()))


class Signer:
    """Signs for one domain (ASCII form, lower case) with one key, whose record lies under `selector`."""

    def __init__(self, domain: str, selector: str, private_key: bytes) -> None:
        """`private_key` is PKCS #8 in DER, one that we made. Raises LetterError where it, or a name, cannot be used."""
        try:
            # Whether its numbers are primes costs 150 signatures to ask, and whoever seals keys knows that they are.
            key = load_der_private_key(private_key, None, unsafe_skip_rsa_key_validation=True)
        except ValueError:
            raise LetterError("The signing key cannot be read. Make a new one.") from None
        if not isinstance(key, RSAPrivateKey):
            raise LetterError("The signing key is no RSA key. Make a new one.")
        if not (_LABELS.fullmatch(domain) and _LABELS.fullmatch(selector)):
            raise LetterError("A signature names a domain and a selector in lower-case ASCII.")
        self._key = key
        self._start = f"v=1; a=rsa-sha256; c=relaxed/simple;\r\n d={domain};\r\n s={selector}; t=".encode("ascii")

    def sign(self, message: bytes, *, at: datetime) -> bytes:
        """The message with its signature in front. CRLF throughout, and no line of it is dot-stuffed yet.

        Raises:
            LetterError: there is no From field, or no end of the fields.
        """
        end = message.find(_END_OF_FIELDS)
        if end < 0:
            raise LetterError("A message without a body cannot be signed.")
        start = end + len(_END_OF_FIELDS)
        return self.sign_halves(message[:start], message[start:], at=at)

    def sign_halves(self, head: bytes, body: bytes, *, at: datetime) -> bytes:
        """The same, of a message in two: its fields with the empty line that ends them, and its body."""
        fields = unfolded(head.removesuffix(_END_OF_FIELDS))
        plan = plan_for(tuple([field[: field.find(b":")] for field in fields]))
        unsigned = b"%b%d;\r\n h=%b;\r\n bh=%b;\r\n b=" % (
            self._start,
            int(at.timestamp()),
            plan.names,
            _hash_of_body(body),
        )
        lines = [relaxed(fields[place]) for place in plan.places]
        lines.append(b"dkim-signature:" + unsigned.replace(b"\r\n", b""))
        digest = hashlib.sha256(b"\r\n".join(lines)).digest()
        signature = base64.b64encode(self._key.sign(digest, *_RSA_SHA256))
        return b"".join((b"DKIM-Signature: ", unsigned, _folded(signature), b"\r\n", head, body))


@dataclass(frozen=True, slots=True)
class Plan:
    """What is signed of messages with the same fields: `places` of fields in the order of `names`, which is h=, folded.

    Of fields of one name the last is signed first (RFC 6376 5.4.2); a name without a field left stands for none.
    """

    names: bytes
    places: tuple[int, ...]


@lru_cache(maxsize=64)
def plan_for(names: tuple[bytes, ...]) -> Plan:
    """`names` are those of the fields as they stand. Raises LetterError where there is no From."""
    found: dict[str, list[int]] = defaultdict(list)
    for place, name in enumerate(names):
        found[name.strip().lower().decode("latin-1")].append(place)
    if "from" not in found:
        raise LetterError("A message without a From field cannot be signed.")
    signed = [name for name in (*OVERSIGNED, *SIGNED) for _ in range(len(found[name]) + (name in OVERSIGNED))]
    places = tuple(found[name].pop() for name in signed if found[name])
    return Plan(_folded_names(signed), places)


def unfolded(head: bytes) -> list[bytes]:
    """The fields of a head, each on one line."""
    return head.replace(b"\r\n ", b" ").replace(b"\r\n\t", b"\t").split(b"\r\n")


@lru_cache(maxsize=512)
def relaxed(field: bytes) -> bytes:
    """RFC 6376 3.4.2, without its CRLF."""
    name, _, value = field.replace(b"\r\n", b"").partition(b":")
    if b"\t" in value or b"  " in value:
        value = _BLANKS.sub(b" ", value)
    return b"%b:%b" % (name.strip().lower(), value.strip(b" "))


def _folded_names(names: Sequence[str]) -> bytes:
    lines = [""]
    for name in names:
        if len(lines[-1]) + len(name) + 1 > LINE:
            lines.append("")
        lines[-1] += f"{name}:"
    return "\r\n ".join(lines).removesuffix(":").encode("ascii")


def _hash_of_body(body: bytes) -> bytes:
    """RFC 6376 3.4.3: as it stands, with exactly one line end after the last line that is not empty."""
    end = len(body)
    while body.endswith(b"\r\n\r\n", 0, end):
        end -= 2
    hashed = hashlib.sha256(memoryview(body)[:end])
    if end < 2 or not body.endswith(b"\r\n", 0, end):  # noqa: PLR2004  the length of a line end
        hashed.update(b"\r\n")
    return base64.b64encode(hashed.digest())


def _folded(signature: bytes) -> bytes:
    return b"\r\n ".join([signature[place : place + LINE] for place in range(0, len(signature), LINE)])


def new_private_key() -> bytes:
    """A new RSA key of 2048 bits: PKCS #8 in DER."""
    key = generate_private_key(EXPONENT, KEY_BITS)
    return key.private_bytes(Encoding.DER, PrivateFormat.PKCS8, NoEncryption())


def public_half(private_key: bytes) -> bytes:
    """What a domain publishes of it: SubjectPublicKeyInfo in DER."""
    return (
        load_der_private_key(private_key, None)
        .public_key()
        .public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    )


def txt_record(public_key: bytes) -> str:
    """The TXT record of a public key; over 255 octets, which name servers cut into strings themselves."""
    return f"v=DKIM1; k=rsa; p={base64.b64encode(public_key).decode('ascii')}"
