"""INBOX_URL taken apart: which mailbox is read, and the addresses of it that goodbyes are written to."""

from dataclasses import dataclass, field
from ipaddress import ip_address
from urllib.parse import parse_qs, unquote, urlsplit

PORTS = {"imaps": 993, "imap": 143}
LONGEST_LOCAL_PART = 64
LONGEST_NAME = LONGEST_LOCAL_PART - len("+u.") - 32
"""What stands before the plus, so that a token of 32 characters still fits behind it (RFC 5321 4.5.3.1.1)."""
SAMPLE = "imaps://user:password@mail.example.org/INBOX?address=news@example.org"


@dataclass(frozen=True, slots=True)
class InboxAddress:
    """`encrypted` from the first byte, or by `starttls`; neither only on this machine."""

    host: str
    port: int
    user: str
    password: str = field(repr=False)
    folder: str
    address: str
    encrypted: bool
    starttls: bool

    @property
    def name(self) -> str:
        """As people and the database call it; without the password."""
        return f"{self.user}@{self.host}:{self.port}/{self.folder}"

    def goodbye(self, token: str) -> str:
        """An address of this mailbox that carries a token: `news+u.<token>@example.org`."""
        local, _at, domain = self.address.rpartition("@")
        return f"{local}+u.{token}@{domain}"

    def probe(self, number: int) -> str:
        """An address of this mailbox for a letter to ourselves: `news+p.<number>@example.org`."""
        local, _at, domain = self.address.rpartition("@")
        return f"{local}+p.{number:012x}@{domain}"


def inbox_address(url: str) -> InboxAddress:
    """Raises ValueError with what is wrong and how it must look."""
    parts = urlsplit(url)
    host, user, password = parts.hostname or "", unquote(parts.username or ""), unquote(parts.password or "")
    if parts.scheme not in PORTS or not (host and user and password):
        raise ValueError(f"must look like {SAMPLE}, or imap:// for STARTTLS; signs such as @ in the name as %40")
    address = (parse_qs(parts.query).get("address") or [user])[0]
    local, _at, domain = address.rpartition("@")
    if not (local and domain and address.isascii() and " " not in address):
        raise ValueError(f"must say which address the mailbox has: ?address=news@example.org, as in {SAMPLE}")
    if len(local) > LONGEST_NAME or "+" in local:
        raise ValueError(f"needs an address with at most {LONGEST_NAME} characters, none of them +, before its @")
    return InboxAddress(
        host=host,
        port=parts.port or PORTS[parts.scheme],
        user=user,
        password=password,
        folder=unquote(parts.path.lstrip("/")) or "INBOX",
        address=address,
        encrypted=parts.scheme == "imaps",
        starttls=parts.scheme == "imap" and not is_loopback(host),
    )


def is_loopback(host: str) -> bool:
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
