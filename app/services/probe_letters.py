"""The letter that a house sends to itself: written, signed and handed over as a campaign's letters are."""

from collections.abc import Callable
from dataclasses import replace

from sqlalchemy.orm import Session

from app.clock import now
from app.errors import NotFound
from app.models import Brand, Notice, Probe, Sender
from app.services.brand_looks import brand_content
from app.services.envelopes import Envelope
from app.services.letter_headers import headers_of
from app.services.letters import base_url
from app.tokens import current_key_id
from app.urls import goodbye_mailto, letter_links
from emails.articles.blocks import Article, Paragraph
from emails.content import LetterPlan, Recipient
from emails.mime.build import compose
from emails.render.compile import compile_letter

TITLE = "A letter to ourselves"
PARAGRAPHS = (
    (
        "Letterwright sent this letter to find out whether readers can leave with one click. It took the way that all "
        "letters take; its copy is looked at as mailbox providers look at it, and the address in it is tried."
    ),
    "It belongs to nobody. You need do nothing, and may delete it.",
)


def probe_letter(session: Session, notice: Notice, message_id: Callable[[Notice, str], str]) -> tuple[str, str, bytes]:
    """Envelope sender, recipient and the message, not yet signed. Raises NotFound where the probe or sender is gone."""
    probe = session.get(Probe, int(notice.payload.get("probe_id", 0)))
    sender = session.get(Sender, probe.sender_id) if probe else None
    if probe is None or sender is None:
        raise NotFound("This probe is not here any more.")
    brand = session.get_one(Brand, sender.brand_id)
    domain = probe.from_email.rpartition("@")[2]
    envelope = Envelope(
        from_name=sender.name,
        from_email=probe.from_email,
        reply_to=sender.reply_to,
        brand_id=brand.id,
        brand_name=brand.name,
        list_name=brand.name,
        list_id=f"probe.{domain}",
        key_id=current_key_id(),
        base_url=base_url(brand),
    )
    links = letter_links(0, envelope.base_url)._replace(unsubscribe=probe.url)
    headers = replace(
        headers_of(envelope, campaign_id=0, date=now(), message_id=message_id(notice, domain)),
        unsubscribe_mailto=goodbye_mailto(links.unsubscribe, domain),
    )
    article = Article(TITLE, tuple(Paragraph(words) for words in PARAGRAPHS), language="en")
    compiled = compile_letter(article, brand_content(session, brand), LetterPlan(TITLE, list_name=brand.name))
    return probe.from_email, probe.email, compose(compiled, headers, Recipient(probe.email), links)
