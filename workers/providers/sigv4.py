"""Amazon's signature version 4 for one request with a body (their documentation names each step)."""

import hmac
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from hashlib import sha256
from urllib.parse import quote

ALGORITHM = "AWS4-HMAC-SHA256"


@dataclass(frozen=True, slots=True)
class Signer:
    """An access key, and for what it signs."""

    key_id: str
    secret: str = field(repr=False)
    region: str
    service: str


def signed_headers(
    headers: Mapping[str, str], target: str, body: bytes, *, signer: Signer, at: datetime
) -> dict[str, str]:
    """`headers`, Host among them, and those that sign a POST to `target`."""
    stamp = at.astimezone(UTC).strftime("%Y%m%dT%H%M%SZ")
    full = {**headers, "X-Amz-Date": stamp}
    fields = {name.lower(): " ".join(value.split()) for name, value in full.items()}
    names = ";".join(sorted(fields))
    lines = "".join(f"{name}:{fields[name]}\n" for name in sorted(fields))
    canonical = "\n".join(("POST", quote(target, safe="/-_.~"), "", lines, names, sha256(body).hexdigest()))
    day = stamp[:8]
    where = f"{day}/{signer.region}/{signer.service}/aws4_request"
    to_sign = "\n".join((ALGORITHM, stamp, where, sha256(canonical.encode()).hexdigest()))
    key = f"AWS4{signer.secret}".encode()
    for part in (day, signer.region, signer.service, "aws4_request"):
        key = hmac.digest(key, part.encode(), "sha256")
    signature = hmac.digest(key, to_sign.encode(), "sha256").hex()
    told = f"{ALGORITHM} Credential={signer.key_id}/{where}, SignedHeaders={names}, Signature={signature}"
    return {**full, "Authorization": told}
