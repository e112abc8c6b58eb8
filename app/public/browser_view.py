"""`/v/<token>`: a letter in the browser, byte for byte as it was made for the person it went to."""

from flask import Response

from app.database.session import reading
from app.queries.reader import get_delivery
from app.readers.answers import browser_words, make_door, notice
from app.readers.proofs import keep_proof
from app.services.envelopes import envelope_from_json
from app.services.letters import load_compiled, recipient_of
from app.services.settlement import ProofWay
from app.tokens import Purpose, verify
from app.urls import letter_links
from emails.render.personalise import render_letter

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
        compiled = load_compiled(session, delivery.variant_id)
        recipient = recipient_of(session, delivery.subscriber_id)
    envelope = envelope_from_json(delivery.envelope)
    links = letter_links(message_id, envelope.base_url, key_id=envelope.key_id)
    response = Response(render_letter(compiled, recipient, links).html, mimetype="text/html")
    response.headers["Content-Security-Policy"] = LETTER_POLICY
    return response
