"""A finished letter taken apart again, for providers that want its parts and set it together themselves.

They sign it themselves too: our signature would not hold over what they make of it.
"""

from dataclasses import dataclass
from email import message_from_bytes, policy
from email.message import EmailMessage

from workers.providers.wire import Unfit

THEIRS = frozenset({
    "from", "to", "cc", "bcc", "subject", "reply-to", "date", "mime-version", "dkim-signature", "sender", "return-path",
    "received", "message-id",
})  # fmt: skip


@dataclass(frozen=True, slots=True)
class Parts:
    """`headers` are those that a provider passes on; `message_id` stands in its angle brackets."""

    from_name: str
    from_email: str
    reply_to: str
    subject: str
    text: str
    html: str
    message_id: str
    headers: dict[str, str]


def undotted(body: bytes) -> bytes:
    """The message without the dots that SMTP doubles."""
    plain = body.replace(b"\r\n..", b"\r\n.")
    return plain[1:] if plain.startswith(b"..") else plain


def take_apart(body: bytes) -> Parts:
    """The parts of a letter as it would follow DATA. Raises Unfit."""
    message = message_from_bytes(undotted(body), policy=policy.default)
    assert isinstance(message, EmailMessage)
    sender = address_in(message, "from")
    if not sender[1]:
        raise Unfit("the letter names no sender")
    return Parts(
        from_name=sender[0],
        from_email=sender[1],
        reply_to=address_in(message, "reply-to")[1],
        subject=str(message["subject"] or ""),
        text=content(message, "plain"),
        html=content(message, "html"),
        message_id=str(message["message-id"] or ""),
        headers={name: str(value) for name, value in message.items() if passes_on(name)},
    )


def passes_on(name: str) -> bool:
    return name.lower() not in THEIRS and not name.lower().startswith("content-")


def address_in(message: EmailMessage, name: str) -> tuple[str, str]:
    """Name and address of a field's first mailbox; empty where there is none."""
    found = getattr(message[name], "addresses", ()) if message[name] else ()
    return (found[0].display_name, found[0].addr_spec) if found else ("", "")


def content(message: EmailMessage, kind: str) -> str:
    part = message.get_body((kind,))
    return str(part.get_content()) if part is not None else ""
