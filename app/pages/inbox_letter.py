"""One caught letter as a mail program shows it: its parts, its headers, and the one-click unsubscribe it carries."""

import re
from dataclasses import dataclass
from email.message import EmailMessage
from urllib.parse import urlsplit

from werkzeug.test import Client

from app.embedded.maildir import ENVELOPE_FROM, ENVELOPE_TO

BRACKETED = re.compile(r"<(https?://[^<>\s]+)>")
ONE_CLICK = {"List-Unsubscribe": "One-Click"}
TABS = ("html", "text", "headers")


@dataclass(frozen=True, slots=True)
class ShownLetter:
    """What the page tells of a letter; `one_click` is the path that a mail program would post to, "" for none."""

    subject: str
    sender: str
    to: str
    html: str
    text: str
    headers: tuple[tuple[str, str], ...]
    one_click: str


def shown(letter: EmailMessage, *, own_urls: tuple[str, ...]) -> ShownLetter:
    headers = tuple((name, str(value)) for name, value in letter.items() if name not in {ENVELOPE_FROM, ENVELOPE_TO})
    envelope_to = ", ".join(str(one) for one in letter.get_all(ENVELOPE_TO, []))
    return ShownLetter(
        subject=str(letter.get("Subject", "")),
        sender=str(letter.get("From", "")),
        to=str(letter.get("To", "")) or envelope_to,
        html=part(letter, "html"),
        text=part(letter, "plain"),
        headers=headers,
        one_click=one_click_path(letter, own_urls=own_urls),
    )


def part(letter: EmailMessage, kind: str) -> str:
    body = letter.get_body((kind,))
    if body is None:
        return ""
    try:
        return str(body.get_content())
    except (LookupError, UnicodeError):
        raw = body.get_payload(decode=True)
        return raw.decode("utf-8", "replace") if isinstance(raw, bytes) else ""


def one_click_path(letter: EmailMessage, *, own_urls: tuple[str, ...]) -> str:
    """The path under one of our own addresses that RFC 8058 lets a mail program post to; "" where there is none."""
    if str(letter.get("List-Unsubscribe-Post", "")).strip() != "List-Unsubscribe=One-Click":
        return ""
    for address in BRACKETED.findall(str(letter.get("List-Unsubscribe", ""))):
        for own in own_urls:
            rest = address.removeprefix(own.rstrip("/"))
            if rest != address and rest.startswith("/u/"):
                return str(urlsplit(rest).path)
    return ""


def post_one_click(path: str, application: object) -> int:
    """Posts what a mail program posts, through the whole application and without a cookie; the status.

    It never leaves the process: an address of somebody else's cannot be reached from here.
    """
    client = Client(application, use_cookies=False)  # type: ignore[arg-type]
    return int(client.post(path, data=ONE_CLICK).status_code)
