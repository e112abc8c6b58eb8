"""The DNS as a dictionary, for the craft's own tests: held to the same protocol as the world's."""

from collections.abc import Mapping

from emails.domains.dns import LookupBroken


class DnsZone:
    """`records` maps (name, type) to answers; None under a name means that nobody answers for it."""

    def __init__(self, records: Mapping[tuple[str, str], list[str] | None]) -> None:
        self.records = records

    def _ask(self, name: str, kind: str) -> tuple[str, ...]:
        found = self.records.get((name.lower(), kind), [])
        if found is None:
            raise LookupBroken(f"the DNS does not answer for {name}")
        return tuple(found)

    def texts(self, name: str) -> tuple[str, ...]:
        return self._ask(name, "TXT")

    def addresses(self, name: str) -> tuple[str, ...]:
        return (*self._ask(name, "A"), *self._ask(name, "AAAA"))

    def mail_hosts(self, name: str) -> tuple[str, ...] | None:
        hosts = self._ask(name, "MX")
        return None if hosts == (".",) else hosts

    def names(self, address: str) -> tuple[str, ...]:
        return self._ask(address, "PTR")
