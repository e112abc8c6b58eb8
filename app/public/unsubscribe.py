"""`/u/<token>`: leaving. GET shows and changes nothing; POST acts, from the page's button or a mail program (RFC 8058).

What a POST means is read from its body; for whom, from the address alone.
"""

from flask import Response, request

from app.database.session import Session, reading, transaction
from app.models import ConsentWay
from app.queries import reader
from app.readers.answers import browser_words, make_door, notice, page
from app.readers.proofs import keep_proof
from app.readers.words import words_for
from app.services import subscriptions
from app.services.settlement import ProofWay
from app.services.subscriptions import Proof
from app.tokens import Purpose, verify

LARGEST_FORM_BYTES = 64 * 1024

blueprint = make_door("unsubscribe", __name__)


@blueprint.get("/u/<token>")
def show(token: str) -> Response:
    message_id = verify(Purpose.UNSUBSCRIBE, token)
    if not message_id:
        return show_test()
    keep_proof(message_id, ProofWay.UNSUBSCRIBE)
    with reading() as session:
        return show_letter(session, message_id)


@blueprint.post("/u/<token>")
def act(token: str) -> Response:
    message_id = verify(Purpose.UNSUBSCRIBE, token)
    if not message_id:
        return show_test()
    keep_proof(message_id, ProofWay.UNSUBSCRIBE)
    request.max_content_length = LARGEST_FORM_BYTES
    asked = request.form
    with transaction() as session:
        if asked.get("List-Unsubscribe") == "One-Click" or not asked.keys() & {"choice", "undo"}:
            leave(session, message_id, proof(ConsentWay.ONE_CLICK), everything=False)
        elif asked.get("undo") == "1":
            subscriptions.undo_by_message(session, message_id, proof(ConsentWay.PAGE))
            return show_letter(session, message_id, came_back=True)
        else:
            leave(session, message_id, proof(ConsentWay.PAGE), everything=asked.get("choice") == "everything")
        return show_letter(session, message_id)


def leave(session: Session, message_id: int, said: Proof, *, everything: bool) -> None:
    """Takes the reader off the letter's lists. Where those are gone, only leaving everything keeps the promise."""
    if not reader.get_letter(session, message_id).lists:
        everything = True
    subscriptions.unsubscribe_by_message(session, message_id, said, everything=everything)


def proof(way: ConsentWay) -> Proof:
    return Proof(way, ip_address=request.remote_addr or "", user_agent=request.user_agent.string)


def show_letter(session: Session, message_id: int, *, came_back: bool = False) -> Response:
    letter = reader.get_letter(session, message_id)
    words = words_for(*letter.languages)
    if not letter.on_lists and (letter.lists or letter.silenced):
        undo = can_undo(session, letter)
        return page("gone.html", words, title=words.gone_title, brand=letter.brand, letter=letter, can_undo=undo)
    if came_back and letter.lists and not letter.silenced:
        return page("back.html", words, title=words.back_title, brand=letter.brand, letter=letter)
    return page("ask.html", words, title=words.ask_title, brand=letter.brand, letter=letter)


def can_undo(session: Session, letter: reader.ReaderLetter) -> bool:
    if letter.silenced:
        return letter.silenced_here
    return bool(subscriptions.undoable_lists(session, subscriptions.get_message(session, letter.message_id)))


def show_test() -> Response:
    words = browser_words()
    return notice(words, words.test_title, words.test_unsubscribe)
