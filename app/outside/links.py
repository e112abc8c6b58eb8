"""Whether a link of a letter opens: asked over http or https, at public machines only, briefly, without any body.

Each host is resolved here and the connection goes to the very address that was judged, after each redirect anew, so
that no name can lead into the operator's own network.
"""

import http.client
import ipaddress
import socket
import ssl
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from enum import StrEnum
from urllib.parse import quote, urljoin, urlsplit

import idna

from app.outside import addresses
from app.outside.reserved_names import is_example

SECONDS = 10.0
MOST_REDIRECTS = 5
AT_ONCE = 8
REFUSALS_OF_HEAD = frozenset({400, 403, 404, 405, 406, 410, 429, 500, 501, 502, 503})
REDIRECTS = frozenset({301, 302, 303, 307, 308})
AGENT = "Letterwright link check"
NAT64 = ipaddress.ip_network("64:ff9b::/96")
PORTS = {"http": 80, "https": 443}
KEPT_IN_ADDRESSES = "%/:=&?~#+!$,;'@()*[]"

Judge = Callable[[str], bool]


class LinkTrouble(StrEnum):
    NONE = "none"
    UNREADABLE = "unreadable"
    NO_HOST = "no_host"
    PRIVATE = "private"
    CERTIFICATE = "certificate"
    UNREACHED = "unreached"
    SLOW = "slow"
    LOOPS = "loops"
    EXAMPLE = "example"


@dataclass(frozen=True, slots=True)
class Visit:
    """What became of one address. `status` is the last answer's, 0 where there was none; `final` where it ended."""

    address: str
    status: int = 0
    trouble: LinkTrouble = LinkTrouble.NONE
    final: str = ""


class Stopped(Exception):
    """Why a visit ended without an answer."""

    def __init__(self, trouble: LinkTrouble) -> None:
        super().__init__(trouble.value)
        self.trouble = trouble


def is_public(address: str) -> bool:
    """Whether a numeric address is one of the public internet, also where one family is wrapped into the other."""
    one = ipaddress.ip_address(address.split("%", 1)[0])
    if isinstance(one, ipaddress.IPv6Address):
        inner = one.ipv4_mapped or one.sixtofour or (one.teredo[1] if one.teredo else None)
        if one in NAT64:
            inner = ipaddress.IPv4Address(int(one) & 0xFFFFFFFF)
        if inner is not None:
            return is_public(str(inner))
    return addresses.is_public(one)


def visit_all(addresses: Sequence[str], *, judge: Judge = is_public) -> list[Visit]:
    """One visit for each address, several at once, in the given order."""
    if not addresses:
        return []
    with ThreadPoolExecutor(max_workers=min(AT_ONCE, len(addresses))) as pool:
        return list(pool.map(lambda address: visit(address, judge=judge), addresses))


def visit(address: str, *, judge: Judge = is_public, seconds: float = SECONDS) -> Visit:
    """Follows redirects to the end, by HEAD, and by GET where that is refused. Never raises for what the web does."""
    deadline = time.monotonic() + seconds
    here = address
    try:
        for _hop in range(MOST_REDIRECTS + 1):
            status, leads_to = answer_of(here, deadline, judge)
            if not leads_to:
                return Visit(address, status, final=here)
            here = urljoin(here, leads_to)
    except Stopped as stop:
        return Visit(address, trouble=stop.trouble, final=here)
    return Visit(address, trouble=LinkTrouble.LOOPS, final=here)


def answer_of(address: str, deadline: float, judge: Judge) -> tuple[int, str]:
    """The status, and where it sends on ("" where it does not)."""
    for method in ("HEAD", "GET"):
        status, leads_to = ask(method, address, deadline, judge)
        if status not in REFUSALS_OF_HEAD:
            break
    return status, leads_to if status in REDIRECTS else ""


def ask(method: str, address: str, deadline: float, judge: Judge) -> tuple[int, str]:
    """One request, its body unread. Raises Stopped."""
    scheme, host, port, path = parts_of(address)
    numeric = public_address(host, port, judge)
    connection: http.client.HTTPConnection | None = None
    try:
        connection = connect(scheme, host, (numeric, port), left(deadline))
        connection.request(method, path, headers={"User-Agent": AGENT, "Accept": "*/*", "Connection": "close"})
        if connection.sock is not None:
            connection.sock.settimeout(left(deadline))
        answer = connection.getresponse()
    except ssl.SSLError as error:
        raise Stopped(LinkTrouble.CERTIFICATE) from error
    except TimeoutError as error:
        raise Stopped(LinkTrouble.SLOW) from error
    except (OSError, http.client.HTTPException, ValueError) as error:
        raise Stopped(LinkTrouble.UNREACHED) from error
    else:
        return answer.status, answer.headers.get("Location", "")
    finally:
        if connection is not None:
            connection.close()


def parts_of(address: str) -> tuple[str, str, int, str]:
    """Scheme, host in ASCII, port, path with its query. Raises Stopped."""
    try:
        parts = urlsplit(address)
        host = ascii_name(parts.hostname or "")
        port = parts.port or PORTS.get(parts.scheme, 0)
    except (ValueError, UnicodeError) as error:
        raise Stopped(LinkTrouble.UNREADABLE) from error
    if not host or not port or parts.scheme not in PORTS:
        raise Stopped(LinkTrouble.UNREADABLE)
    path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    return parts.scheme, host, port, quote(path, safe=KEPT_IN_ADDRESSES)


def ascii_name(host: str) -> str:
    """A name as DNS knows it. Raises UnicodeError where there is no such."""
    return host if host.isascii() else idna.encode(host, uts46=True).decode("ascii")


def public_address(host: str, port: int, judge: Judge) -> str:
    """The first numeric address of a host; one that is not public makes the whole host suspect. Raises Stopped."""
    if is_example(host):
        raise Stopped(LinkTrouble.EXAMPLE)
    try:
        found = [str(entry[4][0]) for entry in socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)]
    except (OSError, UnicodeError) as error:
        silent = isinstance(error, socket.gaierror) and error.errno == socket.EAI_AGAIN
        raise Stopped(LinkTrouble.UNREACHED if silent else LinkTrouble.NO_HOST) from error
    if not found:
        raise Stopped(LinkTrouble.NO_HOST)
    if not all(judge(one) for one in found):
        raise Stopped(LinkTrouble.PRIVATE)
    return found[0]


def connect(scheme: str, host: str, target: tuple[str, int], timeout: float) -> http.client.HTTPConnection:
    """A connection to `target`, a numeric address, that speaks to `host`."""
    port = target[1]
    plain = socket.socket(socket.AF_INET6 if ":" in target[0] else socket.AF_INET)
    try:
        plain.settimeout(timeout)
        plain.connect(target)
        if scheme == "https":
            plain = ssl.create_default_context().wrap_socket(plain, server_hostname=host)
    except BaseException:
        plain.close()
        raise
    connection = http.client.HTTPConnection(host, None if port == PORTS[scheme] else port, timeout=timeout)
    connection.sock = plain
    return connection


def left(deadline: float) -> float:
    """The seconds that remain. Raises Stopped where none do."""
    remaining = deadline - time.monotonic()
    if remaining <= 0:
        raise Stopped(LinkTrouble.SLOW)
    return remaining
