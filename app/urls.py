"""Absolute public addresses put into letters."""

from app.config import Settings
from app.tokens import Purpose, sign
from emails.content import LetterLinks

_current: list[str] = []


def init_urls(settings: Settings) -> None:
    """Makes `settings.url` the public base address of this process."""
    _current[:] = [settings.url]


def public_base(of_brand: str = "") -> str:
    """What public addresses begin with, no slash at the end: the brand's own base, else the installation's."""
    if not of_brand and not _current:
        raise RuntimeError("init_urls(settings) has not been called in this process")
    return (of_brand or _current[0]).rstrip("/")


def click_base(base_url: str) -> str:
    return f"{base_url.rstrip('/')}/c"


def letter_links(message_id: int, base_url: str, *, key_id: str | None = None) -> LetterLinks:
    """The addresses bound to one message; message id 0 makes those of a test letter."""
    base = base_url.rstrip("/")
    return LetterLinks(
        unsubscribe=f"{base}/u/{sign(Purpose.UNSUBSCRIBE, message_id, key_id=key_id)}",
        browser_view=f"{base}/v/{sign(Purpose.VIEW, message_id, key_id=key_id)}",
        track_token=sign(Purpose.TRACK, message_id, key_id=key_id),
    )
