"""Letters of a campaign, written for one person at a time; what is the same for all is prepared once a run.

A letter's identity is a function of its row: Message-ID and envelope address stay the same at every try.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from app.services.envelopes import Envelope
from app.services.leases import LetterRow
from app.tokens import Purpose, mac
from app.urls import goodbye_mailto, letter_links
from emails.content import Recipient
from emails.letter import CompiledLetter
from emails.mime.build import LetterHeaders, LetterWriter
from workers.smtp.actions import Letter

MAC_BYTES = 10
LONGEST_LOCAL_PART = 64


@dataclass(frozen=True, slots=True)
class Draft:
    """One variant: its writer and what stands on its envelopes."""

    writer: LetterWriter
    envelope: Envelope


def prepare_draft(compiled: CompiledLetter, envelope: Envelope, *, campaign_id: int, date: datetime) -> Draft:
    headers = LetterHeaders(
        message_id="",
        date=date,
        from_name=envelope.from_name,
        from_email=envelope.from_email,
        reply_to=envelope.reply_to,
        list_name=envelope.list_name,
        list_id=envelope.list_id,
        feedback_id=feedback_id(campaign_id, envelope),
    )
    return Draft(LetterWriter(compiled, headers), envelope)


def feedback_id(campaign_id: int, envelope: Envelope) -> str:
    """What Gmail groups complaints by: campaign, list, kind of mail, and who sends, the last one constant."""
    mailing_list = envelope.list_id.partition(".")[0] or "none"
    return f"c{campaign_id}:{mailing_list}:campaign:letterwright{envelope.brand_id}"


def write_letter(drafts: Mapping[int, Draft], row: LetterRow, *, date: datetime) -> Letter:
    """The letter of one row, ready for the server.

    Raises:
        LetterError: this person's values cannot be written; the others' can.
    """
    draft = drafts[row.variant_id]
    envelope = draft.envelope
    person = Recipient(row.email, row.first_name, row.last_name, row.language, row.fields, row.lists)
    links = letter_links(row.message_id, envelope.base_url, key_id=envelope.key_id)
    name = identity(row.message_id, key_id=envelope.key_id)
    body = draft.writer.write(
        person,
        links,
        message_id=f"{name}@{envelope.domain}",
        date=date,
        mailto=goodbye_mailto(links.unsubscribe, envelope.domain),
    )
    return Letter(row.message_id, return_path(envelope.from_email, name), row.email, body)


def identity(message_id: int, *, key_id: str) -> str:
    """What names a letter in Message-ID and envelope address: the row and a MAC, in signs that survive lower-casing."""
    return f"m{message_id}.{mac(Purpose.MESSAGE_ID, message_id, key_id=key_id)[:MAC_BYTES].hex()}"


def return_path(address: str, name: str) -> str:
    """The envelope sender of one letter (VERP): bounces come back to `local+name@domain`."""
    local, _, domain = address.rpartition("@")
    own = f"{local}+{name}"
    return f"{own}@{domain}" if len(own) <= LONGEST_LOCAL_PART else address
