"""One IMAP mailbox (RFC 9051): heads of letters after a place, and a mark on those that were ours. Deletes nothing."""

import ssl
from collections.abc import Iterator
from contextlib import contextmanager, suppress

from imapclient import SEEN, IMAPClient
from imapclient.exceptions import IMAPClientError

from app.inbox_address import InboxAddress
from emails.feedback.unsubscribe_mail import LARGEST_HEAD_BYTES

TIMEOUT_SECONDS = 30
PAGE = 200
LARGEST_LETTER_BYTES = 1024 * 1024
HEAD = f"BODY.PEEK[HEADER]<0.{LARGEST_HEAD_BYTES}>"
AWAY = (IMAPClientError, OSError)
"""What a mailbox raises that cannot be read now; ssl.SSLError is an OSError."""


class Mailbox:
    """One that is open. `uid_validity` says whether uids that were noted before still count."""

    def __init__(self, client: IMAPClient, folder: str) -> None:
        self._client = client
        told = client.select_folder(folder)
        self.uid_validity = int(told[b"UIDVALIDITY"])

    def heads_after(self, uid: int) -> list[tuple[int, bytes]]:
        """Up to 200 letters' uids and heads, by uid; none is marked as read by looking."""
        # "n:*" always names the last letter, also where its uid is below n (RFC 9051 9, seq-range).
        uids = sorted(one for one in self._client.search(["UID", f"{uid + 1}:*"]) if one > uid)[:PAGE]
        if not uids:
            return []
        told = self._client.fetch(uids, [HEAD])
        return [(one, head_in(told[one])) for one in uids if one in told]

    def letter(self, uid: int) -> bytes:
        """A whole letter, a megabyte at most; b"" where it is gone."""
        told = self._client.fetch([uid], [f"BODY.PEEK[]<0.{LARGEST_LETTER_BYTES}>"])
        found = next((value for name, value in told.get(uid, {}).items() if name.startswith(b"BODY[]")), b"")
        return found if isinstance(found, bytes) else b""

    def mark_seen(self, uid: int) -> None:
        self._client.add_flags([uid], [SEEN], silent=True)


def head_in(answer: dict[bytes, object]) -> bytes:
    """What a server named by the place where it began rather than as it was asked."""
    found = next((value for name, value in answer.items() if name.startswith(b"BODY[HEADER]")), b"")
    return found if isinstance(found, bytes) else b""


@contextmanager
def open_mailbox(place: InboxAddress) -> Iterator[Mailbox]:
    """Raises: one of AWAY, where it does not answer, refuses us, or has no such folder."""
    context = ssl.create_default_context()
    client = IMAPClient(
        place.host,
        place.port,
        ssl=place.encrypted,
        ssl_context=context if place.encrypted else None,
        timeout=TIMEOUT_SECONDS,
    )
    try:
        if place.starttls:
            client.starttls(context)
        client.login(place.user, place.password)
        yield Mailbox(client, place.folder)
    finally:
        try:
            client.logout()
        except AWAY:
            with suppress(*AWAY):
                client.shutdown()
