"""Believes X-Forwarded-* only from the proxies that operators named; from anybody else the headers are dropped."""

from collections.abc import Iterable
from ipaddress import IPv4Network, IPv6Network, ip_address, ip_network
from typing import TYPE_CHECKING

from app.config import SettingsBroken

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

FORWARDED = ("HTTP_X_FORWARDED_FOR", "HTTP_X_FORWARDED_PROTO", "HTTP_X_FORWARDED_HOST", "HTTP_X_FORWARDED_PORT")
WAS_FORWARDED = "letterwright.forwarded"
"""In the environment of a request: whether a proxy brought it, believed or not."""
SIGNS_OF_A_PROXY = (*FORWARDED, "HTTP_FORWARDED", "HTTP_VIA", "HTTP_X_REAL_IP")
PORT_OF = {"http": "80", "https": "443"}


class TrustedProxies:
    """A WSGI layer; the nearest address that is not a trusted proxy is the visitor's."""

    def __init__(self, inner: "WSGIApplication", trusted: Iterable[str]) -> None:
        self.inner = inner
        self.trusted = tuple(parse_network(one) for one in trusted)

    def __call__(self, environ: "WSGIEnvironment", start_response: "StartResponse") -> Iterable[bytes]:
        environ[WAS_FORWARDED] = any(name in environ for name in SIGNS_OF_A_PROXY)
        told = {name: environ.pop(name, "") for name in FORWARDED}
        if self.is_trusted(environ.get("REMOTE_ADDR", "")):
            self.believe(environ, told)
        return self.inner(environ, start_response)

    def is_trusted(self, address: str) -> bool:
        try:
            known = ip_address(address)
        except ValueError:
            return False
        return any(known in network for network in self.trusted)

    def believe(self, environ: "WSGIEnvironment", told: dict[str, str]) -> None:
        hops = [hop.strip() for hop in told["HTTP_X_FORWARDED_FOR"].split(",") if hop.strip()]
        while hops:
            environ["REMOTE_ADDR"] = hops.pop()
            if not self.is_trusted(environ["REMOTE_ADDR"]):
                break
        scheme = nearest(told["HTTP_X_FORWARDED_PROTO"])
        if scheme in PORT_OF:
            environ["wsgi.url_scheme"] = scheme
        host = nearest(told["HTTP_X_FORWARDED_HOST"])
        if host:
            environ["HTTP_HOST"] = host
            _name, _colon, port = host.rpartition(":")
            environ["SERVER_PORT"] = port if port.isdigit() else PORT_OF[environ["wsgi.url_scheme"]]


def nearest(told: str) -> str:
    """The value that the nearest proxy added: the last of several."""
    return told.rpartition(",")[2].strip()


def parse_network(text: str) -> IPv4Network | IPv6Network:
    try:
        return ip_network(text, strict=False)
    except ValueError as error:
        raise SettingsBroken(
            f"LETTERWRIGHT_TRUSTED_PROXIES: {text} is not an address or network such as 10.0.0.0/8"
        ) from error
