"""The letter's links: numbered in reading order, one number an address, rewritten to lead through us."""

from emails.letter import RewrittenLink


class Numbering:
    """Numbers of one letter's links, given out as its parts are read."""

    def __init__(self, click_base: str) -> None:
        self._base = click_base.rstrip("/")
        self._numbers: dict[str, int] = {}

    def rewritten(self, url: str) -> str:
        """What stands instead of the address, up to where the reader's own token follows."""
        number = self._numbers.setdefault(url, len(self._numbers) + 1)
        return f"{self._base}/{number}/"

    def links(self) -> tuple[RewrittenLink, ...]:
        return tuple(RewrittenLink(number, url) for url, number in self._numbers.items())
