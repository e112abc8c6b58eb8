"""What lies around a source: the address its relative links mean, and the pictures that were beside it."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from urllib.parse import unquote, urljoin

from emails.articles.imported import SCHEME
from emails.articles.inline import is_web_address

_SCHEME = re.compile(r"[a-zA-Z][a-zA-Z0-9+.\-]*:")


@dataclass(frozen=True, slots=True)
class Surroundings:
    """`base` is a web address or ""; `pictures` maps a picture's address as written to its name in the import."""

    base: str = ""
    pictures: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))

    def link(self, written: str) -> str:
        """The absolute address that a link means, or the link as it is written."""
        address = written.strip()
        if address.startswith("//"):
            return f"https:{address}"
        if not address or address.startswith("#") or _SCHEME.match(address) or not is_web_address(self.base):
            return address
        try:
            return urljoin(self.base, address)
        except ValueError:
            return address

    def picture(self, written: str) -> str:
        """Where a picture is: among those that came with the source, or on the web, or as it is written."""
        name = self.pictures.get(written) or self.pictures.get(unquote(written))
        return SCHEME + name if name else self.link(written)


NOWHERE = Surroundings()
