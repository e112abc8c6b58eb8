"""`/v/<token>`: a letter in the browser, byte for byte as it was made for the person it went to.

For 90 days, and while its reader is known; after that a page that says so, and where everybody can read it.
"""

from datetime import timedelta

from flask import Response

from app.clock import now
from app.database.session import Session, reading
from app.queries.archive import public_issue_of_letter
from app.queries.reader import Delivery, get_delivery
from app.readers.answers import browser_words, make_door, notice, page
from app.readers.archive_words import archive_words_for
from app.readers.proofs import keep_proof
from app.readers.words import words_for
from app.services.envelopes import envelope_from_json
from app.services.letters import load_compiled, recipient_of
from app.services.settlement import ProofWay
from app.tokens import Purpose, verify
from app.urls import archive_address, letter_links
from emails.render.personalise import render_letter

SHOWN_DAYS = 90
GONE = 410
# As mail programs show it: its own styles, pictures, never a script; its links open as ordinary pages.
LETTER_POLICY = (
    "default-src 'none'; style-src 'unsafe-inline'; img-src 'self' https: data:; base-uri 'none'; form-action 'none'; "
    "frame-ancestors 'none'; sandbox allow-popups allow-popups-to-escape-sandbox"
)

blueprint = make_door("browser_view", __name__)


@blueprint.get("/v/<token>")
def show(token: str) -> Response:
    message_id = verify(Purpose.VIEW, token)
    if not message_id:
        words = browser_words()
        return notice(words, words.test_title, words.test_link)
    keep_proof(message_id, ProofWay.BROWSER_VIEW)
    with reading() as session:
        delivery = get_delivery(session, message_id)
        if delivery.erased or delivery.left_at < now() - timedelta(days=SHOWN_DAYS):
            return no_longer_shown(session, message_id, delivery)
        return letter(session, message_id, delivery)


def letter(session: Session, message_id: int, delivery: Delivery) -> Response:
    compiled = load_compiled(session, delivery.variant_id)
    recipient = recipient_of(session, delivery.subscriber_id)
    envelope = envelope_from_json(delivery.envelope)
    links = letter_links(message_id, envelope.base_url, key_id=envelope.key_id)
    response = Response(render_letter(compiled, recipient, links).html, mimetype="text/html")
    response.headers["Content-Security-Policy"] = LETTER_POLICY
    return response


def no_longer_shown(session: Session, message_id: int, delivery: Delivery) -> Response:
    """Kind, in the reader's language, and with the way to the archive where the letter stands in it."""
    say = archive_words_for(*delivery.languages)
    found = public_issue_of_letter(session, message_id)
    address = archive_address("", found[0].slug or "", found[1].slug or "") if found else ""
    return page(
        "no_longer_shown.html",
        words_for(*delivery.languages),
        status=GONE,
        say=say,
        title=say.kept_title,
        brand=delivery.brand,
        message=say.erased if delivery.erased else say.expired,
        address=address,
        onward=say.published,
        way=say.read_it,
    )
