"""Verifies the DKIM signatures of a delivered letter, whoever made them (RFC 6376, RFC 8463)."""

import base64
import binascii
import hashlib
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
from cryptography.hazmat.primitives.serialization import load_der_public_key

from emails.domains.dkim_record import DkimRecord, find_dkim, read_tags
from emails.domains.dns import Dns

MOST_SIGNATURES = 8
NEEDED = ("v", "a", "b", "bh", "d", "h", "s")
KEY_KINDS = {"rsa-sha256": "rsa", "ed25519-sha256": "ed25519"}
_NEXT_FIELD = re.compile(rb"\r\n(?![ \t])")
_NAMED = re.compile(rb"[\x21-\x39\x3b-\x7e]+[ \t]*:")
_BLANKS = re.compile(rb"[ \t]+")
_BLANKS_AT_END = re.compile(rb"[ \t]+(?=\r\n)")
_EMPTY_AT_END = re.compile(rb"(\r\n)+\Z")
_OWN_VALUE = re.compile(rb"((?:^|[;:])[ \t\r\n]*b[ \t\r\n]*=)[^;]*")


@dataclass(frozen=True, slots=True)
class Signature:
    """One signature as receivers see it. `trouble` says why it does not hold, "" where it does.

    `signed` are the names in h=, in small letters.
    """

    domain: str
    selector: str
    signed: tuple[str, ...] = ()
    trouble: str = ""

    @property
    def holds(self) -> bool:
        return not self.trouble


def signatures(message: bytes, dns: Dns) -> tuple[Signature, ...]:
    """Every signature of a message, the uppermost first, eight at most. Raises LookupBroken."""
    head, body = parts(message)
    fields = _NEXT_FIELD.split(head)
    own = [one for one in fields if name_of(one) == "dkim-signature"]
    return tuple(read_signature(one, fields, body, dns) for one in own[:MOST_SIGNATURES])


def parts(message: bytes) -> tuple[bytes, bytes]:
    """The fields and the body of a message; lines that a mailbox ended its own way end in CRLF again."""
    if b"\r\n" not in message:
        message = message.replace(b"\n", b"\r\n")
    head, _, body = message.partition(b"\r\n\r\n")
    return head, body


def name_of(field: bytes) -> str:
    return field.partition(b":")[0].strip().lower().decode("latin-1")


def read_signature(field: bytes, fields: Sequence[bytes], body: bytes, dns: Dns) -> Signature:
    tags = read_tags(field.partition(b":")[2].decode("latin-1"))
    domain, selector = tags.get("d", "").lower(), tags.get("s", "").lower()
    signed = tuple(name.strip().lower() for name in tags.get("h", "").split(":"))
    trouble = next(troubles(field, tags, fields, body, dns), "")
    return Signature(domain, selector, signed, trouble)


def troubles(field: bytes, tags: dict[str, str], fields: Sequence[bytes], body: bytes, dns: Dns) -> Iterator[str]:
    """Why it does not hold; the first reason is the one to tell."""
    if not all(map(_NAMED.match, fields)):
        yield "a line of the letter's head is no header field"
    if unreadable := why_unreadable(tags):
        yield unreadable
        return
    by_head, by_body = ways(tags)
    if base64.b64encode(hash_of_body(body, by_body)).decode("ascii") != tags["bh"]:
        yield "the text of the letter was changed after it was signed"
    key = find_dkim(tags["d"].lower(), tags["s"].lower(), dns)
    if key is None:
        yield f"there is no key at {tags['s']}._domainkey.{tags['d']}"
    elif key.trouble:
        yield f"the key at {key.name} cannot be used: {key.trouble}"
    elif key.kind != KEY_KINDS[tags["a"]]:
        yield f"the key at {key.name} is of another kind"
    elif not fits(key, tags["b"], signed_bytes(field, tags, fields, by_head)):
        yield "a header that it covers was changed after it was signed, or its key is another one"


def ways(tags: dict[str, str]) -> tuple[str, str]:
    """How fields and body were made comparable, as c= names it."""
    by_head, _, by_body = tags.get("c", "simple/simple").partition("/")
    return by_head, by_body or "simple"


def why_unreadable(tags: dict[str, str]) -> str:
    if missing := [name for name in NEEDED if not tags.get(name)]:
        return f"it lacks {missing[0]}="
    if tags["a"] not in KEY_KINDS:
        return f"receivers do not take its kind ({tags['a'][:40]})"
    if {*ways(tags)} - {"simple", "relaxed"}:
        return f"nobody knows its c={tags['c'][:40]}"
    if "from" not in tags["h"].lower().split(":"):
        return "it does not cover From"
    return "it signs only the beginning of the letter (l=)" if "l" in tags else ""


def hash_of_body(body: bytes, way: str) -> bytes:
    """RFC 6376 3.4.3 and 3.4.4."""
    if way == "relaxed":
        body = _BLANKS_AT_END.sub(b"", _BLANKS.sub(b" ", body + b"\r\n"))
    body = _EMPTY_AT_END.sub(b"", body)
    return hashlib.sha256(body + b"\r\n" if body or way == "simple" else body).digest()


def signed_bytes(field: bytes, tags: dict[str, str], fields: Sequence[bytes], way: str) -> bytes:
    """What was hashed of the fields: those in h= from below (RFC 6376 5.4.2), then the signature without its b=."""
    left: dict[str, list[bytes]] = {}
    for one in fields:
        left.setdefault(name_of(one), []).append(one)
    stacks = (left.get(name.strip()) for name in tags["h"].lower().split(":"))
    lines = [canonical(stack.pop(), way) + b"\r\n" for stack in stacks if stack]
    before, _, value = field.partition(b":")
    return b"".join([*lines, canonical(before + b":" + _OWN_VALUE.sub(rb"\1", value), way)])


def canonical(field: bytes, way: str) -> bytes:
    if way == "simple":
        return field
    name, _, value = field.partition(b":")
    return name.strip().lower() + b":" + _BLANKS.sub(b" ", value.replace(b"\r\n", b"")).strip(b" \t")


def fits(key: DkimRecord, given: str, signed: bytes) -> bool:
    try:
        signature = base64.b64decode(given, validate=True)
        if key.kind == "ed25519":
            Ed25519PublicKey.from_public_bytes(key.key).verify(signature, hashlib.sha256(signed).digest())
            return True
        public = load_der_public_key(key.key)
        if isinstance(public, RSAPublicKey):
            public.verify(signature, signed, PKCS1v15(), hashes.SHA256())
            return True
    except (InvalidSignature, binascii.Error, ValueError):
        pass
    return False
