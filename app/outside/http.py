"""Fetches one public web address for somebody: http and https only, nothing inside our own house, within limits.

No cookies, no proxies, no credentials; each redirect is looked at like the first address.
"""

import re
import ssl
from collections.abc import Callable, Collection
from dataclasses import dataclass
from functools import cache
from urllib.parse import urljoin, urlsplit

import certifi
import httpcore

from app.outside.addresses import is_public, resolve
from app.outside.body import TooLarge, UnknownCoding, read_body
from app.outside.connection import CheckedBackend, Deadline, MayReach, ReachesInside, Resolver, TimeIsUp
from app.outside.web_address import FetchRefused, checked, refusal

__all__ = ["FEEDS", "MAX_BYTES", "PAGES", "PICTURES", "FetchRefused", "Fetched", "Fetcher", "fetch"]

MAX_BYTES = 5 * 1024 * 1024
MAX_SECONDS = 10.0
MAX_REDIRECTS = 5

PAGES = frozenset({"text/html", "application/xhtml+xml", "text/plain", "text/markdown", "text/x-markdown"})
FEEDS = frozenset({"application/rss+xml", "application/atom+xml", "application/rdf+xml", "application/xml", "text/xml"})
PICTURES = frozenset({"image/png", "image/jpeg", "image/gif", "image/webp"})

_REDIRECTS = frozenset({301, 302, 303, 307, 308})
_OK = 200
_USER_AGENT = b"Mozilla/5.0 (compatible; Letterwright)"
_CHARSET = re.compile(r"charset\s*=\s*[\"']?([\w.:-]{2,40})", re.IGNORECASE)
_STATUS = {
    401: "asks for a password. Save the page from your browser and give its file",
    402: "is for payers. Save the page from your browser and give its file",
    403: "does not let programs in. Save the page from your browser and give its file",
    404: "has no such page. Check the address",
    410: "has taken this page down. Look for another address",
    429: "says that it was asked too often. Wait some minutes and try again",
}


@dataclass(frozen=True, slots=True)
class Fetched:
    """What was at an address. `content_type` is bare and in small letters; `charset` "" where nothing said it."""

    data: bytes
    content_type: str
    final_url: str
    charset: str = ""


@cache
def trusting() -> ssl.SSLContext:
    """Trusts what the system trusts, and the usual authorities where it knows none."""
    context = ssl.create_default_context()
    context.load_verify_locations(certifi.where())
    return context


@dataclass(frozen=True, slots=True)
class Fetcher:
    """One way to fetch; the tests' own reaches a server of theirs on 127.0.0.1, the service's only what is public."""

    may_reach: MayReach = lambda address, _port: is_public(address)
    resolver: Resolver = resolve
    seconds: float = MAX_SECONDS
    tls: Callable[[], ssl.SSLContext] = trusting

    def fetch(self, url: str, *, accept: Collection[str] = PAGES | FEEDS, most: int = MAX_BYTES) -> Fetched:
        """What is at a web address, after at most MAX_REDIRECTS redirects. Raises: FetchRefused."""
        deadline = Deadline(self.seconds)
        address = checked(url)
        for _ in range(MAX_REDIRECTS + 1):
            found = self._visit(address, deadline, accept, most)
            if isinstance(found, Fetched):
                return found
            address = checked(found, after=address)
        raise refusal(url, f"it leads on more than {MAX_REDIRECTS} times. Give the address where it ends")

    def _visit(self, address: str, deadline: Deadline, accept: Collection[str], most: int) -> Fetched | str:
        """The answer at one address, or where it leads on to."""
        backend = CheckedBackend(self.may_reach, deadline, self.resolver)
        try:
            with (
                httpcore.ConnectionPool(
                    ssl_context=self.tls(), network_backend=backend, max_connections=1, http1=True, http2=False
                ) as pool,
                pool.stream("GET", address, headers=_headers(address, accept)) as response,
            ):
                return _read(address, response, accept, most)
        except ReachesInside:
            raise refusal(
                address, "its name leads into a private network, where nothing is fetched. Give a public address"
            ) from None
        except (TimeIsUp, httpcore.TimeoutException):
            raise refusal(
                address,
                f"it took longer than {self.seconds:.0f} seconds. Try again, or give the saved page",
            ) from None
        except (httpcore.NetworkError, httpcore.ProtocolError, httpcore.UnsupportedProtocol, ssl.SSLError) as wrong:
            raise refusal(address, _told(wrong)) from wrong


def fetch(url: str, *, accept: Collection[str] = PAGES | FEEDS, most: int = MAX_BYTES) -> Fetched:
    """What is at a public web address. Raises: FetchRefused with its reason and its cure."""
    return Fetcher().fetch(url, accept=accept, most=most)


def _read(address: str, response: httpcore.Response, accept: Collection[str], most: int) -> Fetched | str:
    headers = {name.decode("latin-1").lower(): value.decode("latin-1") for name, value in response.headers}
    if response.status in _REDIRECTS and headers.get("location"):
        return urljoin(address, headers["location"].strip())
    if response.status != _OK:
        told = _STATUS.get(response.status, f"answers with the status {response.status}. Try again later")
        raise refusal(address, f"the site {told}")
    content_type = headers.get("content-type", "").partition(";")[0].strip().lower()
    if content_type and content_type not in accept:
        kinds = "a page, a text or a feed" if "text/html" in accept else "of the kind that is needed"
        raise refusal(address, f"it is “{content_type[:60]}”, not {kinds}. Download it and give the file")
    length = headers.get("content-length", "")
    if length.isdecimal() and int(length) > most:
        raise refusal(address, _too_large(most))
    try:
        data = read_body(response.iter_stream(), headers.get("content-encoding", ""), most)
    except TooLarge:
        raise refusal(address, _too_large(most)) from None
    except UnknownCoding:
        raise refusal(address, "its bytes are packed in a way that is not read. Give the saved page") from None
    charset = _CHARSET.search(headers.get("content-type", ""))
    return Fetched(data, content_type, address, charset[1] if charset else "")


def _headers(address: str, accept: Collection[str]) -> list[tuple[bytes, bytes]]:
    return [
        (b"Host", urlsplit(address).netloc.encode("ascii", "replace")),
        (b"User-Agent", _USER_AGENT),
        (b"Accept", ", ".join([*sorted(accept), "*/*;q=0.1"]).encode()),
        (b"Accept-Encoding", b"gzip, deflate"),
        (b"Connection", b"close"),
    ]


def _told(wrong: Exception) -> str:
    said = str(wrong)
    if "CERTIFICATE_VERIFY_FAILED" in said or isinstance(wrong, ssl.SSLError):
        return "its certificate is not trusted, so nobody knows who answers. Check the address"
    if "resolved" in said:
        return "there is no machine of that name. Check the address"
    return "its machine does not answer as a web server does. Check the address, or try again later"


def _too_large(most: int) -> str:
    return f"it is larger than {most / 1_000_000:.1f} MB, the limit. Save what you need of it and give the file"
