"""A public DKIM key as a domain publishes it (RFC 6376 3.6.1, RFC 8463)."""

import base64
import binascii
from dataclasses import dataclass

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
from cryptography.hazmat.primitives.serialization import load_der_public_key

from emails.domains.dns import Dns

SHORTEST_BITS = 1024
ADVISED_BITS = 2048


@dataclass(frozen=True, slots=True)
class DkimRecord:
    """`trouble` says why receivers cannot use it, "" where they can. `key` is the DER, empty when withdrawn."""

    name: str
    kind: str = "rsa"
    bits: int = 0
    key: bytes = b""
    is_test: bool = False
    trouble: str = ""


def read_tags(record: str) -> dict[str, str]:
    """`v=DKIM1; k=rsa; p=…` as a dictionary; white space within values is taken out (RFC 6376 3.2)."""
    pairs = (part.split("=", 1) for part in record.split(";") if "=" in part)
    return {name.strip().lower(): "".join(value.split()) for name, value in pairs}


def find_dkim(domain: str, selector: str, dns: Dns) -> DkimRecord | None:
    """The key under `<selector>._domainkey.<domain>`; None where there is none. Raises LookupBroken."""
    name = f"{selector}._domainkey.{domain}"
    records = [text for text in dns.texts(name) if "p=" in text.replace(" ", "")]
    if not records:
        return None
    if len(records) > 1:
        return DkimRecord(name, trouble=f"there are {len(records)} keys under one name; receivers may take either")
    return read_record(name, records[0])


def read_record(name: str, record: str) -> DkimRecord:
    tags = read_tags(record)
    kind, is_test = tags.get("k", "rsa").lower(), "y" in tags.get("t", "").lower().split(":")
    if tags.get("v", "DKIM1") != "DKIM1":
        return DkimRecord(name, kind, is_test=is_test, trouble="its v= is not DKIM1")
    if not tags.get("p"):
        return DkimRecord(name, kind, is_test=is_test, trouble="the key was withdrawn (p= is empty)")
    try:
        key = base64.b64decode(tags["p"], validate=True)
        if kind == "ed25519":
            return DkimRecord(name, kind, 256, key, is_test, "" if len(key) == 32 else "p= is no Ed25519 key")  # noqa: PLR2004  bytes
        public = load_der_public_key(key)
    except (binascii.Error, ValueError, UnsupportedAlgorithm):
        return DkimRecord(name, kind, is_test=is_test, trouble="p= holds no key; was it cut when it was pasted?")
    if not isinstance(public, RSAPublicKey):
        return DkimRecord(name, kind, is_test=is_test, trouble="p= holds a key of another kind than k= says")
    weak = f"the key has {public.key_size} bits, and receivers want {SHORTEST_BITS} at least"
    return DkimRecord(name, kind, public.key_size, key, is_test, weak if public.key_size < SHORTEST_BITS else "")
