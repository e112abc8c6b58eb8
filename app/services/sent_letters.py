"""The letter that left for one person, written again for the team to look at: the frozen letter, the same identity.

Byte for byte what was handed over but for the Date, as long as the person's details have not changed since.
"""

import re
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.clock import now
from app.errors import NotFound
from app.models import Campaign, Message, MessageStatus, Subscriber, Variant
from app.services.envelopes import envelope_from_json
from app.services.letter_headers import headers_of, identity
from app.services.letters import load_compiled, recipient_of
from app.urls import goodbye_mailto, letter_links
from emails.content import LetterLinks
from emails.letter import RenderedLetter
from emails.mime.build import compose
from emails.render.personalise import render_letter

LEFT = {MessageStatus.SENT, MessageStatus.UNKNOWN}
WRITING_TIME = timedelta(minutes=1)
_OF_PERSON = ("subscriber.", "field.")
_ADDRESS = re.compile(r'\b(href|src|background)="([^"]*)"')


@dataclass(frozen=True, slots=True)
class SentLetter:
    """`raw` is the message as it was handed over, `letter` what it says; `shown` is its HTML with nobody's links in it.

    `is_same` says that these are the words that left; else details of the person changed at `changed_at`, and
    `fields` names those of them that stand in the letter. `date` is what the Date field says.
    """

    raw: bytes
    letter: RenderedLetter
    shown: str
    date: datetime
    is_certain: bool
    is_same: bool
    changed_at: datetime | None
    fields: tuple[str, ...]


def sent_letter(session: Session, campaign_id: int, subscriber_id: int) -> SentLetter:
    """Raises NotFound where no letter left for this person, or what we knew of them was erased."""
    message, person = left_for(session, campaign_id, subscriber_id)
    compiled = load_compiled(session, message.variant_id or 0)
    kept = select(Variant.envelope).where(Variant.id == message.variant_id)
    envelope = envelope_from_json(session.scalars(kept).one())
    recipient = recipient_of(session, subscriber_id)
    links = letter_links(message.id, envelope.base_url, key_id=envelope.key_id)
    date = message.sent_at or session.get_one(Campaign, campaign_id).started_at or now()
    name = f"{identity(message.id, key_id=envelope.key_id)}@{envelope.domain}"
    headers = headers_of(envelope, campaign_id=campaign_id, date=date, message_id=name)
    mailto = goodbye_mailto(links.unsubscribe, envelope.domain)
    letter = render_letter(compiled, recipient, links)
    changed = person.details_changed_at
    return SentLetter(
        raw=compose(compiled, replace(headers, unsubscribe_mailto=mailto), recipient, links),
        letter=letter,
        shown=without_own_links(letter.html, links),
        date=date,
        is_certain=message.status == MessageStatus.SENT,
        is_same=changed is None or changed < date - WRITING_TIME,
        changed_at=changed,
        fields=tuple(sorted(one.partition(".")[2] for one in compiled.merge_fields if one.startswith(_OF_PERSON))),
    )


def left_for(session: Session, campaign_id: int, subscriber_id: int) -> tuple[Message, Subscriber]:
    """The ledger's row and the person. Raises NotFound where there is nothing to be shown of them."""
    message = session.scalars(
        select(Message).where(Message.campaign_id == campaign_id, Message.subscriber_id == subscriber_id)
    ).one_or_none()
    if message is None or message.status not in LEFT or message.variant_id is None:
        raise NotFound("No letter of this campaign has left for this person.")
    person = session.get_one(Subscriber, subscriber_id)
    if person.erased_at is not None:
        raise NotFound("What was known of this person was erased, and their letter with it.")
    return message, person


def can_be_shown(session: Session, campaign_id: int, subscriber_id: int) -> bool:
    try:
        left_for(session, campaign_id, subscriber_id)
    except NotFound:
        return False
    return True


def without_own_links(html: str, links: LetterLinks) -> str:
    """The letter with everything that would act for this person taken out: looking at it counts and undoes nothing."""
    addresses = (links.unsubscribe, links.browser_view, links.preferences)
    own = {links.track_token, *(address.rpartition("/")[2] for address in addresses)}

    def inert(match: re.Match[str]) -> str:
        if not any(token and token in match[2] for token in own):
            return match[0]
        return f'{match[1]}="data:,"' if match[1] != "href" else 'data-own-link=""'

    return _ADDRESS.sub(inert, html)
