"""Absolute public addresses put into letters."""

from app.tokens import Purpose, sign
from emails.content import LetterLinks


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
