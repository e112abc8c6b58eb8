"""Knocks at an address of our own as a mail program does: no cookie, no redirect followed, nobody signed in.

Our own name may lead into our own network (a proxy there); a brand's own name must be public.
"""

import ssl
from dataclasses import dataclass
from urllib.parse import urlsplit

import httpcore

from app.outside.addresses import IpAddress, is_public
from app.outside.connection import CheckedBackend, Deadline, ReachesInside, TimeIsUp
from app.outside.http import trusting
from app.outside.web_address import FetchRefused, checked

MAX_SECONDS = 10.0
MOST_BYTES = 64 * 1024
FORM = b"List-Unsubscribe=One-Click"
BOUNDARY = b"one-click"
PARTS = (
    b'--%b\r\nContent-Disposition: form-data; name="List-Unsubscribe"\r\n\r\nOne-Click\r\n--%b--\r\n'
    % (BOUNDARY, BOUNDARY)
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Knock:
    """What came back: `status` 0 and the reason in `trouble` where nothing did."""

    status: int = 0
    leads_to: str = ""
    sets_cookie: bool = False
    trouble: str = ""
    is_foreign: bool = False


def look(url: str, *, own_host: str) -> Knock:
    return knock("GET", url, own_host=own_host)


def click(url: str, *, own_host: str) -> Knock:
    """The POST of RFC 8058 as a form."""
    headers = ((b"Content-Type", b"application/x-www-form-urlencoded"),)
    return knock("POST", url, own_host=own_host, headers=headers, body=FORM)


def click_in_parts(url: str, *, own_host: str) -> Knock:
    headers = ((b"Content-Type", b"multipart/form-data; boundary=" + BOUNDARY),)
    return knock("POST", url, own_host=own_host, headers=headers, body=PARTS)


def knock(
    method: str, url: str, *, own_host: str, headers: tuple[tuple[bytes, bytes], ...] = (), body: bytes = b""
) -> Knock:
    """One request, one answer. `own_host` is the host (with its port) that may lie in our own network."""
    host = urlsplit(url).netloc

    def may_reach(address: IpAddress, _port: int) -> bool:
        return host.lower() == own_host or is_public(address)

    try:
        return answer_of(method, checked(url), CheckedBackend(may_reach, Deadline(MAX_SECONDS)), headers, body)
    except FetchRefused as refused:
        return Knock(trouble=str(refused).rstrip("."))
    except ReachesInside:
        return Knock(trouble=f"{host} leads into a private network")
    except (TimeIsUp, httpcore.TimeoutException):
        return Knock(trouble=f"{host} does not answer within {MAX_SECONDS:.0f} seconds")
    except (httpcore.NetworkError, httpcore.ProtocolError, ssl.SSLError) as wrong:
        return Knock(trouble=said(wrong, host), is_foreign="CERTIFICATE" in str(wrong).upper())


def answer_of(
    method: str, url: str, backend: CheckedBackend, headers: tuple[tuple[bytes, bytes], ...], body: bytes
) -> Knock:
    host = urlsplit(url).netloc
    told = [(b"Host", host.encode("ascii", "replace")), (b"Accept", b"*/*"), (b"Connection", b"close"), *headers]
    if body:
        told.append((b"Content-Length", str(len(body)).encode()))
    with (
        httpcore.ConnectionPool(ssl_context=trusting(), network_backend=backend, max_connections=1) as pool,
        pool.stream(method, url, headers=told, content=body or None) as response,
    ):
        answer = {name.decode("latin-1").lower(): value.decode("latin-1") for name, value in response.headers}
        read = 0
        for piece in response.iter_stream():
            read += len(piece)
            if read > MOST_BYTES:
                break
        return Knock(response.status, answer.get("location", ""), "set-cookie" in answer)


def said(wrong: Exception, host: str) -> str:
    words = str(wrong)
    if "CERTIFICATE" in words.upper():
        return f"the certificate of {host} is not trusted"
    if "resolved" in words:
        return f"there is no machine called {host}"
    return f"nobody answers at {host}"
