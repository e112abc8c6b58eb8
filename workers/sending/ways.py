"""Ways out as a send run knows them: what carries the letters, its share, its limits, and whether it is set aside."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from app.services.transport_ways import OpenTransport
from workers.sending.carriers import Carrier, carrier_of
from workers.smtp.relay import Relay


@dataclass(frozen=True, slots=True)
class Way:
    """One transport. Two are equal where nothing differs that a run would have to begin anew for."""

    transport_id: int
    name: str
    carrier: Carrier
    weight: int = 1
    limits: Mapping[str, int] = field(default_factory=dict)
    aside_until: datetime | None = field(default=None, compare=False)
    aside_reason: str = field(default="", compare=False)


@dataclass(frozen=True, slots=True)
class Plan:
    """The transports that carry a campaign's letters; `look` reads them anew, and raises as `ways_out` does."""

    ways: tuple[Way, ...]
    look: Callable[[], tuple[Way, ...]]

    @property
    def whole(self) -> Relay:
        """All of them as one mail server without a limit of its own: the limits are each transport's."""
        return Relay(host="")


def way_of(transport: OpenTransport) -> Way:
    return Way(
        transport.id,
        transport.name,
        carrier_of(transport),
        transport.weight,
        transport.limits,
        transport.aside_until,
        transport.aside_reason,
    )
