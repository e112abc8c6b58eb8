"""Which network addresses may be reached on somebody's behalf: the open internet's, and none of our own house."""

import socket
import threading
from collections.abc import Iterable
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address

IpAddress = IPv4Address | IPv6Address

_OPEN_V6 = IPv6Network("2000::/3")
_NAT64 = IPv6Network("64:ff9b::/96")
_APART_V6 = tuple(IPv6Network(net) for net in ("2001::/23", "2002::/16", "3fff::/20"))
"""Set apart for tunnels, relays, experiments and documents (RFC 6890, 9637)."""
_APART_V4 = (IPv4Network("192.0.0.0/24"), IPv4Network("192.88.99.0/24"))


def is_public(address: IpAddress) -> bool:
    """Whether an address belongs to the open internet, however it is wrapped (RFC 4291, 6052, 6890)."""
    if isinstance(address, IPv4Address):
        return address.is_global and not (address.is_multicast or address.is_reserved or _is_in(address, _APART_V4))
    if address.ipv4_mapped:
        return False
    if address in _NAT64:
        return is_public(IPv4Address(int(address) & 0xFFFF_FFFF))
    return address in _OPEN_V6 and address.is_global and not _is_in(address, _APART_V6)


def _is_in(address: IpAddress, networks: Iterable[IPv4Network | IPv6Network]) -> bool:
    return any(address in network for network in networks)


def resolve(host: str, port: int, timeout: float) -> list[IpAddress]:
    """Every address a name stands for, at most once each, in the system's order. Raises: OSError, TimeoutError."""
    found: list[IpAddress] = []
    failed: list[OSError] = []

    def ask() -> None:
        try:
            rows = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
        except (OSError, UnicodeError) as wrong:
            failed.append(wrong if isinstance(wrong, OSError) else OSError("the name is no name of a machine"))
            return
        found.extend(dict.fromkeys(ip_address(str(row[4][0]).partition("%")[0]) for row in rows))

    asking = threading.Thread(target=ask, daemon=True, name="resolve")
    asking.start()
    asking.join(timeout)
    if asking.is_alive():
        raise TimeoutError
    if failed:
        raise failed[0]
    return found
