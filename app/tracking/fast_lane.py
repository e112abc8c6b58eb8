"""A WSGI layer before Flask: `/o/<token>.gif` and `/c/<number>/<token>`, answered in the fewest steps.

The token is verified without the database and the hit kept in the spool; then the picture, or the way on to the address
in our own table where that is at hand. Everything else, and every trouble, goes on to the doors behind.
"""

import time
from collections.abc import Iterable
from http import HTTPStatus
from typing import TYPE_CHECKING

from werkzeug.urls import iri_to_uri

from app.errors import NotFound
from app.readers.answers import PRIVATE_HEADERS
from app.services.hits import CLICK, LARGEST_LINK, OPEN, line_of
from app.tokens import TOKEN_LENGTH, Purpose, verify
from app.tracking.addresses import Addresses
from app.tracking.spool import Spool

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

PIXEL = bytes.fromhex("47494638396101000100800000000000ffffff21f90401000000002c00000000010001000002024401003b")
"""A transparent GIF of one dot, 43 bytes."""
PIXEL_HEADERS = [("Content-Type", "image/gif"), ("Content-Length", str(len(PIXEL))), *PRIVATE_HEADERS]
OPEN_PREFIX, OPEN_SUFFIX, CLICK_PREFIX = "/o/", ".gif", "/c/"
OPEN_LENGTH = len(OPEN_PREFIX) + TOKEN_LENGTH + len(OPEN_SUFFIX)
READS = ("GET", "HEAD")
FOUND = f"{HTTPStatus.FOUND.value} FOUND"


class FastLane:
    """`addresses` is shared with the door that finds what is not at hand."""

    def __init__(self, inner: "WSGIApplication", spool: Spool, addresses: Addresses) -> None:
        self.inner = inner
        self.spool = spool
        self.addresses = addresses

    def __call__(self, environ: "WSGIEnvironment", start_response: "StartResponse") -> Iterable[bytes]:
        path = environ.get("PATH_INFO", "")
        if environ["REQUEST_METHOD"] in READS:
            if path.startswith(OPEN_PREFIX) and len(path) == OPEN_LENGTH and path.endswith(OPEN_SUFFIX):
                return self.show_pixel(path, environ, start_response)
            if path.startswith(CLICK_PREFIX):
                return self.follow(path, environ, start_response)
        return self.inner(environ, start_response)

    def show_pixel(self, path: str, environ: "WSGIEnvironment", start_response: "StartResponse") -> Iterable[bytes]:
        """The picture, whatever the token is: a broken picture would only make a letter ugly."""
        message_id = known(path[len(OPEN_PREFIX) : -len(OPEN_SUFFIX)])
        if message_id:
            self.spool.keep(line_of(OPEN, message_id, 0, environ, time.time_ns() // 1_000_000))
        start_response("200 OK", list(PIXEL_HEADERS))
        return [] if environ["REQUEST_METHOD"] == "HEAD" else [PIXEL]

    def follow(self, path: str, environ: "WSGIEnvironment", start_response: "StartResponse") -> Iterable[bytes]:
        number, _slash, token = path[len(CLICK_PREFIX) :].partition("/")
        message_id = known(token)
        if message_id and number.isdecimal() and number.isascii() and len(number) <= len(str(LARGEST_LINK)):
            link = int(number)
            self.spool.keep(line_of(CLICK, message_id, link, environ, time.time_ns() // 1_000_000))
            address = self.addresses.at_hand(message_id, link)
            if address:
                start_response(FOUND, [("Location", in_header(address)), ("Content-Length", "0"), *PRIVATE_HEADERS])
                return []
        return self.inner(environ, start_response)


def known(token: str) -> int:
    """The message of a letter's token; 0 for test letters and for what we did not sign."""
    try:
        return verify(Purpose.TRACK, token)
    except NotFound:
        return 0


def in_header(address: str) -> str:
    """An address as a header may hold it."""
    is_plain = address.isascii() and address.isprintable() and " " not in address
    return address if is_plain else iri_to_uri(address)
