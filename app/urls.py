"""Absolute public addresses put into letters, and the mailbox for goodbyes where one is read."""

from urllib.parse import urlsplit

from app.config import Settings
from app.inbox_address import InboxAddress
from app.tokens import Purpose, token_maker
from emails.content import LetterLinks

_current: list[str] = []
_catches: list[bool] = []
_inbox: list[InboxAddress | None] = []


def init_urls(settings: Settings) -> None:
    """Makes `settings.url` the public base address of this process, and says whether a mailbox of ours is read."""
    _current[:] = [settings.url]
    _catches[:] = [settings.uses_catcher]
    _inbox[:] = [settings.mailbox]


def public_base(of_brand: str = "") -> str:
    """What public addresses begin with, no slash at the end: the brand's own base, else the installation's."""
    if not of_brand and not _current:
        raise RuntimeError("init_urls(settings) has not been called in this process")
    return (of_brand or _current[0]).rstrip("/")


def public_host() -> str:
    """The host of the installation's own address, with its port where one is named."""
    return urlsplit(public_base()).netloc.lower()


def click_base(base_url: str) -> str:
    return f"{base_url.rstrip('/')}/c"


def archive_address(base_url: str, brand_slug: str, slug: str = "") -> str:
    """Where a brand's archive stands, or one letter in it."""
    archive = f"{base_url.rstrip('/')}/archive/{brand_slug}/"
    return f"{archive}{slug}/" if slug else archive


def open_base(base_url: str) -> str:
    return f"{base_url.rstrip('/')}/o"


def letter_links(message_id: int, base_url: str, *, key_id: str | None = None) -> LetterLinks:
    """The addresses bound to one message; message id 0 makes those of a test letter."""
    return LinkMaker(base_url, key_id=key_id).links(message_id)


class LinkMaker:
    """Those of many messages of one campaign."""

    def __init__(self, base_url: str, *, key_id: str | None = None) -> None:
        self._base = base_url.rstrip("/")
        self._unsubscribe = token_maker(Purpose.UNSUBSCRIBE, key_id=key_id)
        self._view = token_maker(Purpose.VIEW, key_id=key_id)
        self._preferences = token_maker(Purpose.PREFERENCES, key_id=key_id)
        self._track = token_maker(Purpose.TRACK, key_id=key_id)

    def links(self, message_id: int) -> LetterLinks:
        return LetterLinks(
            unsubscribe=f"{self._base}/u/{self._unsubscribe(message_id)}",
            browser_view=f"{self._base}/v/{self._view(message_id)}",
            preferences=f"{self._base}/p/{self._preferences(message_id)}",
            track_token=self._track(message_id),
        )


def goodbye_mailto(unsubscribe: str, domain: str) -> str:
    """What List-Unsubscribe offers beside a letter's address for leaving: a mailbox with its token, and a subject.

    An address of the mailbox that is read; where there is none, of the sender's domain, all of which the built-in
    catcher reads; else "", since nobody would read it.
    """
    token = unsubscribe.rpartition("/")[2]
    for inbox in filter(None, _inbox):
        return f"{inbox.goodbye(token)}?subject=unsubscribe"
    return f"u+{token}@{domain}?subject=unsubscribe" if any(_catches) else ""
