"""What names a campaign's letter outside: its fields that are the same for all, and the identity of each row's letter.

A letter's identity is a function of its row, so that it stays the same at every try and can be written again later.
"""

from collections.abc import Callable
from datetime import datetime

from app.services.envelopes import Envelope
from app.tokens import Purpose, mac_maker
from emails.mime.build import LetterHeaders

MAC_BYTES = 10


def headers_of(envelope: Envelope, *, campaign_id: int, date: datetime, message_id: str = "") -> LetterHeaders:
    """The header fields of a campaign's letters; one person's Message-ID only where a letter is written singly."""
    return LetterHeaders(
        message_id=message_id,
        date=date,
        from_name=envelope.from_name,
        from_email=envelope.from_email,
        reply_to=envelope.reply_to,
        list_name=envelope.list_name,
        list_id=envelope.list_id,
        feedback_id=feedback_id(campaign_id, envelope),
    )


def feedback_id(campaign_id: int, envelope: Envelope) -> str:
    """What Gmail groups complaints by: campaign, list, kind of mail, and who sends, the last one constant."""
    mailing_list = envelope.list_id.partition(".")[0] or "none"
    return f"c{campaign_id}:{mailing_list}:campaign:letterwright{envelope.brand_id}"


def identity(message_id: int, *, key_id: str) -> str:
    """What names a letter in Message-ID and envelope address: the row and a MAC, in signs that survive lower-casing."""
    return identity_maker(key_id=key_id)(message_id)


def identity_maker(*, key_id: str) -> Callable[[int], str]:
    """`identity` for many letters of one campaign."""
    make = mac_maker(Purpose.MESSAGE_ID, key_id=key_id)
    return lambda message_id: f"m{message_id}.{make(message_id)[:MAC_BYTES].hex()}"
