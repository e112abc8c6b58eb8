"""Letters of a campaign, written for one person at a time; what is the same for all is prepared once a run.

A letter's identity is a function of its row: Message-ID and envelope address stay the same at every try.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime

from app.services.envelopes import Envelope
from app.services.letter_headers import headers_of, identity_maker
from app.services.letter_rows import LetterRow
from app.urls import LinkMaker, goodbye_mailto
from emails.content import Recipient
from emails.letter import CompiledLetter
from emails.mime.build import LetterWriter
from emails.mime.dkim import Signer
from workers.smtp.actions import Letter

LONGEST_LOCAL_PART = 64


@dataclass(frozen=True, slots=True)
class Draft:
    """One variant: its writer, what stands on its envelopes, what names each letter and its links, and who signs it."""

    writer: LetterWriter
    envelope: Envelope
    name: Callable[[int], str]
    links: LinkMaker
    signer: Signer | None = None


def prepare_draft(
    compiled: CompiledLetter, envelope: Envelope, *, campaign_id: int, date: datetime, signer: Signer | None = None
) -> Draft:
    return Draft(
        LetterWriter(compiled, headers_of(envelope, campaign_id=campaign_id, date=date)),
        envelope,
        identity_maker(key_id=envelope.key_id),
        LinkMaker(envelope.base_url, key_id=envelope.key_id),
        signer,
    )


def write_letter(drafts: Mapping[int, Draft], row: LetterRow, *, date: datetime) -> Letter:
    """The letter of one row, ready for the server.

    Raises:
        LetterError: this person's values cannot be written; the others' can.
    """
    draft = drafts[row.variant_id]
    envelope = draft.envelope
    person = Recipient(row.email, row.first_name, row.last_name, row.language, row.fields, row.lists)
    links = draft.links.links(row.message_id)
    name = draft.name(row.message_id)
    head, body = draft.writer.write_halves(
        person,
        links,
        message_id=f"{name}@{envelope.domain}",
        date=date,
        mailto=goodbye_mailto(links.unsubscribe, envelope.domain),
    )
    message = head + body if draft.signer is None else draft.signer.sign_halves(head, body, at=date)
    return Letter(row.message_id, return_path(envelope.from_email, name), row.email, message)


def return_path(address: str, name: str) -> str:
    """The envelope sender of one letter (VERP): bounces come back to `local+name@domain`."""
    local, _, domain = address.rpartition("@")
    own = f"{local}+{name}"
    return f"{own}@{domain}" if len(own) <= LONGEST_LOCAL_PART else address
