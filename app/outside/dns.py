"""The DNS of the world, as the checks of `emails/domains` ask it. No cache of ours."""

import time
from collections.abc import Sequence

from dns.exception import DNSException, Timeout
from dns.rdatatype import RdataType
from dns.resolver import NXDOMAIN, NoAnswer, NoNameservers, NoResolverConfiguration, Resolver
from dns.reversename import from_address

from emails.domains.dns import LookupBroken

SECONDS_A_SERVER = 2.0
SECONDS_A_QUESTION = 3.0
SECONDS_ALTOGETHER = 8.0


class WorldDns:
    """For one examination: its questions together wait no longer than `SECONDS_ALTOGETHER`.

    Asks the host's own name servers, or those given as `address:port`, all on one port.
    """

    def __init__(self, servers: Sequence[str] = ()) -> None:
        try:
            self._resolver = Resolver(configure=not servers)
        except NoResolverConfiguration as error:
            raise LookupBroken("this host names no DNS server (/etc/resolv.conf)") from error
        if servers:
            self._resolver.nameservers = [one.partition(":")[0] for one in servers]
            self._resolver.port = int(servers[0].partition(":")[2] or 53)
        self._resolver.timeout = SECONDS_A_SERVER
        self._waited = 0.0

    def texts(self, name: str) -> tuple[str, ...]:
        return tuple(b"".join(one.strings).decode("utf-8", "replace") for one in self._ask(name, RdataType.TXT))

    def addresses(self, name: str) -> tuple[str, ...]:
        return tuple(one.address for kind in (RdataType.A, RdataType.AAAA) for one in self._ask(name, kind))

    def mail_hosts(self, name: str) -> tuple[str, ...] | None:
        found = sorted(self._ask(name, RdataType.MX), key=lambda one: one.preference)
        hosts = tuple(str(one.exchange).rstrip(".") for one in found)
        return None if hosts == ("",) else hosts

    def names(self, address: str) -> tuple[str, ...]:
        return tuple(str(one.target).rstrip(".") for one in self._ask(str(from_address(address)), RdataType.PTR))

    def _ask(self, name: str, kind: RdataType):  # type: ignore[no-untyped-def]  # noqa: ANN202  dnspython's records
        begun = time.monotonic()
        patience = max(0.01, min(SECONDS_A_QUESTION, SECONDS_ALTOGETHER - self._waited))
        try:
            return list(self._resolver.resolve(name, kind, search=False, lifetime=patience))
        except (NXDOMAIN, NoAnswer):
            return []
        except (Timeout, NoNameservers) as error:
            raise LookupBroken(f"the DNS does not answer for {name}") from error
        except DNSException as error:
            raise LookupBroken(f"{name} cannot be looked up ({type(error).__name__})") from error
        finally:
            self._waited += time.monotonic() - begun
