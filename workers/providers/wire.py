"""What goes over the wire to a provider, and what a provider is: plain values, no I/O."""

from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from app.outside.api import ApiPlace, ApiReply
from workers.smtp.actions import Letter
from workers.smtp.outcome import Outcome


@dataclass(frozen=True, slots=True)
class ApiRequest:
    """A POST. `headers` are all but Host and User-Agent; the body is never empty."""

    target: str
    headers: tuple[tuple[str, str], ...]
    body: bytes


class Unfit(ValueError):
    """A letter that cannot be put as this provider wants it."""


class Provider(Protocol):
    """One account at a provider. `secret_headers` are never shown, in small letters.

    `asks_again` says that a request whose answer was lost may be made once more, word for word, at once: the provider
    documents that it acts on it only once.
    """

    @property
    def place(self) -> ApiPlace: ...

    @property
    def secret_headers(self) -> frozenset[str]: ...

    @property
    def asks_again(self) -> bool: ...

    def request(self, letter: Letter, at: datetime) -> ApiRequest:
        """Raises Unfit."""
        ...

    def judge(self, reply: ApiReply) -> Outcome: ...


@dataclass(frozen=True, slots=True)
class ApiCarrier:
    """A provider with how many connections it gets at once, and how many letters each takes."""

    provider: Provider
    connections: int = 10
    letters: int = 1_000
