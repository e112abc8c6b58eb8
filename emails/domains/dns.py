"""What the checks ask of the DNS; `app/outside/dns.py` answers them from the world, tests from a dictionary."""

from typing import Protocol


class LookupBroken(Exception):
    """No server answered, or one answered with a failure; `str()` says which name. Nothing is known then."""


class Dns(Protocol):
    """An empty answer means that there is no such name, or nothing of this kind under it.

    Each raises LookupBroken where no answer came at all. Names are without a trailing dot.
    """

    def texts(self, name: str) -> tuple[str, ...]:
        """TXT records, the strings of each joined."""
        ...

    def addresses(self, name: str) -> tuple[str, ...]:
        """A and AAAA records."""
        ...

    def mail_hosts(self, name: str) -> tuple[str, ...] | None:
        """MX hosts, the preferred first; () where none is named, None where the domain says that it takes no mail."""
        ...

    def names(self, address: str) -> tuple[str, ...]:
        """PTR records of an IP address."""
        ...
