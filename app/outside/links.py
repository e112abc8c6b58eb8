"""Whether a link of a letter opens: asked as `http` fetches, at public machines only, briefly, and without any body."""

import socket
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from enum import StrEnum
from urllib.parse import urljoin, urlsplit

import httpcore

from app.outside.addresses import IpAddress, is_public
from app.outside.connection import CheckedBackend, Deadline, MayReach, ReachesInside, TimeIsUp
from app.outside.http import MAX_REDIRECTS, MAX_SECONDS, Fetcher
from app.outside.reserved_names import is_example
from app.outside.web_address import FetchRefused, checked

AT_ONCE = 8
REFUSALS_OF_HEAD = frozenset({400, 403, 404, 405, 406, 410, 429, 500, 501, 502, 503})
REDIRECTS = frozenset({301, 302, 303, 307, 308})
AGENT = b"Mozilla/5.0 (compatible; Letterwright link check)"


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


def only_public(address: IpAddress, _port: int) -> bool:
    return is_public(address)


def visit_all(addresses: Sequence[str], *, may_reach: MayReach = only_public) -> list[Visit]:
    """One visit for each address, several at once, in the given order."""
    if not addresses:
        return []
    with ThreadPoolExecutor(max_workers=min(AT_ONCE, len(addresses))) as pool:
        return list(pool.map(lambda address: visit(address, may_reach=may_reach), addresses))


def visit(address: str, *, may_reach: MayReach = only_public, seconds: float = MAX_SECONDS) -> Visit:
    """Follows redirects to the end, by HEAD, and by GET where that is refused. Never raises for what the web does."""
    deadline = Deadline(seconds)
    here = address
    try:
        for _hop in range(MAX_REDIRECTS + 1):
            status, leads_to = answer_of(readable(here), deadline, may_reach)
            if not leads_to:
                return Visit(address, status, final=here)
            here = urljoin(here, leads_to)
    except Stopped as stop:
        return Visit(address, trouble=stop.trouble, final=here)
    return Visit(address, trouble=LinkTrouble.LOOPS, final=here)


def readable(address: str) -> str:
    """The address as it is asked for. Raises Stopped for what is none, and for names that are kept for examples."""
    try:
        asked = checked(address)
        host = urlsplit(asked).hostname or ""
    except (FetchRefused, ValueError) as refused:
        raise Stopped(LinkTrouble.UNREADABLE) from refused
    if is_example(host):
        raise Stopped(LinkTrouble.EXAMPLE)
    return asked


def answer_of(address: str, deadline: Deadline, may_reach: MayReach) -> tuple[int, str]:
    """The status, and where it sends on ("" where it does not)."""
    for method in ("HEAD", "GET"):
        status, leads_to = ask(method, address, deadline, may_reach)
        if status not in REFUSALS_OF_HEAD:
            break
    return status, leads_to if status in REDIRECTS else ""


def ask(method: str, address: str, deadline: Deadline, may_reach: MayReach) -> tuple[int, str]:
    """One request, its body unread. Raises Stopped."""
    backend = CheckedBackend(may_reach, deadline)
    try:
        with (
            httpcore.ConnectionPool(ssl_context=Fetcher().tls(), network_backend=backend, max_connections=1) as pool,
            pool.stream(method, address, headers=headers_for(address)) as response,
        ):
            told = {name.lower(): value for name, value in response.headers}
            return response.status, told.get(b"location", b"").decode("latin-1").strip()
    except ReachesInside as error:
        raise Stopped(LinkTrouble.PRIVATE) from error
    except (TimeIsUp, httpcore.TimeoutException) as error:
        raise Stopped(LinkTrouble.SLOW) from error
    except (httpcore.NetworkError, httpcore.ProtocolError, httpcore.UnsupportedProtocol, OSError, ValueError) as error:
        raise Stopped(trouble_of(error)) from error


def headers_for(address: str) -> list[tuple[bytes, bytes]]:
    host = urlsplit(address).netloc.encode("ascii", "replace")
    return [(b"Host", host), (b"User-Agent", AGENT), (b"Accept", b"*/*"), (b"Connection", b"close")]


def trouble_of(error: Exception) -> LinkTrouble:
    """A name that is not there is the link's fault; a resolver that is silent is not."""
    if "CERTIFICATE_VERIFY_FAILED" in str(error):
        return LinkTrouble.CERTIFICATE
    cause: BaseException | None = error
    while cause is not None and not isinstance(cause, socket.gaierror):
        cause = cause.__cause__ or cause.__context__
    known = isinstance(cause, socket.gaierror) and cause.errno != socket.EAI_AGAIN
    return LinkTrouble.NO_HOST if known else LinkTrouble.UNREACHED
