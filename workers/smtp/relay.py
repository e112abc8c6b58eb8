"""The mail server letters leave by, as SMTP_URL or a transport row names it."""

import ipaddress
import ssl
from dataclasses import dataclass, field
from enum import StrEnum
from functools import cache
from urllib.parse import SplitResult, parse_qsl, unquote, urlsplit

CONNECTIONS = 10
MOST_CONNECTIONS = 1_000
LETTERS_PER_CONNECTION = 100
SMTP_PORT = 25
SMTPS_PORT = 465
SUBMISSION_PORT = 587


class RelayBroken(ValueError):
    """An SMTP address that cannot be used; `str()` names the part and the cure."""


class StartTls(StrEnum):
    REQUIRE = "require"
    OPPORTUNISTIC = "opportunistic"
    NEVER = "never"


@dataclass(frozen=True, slots=True)
class Timeouts:
    """Patience in seconds, from RFC 5321 4.5.3.2: `block` for the body to leave, `dot` for the answer to it."""

    connect: float = 30
    command: float = 300
    data: float = 120
    block: float = 180
    dot: float = 600
    goodbye: float = 5


@dataclass(frozen=True, slots=True)
class Relay:
    """One way out. `letters` is how many are handed over before a connection is renewed.

    `pipelining` is used where the server offers it; without it every command waits for its reply. `per_minute` is
    what all hosts together may hand over, 0 for as much as it takes.
    """

    host: str
    port: int = SMTP_PORT
    user: str = ""
    password: str = field(default="", repr=False)
    tls: bool = False
    starttls: StartTls = StartTls.OPPORTUNISTIC
    verify: bool = True
    connections: int = CONNECTIONS
    letters: int = LETTERS_PER_CONNECTION
    name: str = ""
    pipelining: bool = True
    per_minute: int = 0
    timeouts: Timeouts = field(default_factory=Timeouts)
    trust: ssl.SSLContext | None = field(default=None, repr=False, compare=False)

    @property
    def address(self) -> str:
        """Host and port, for people; never the password."""
        return f"{self.host}:{self.port}"

    def tls_context(self) -> ssl.SSLContext:
        """Certificates are verified unless the address says `verify=no`."""
        if self.trust is not None:
            return self.trust
        return _usual_context(verify=self.verify)


@cache
def _usual_context(*, verify: bool) -> ssl.SSLContext:
    """Kept, since reading the authorities costs as much as a hundred letters."""
    context = ssl.create_default_context()
    if not verify:
        context.check_hostname = False
        context.verify_mode = ssl.CERT_NONE
    return context


def _split(url: str) -> SplitResult:
    """The parts of an address that names a host and nothing that we do not know."""
    try:
        parts = urlsplit(url.strip())
        _ = parts.port
    except ValueError as error:
        raise RelayBroken(f"SMTP_URL: {error}. Write smtp://host:587 with a port between 1 and 65535.") from None
    if parts.scheme not in {"smtp", "smtps"}:
        raise RelayBroken("SMTP_URL must begin with smtp:// or smtps://, for example smtp://mail.example.org:587")
    if not parts.hostname:
        raise RelayBroken("SMTP_URL names no host. Write smtp://mail.example.org:587")
    if parts.port == 0:
        raise RelayBroken("SMTP_URL: port 0 is no port. Leave it out for the usual one.")
    if parts.path.strip("/") or parts.fragment:
        raise RelayBroken(
            f"SMTP_URL: nothing may stand after the port but ?options; found {parts.path or parts.fragment!r}. "
            "Write % signs, / and # in a password as %25, %2F and %23."
        )
    return parts


def parse_relay(url: str) -> Relay:
    """The relay named by `smtp://user:password@host:587?starttls=require&connections=10` or `smtps://…`.

    Further options: `letters` per connection, `verify=no` for a certificate nobody signed, `name` we greet with,
    `pipelining=no` for a server that offers it and cannot, `per_minute` letters from all hosts together.

    Raises:
        RelayBroken: naming the part that cannot be used and what to write instead.
    """
    parts = _split(url)
    options = _read_options(parts)
    user, password = unquote(parts.username or ""), unquote(parts.password or "")
    if bool(user) != bool(password):
        raise RelayBroken("SMTP_URL: give both user and password (smtp://user:password@host), or neither.")
    tls = parts.scheme == "smtps"
    if tls and "starttls" in options:
        raise RelayBroken("SMTP_URL: smtps:// is encrypted from the start; leave starttls out, or write smtp://.")
    usual = SMTPS_PORT if tls else SUBMISSION_PORT if user else SMTP_PORT
    return Relay(
        host=parts.hostname or "",
        port=parts.port or usual,
        user=user,
        password=password,
        tls=tls,
        starttls=_read_starttls(options, default=StartTls.REQUIRE if user else StartTls.OPPORTUNISTIC),
        verify=_read_yes_or_no(options, "verify"),
        connections=_read_number(options, "connections", default=CONNECTIONS, most=MOST_CONNECTIONS),
        letters=_read_number(options, "letters", default=LETTERS_PER_CONNECTION, most=1_000_000),
        name=_read_name(options),
        pipelining=_read_yes_or_no(options, "pipelining"),
        per_minute=_read_number(options, "per_minute", default=0, most=1_000_000),
    )


KNOWN_OPTIONS = ("starttls", "connections", "letters", "verify", "name", "pipelining", "per_minute")


def _read_options(parts: SplitResult) -> dict[str, str]:
    options = dict(parse_qsl(parts.query, keep_blank_values=True))
    for name in options:
        if name not in KNOWN_OPTIONS:
            raise RelayBroken(f"SMTP_URL: there is no option {name!r}. There are {', '.join(KNOWN_OPTIONS)}.")
    return options


def _read_starttls(options: dict[str, str], *, default: StartTls) -> StartTls:
    given = options.get("starttls", default.value)
    try:
        return StartTls(given.lower())
    except ValueError:
        raise RelayBroken(f"SMTP_URL: starttls is require, opportunistic or never, not {given!r}.") from None


def _read_yes_or_no(options: dict[str, str], name: str) -> bool:
    given = options.get(name, "yes").lower()
    if given not in {"yes", "no"}:
        raise RelayBroken(f"SMTP_URL: {name} is yes or no, not {given!r}.")
    return given == "yes"


def _read_number(options: dict[str, str], name: str, *, default: int, most: int) -> int:
    given = options.get(name, str(default))
    if name not in options:
        return default
    if not (given.isascii() and given.isdigit() and 1 <= int(given) <= most):
        raise RelayBroken(f"SMTP_URL: {name} is a number from 1 to {most}, not {given!r}.")
    return int(given)


def _read_name(options: dict[str, str]) -> str:
    given = options.get("name", "")
    if not given.isascii() or any(not sign.isprintable() or sign.isspace() for sign in given):
        raise RelayBroken("SMTP_URL: name is the host name we greet with, in plain letters.")
    return given


def address_literal(address: str) -> str:
    """How a host without a name greets: RFC 5321 4.1.3."""
    try:
        ip = ipaddress.ip_address(address.split("%", 1)[0])
    except ValueError:
        return "[127.0.0.1]"
    return f"[IPv6:{ip}]" if isinstance(ip, ipaddress.IPv6Address) else f"[{ip}]"
