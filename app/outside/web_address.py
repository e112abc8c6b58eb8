"""A web address as it is asked for, or the reason why it is none that is fetched."""

from urllib.parse import quote, urlsplit, urlunsplit

from app.errors import Refused

MAX_LETTERS = 2_000

_PORTS = frozenset({80, 443})
_FIRST_FREE_PORT = 1024
_SAFE = "!$%&'()*+,/:;=?@[]~-._"


class FetchRefused(Refused):
    """An address that cannot be fetched; the sentence names it, the reason and the cure."""


def refusal(address: str, reason: str) -> FetchRefused:
    return FetchRefused(f"{address[:300]}: {reason}.")


def checked(url: str, *, after: str = "") -> str:
    """The address without its fragment, its signs in ASCII; `after` is the one that led to it.

    Raises: FetchRefused for what is no address of the web.
    """
    place = after or url
    try:
        parts = urlsplit(url.strip())
        port = parts.port
    except ValueError:
        raise refusal(place, "the address is broken. Copy it again from your browser") from None
    if parts.scheme.lower() not in {"http", "https"} or not parts.hostname:
        what = "it leads to what is no web address" if after else "it is no web address"
        raise refusal(place, f"{what}. Give one that begins with https://")
    if parts.username is not None or parts.password is not None:
        raise refusal(place, "there is a user's name in it. Take it out, or save the page and give its file")
    if len(url) > MAX_LETTERS:
        raise refusal(place, f"the address has more than {MAX_LETTERS:,} letters. Copy it again from your browser")
    if port is not None and port not in _PORTS and port < _FIRST_FREE_PORT:
        raise refusal(place, f"port {port} is no port of web pages. Leave it out")
    host = _host(parts.hostname, place)
    shown = host if port is None else f"{host}:{port}"
    path, query = quote(parts.path or "/", safe=_SAFE), quote(parts.query, safe=_SAFE)
    return urlunsplit((parts.scheme.lower(), shown, path, query, ""))


def _host(name: str, place: str) -> str:
    """The host's name as it is asked for: an IPv6 address in brackets, others in ASCII."""
    if ":" in name:
        return f"[{name}]"
    try:
        return name if name.isascii() else name.encode("idna").decode("ascii")
    except UnicodeError:
        raise refusal(place, "the name of its machine is broken. Copy it again from your browser") from None
