"""`/u/<token>`: leaving. GET shows and changes nothing; POST acts, from the page's button or a mail program (RFC 8058).

What a POST means is read from its body; for whom, from the address alone.
"""

from flask import Response, request

from app.database.session import Session, reading, transaction
from app.models import ConsentWay
from app.queries import reader
from app.readers.answers import browser_words, make_door, notice, page
from app.readers.preferences.spoken import preference_words_for
from app.readers.proofs import keep_proof
from app.readers.words import words_for
from app.services import leaving, probes, subscriptions
from app.services.leaving import LONGEST_WORDS, WhyLeft
from app.services.settlement import ProofWay
from app.services.subscriptions import Proof
from app.tokens import Purpose, is_probe, verify

LARGEST_FORM_BYTES = 64 * 1024
FIELDS = {"choice", "undo", "reason", "words"}

blueprint = make_door("unsubscribe", __name__)


@blueprint.get("/u/<token>")
def show(token: str) -> Response:
    message_id = verify(Purpose.UNSUBSCRIBE, token)
    if not message_id or is_probe(message_id):
        return show_test()
    keep_proof(message_id, ProofWay.UNSUBSCRIBE)
    with reading() as session:
        return show_letter(session, message_id)


@blueprint.post("/u/<token>")
def act(token: str) -> Response:
    message_id = verify(Purpose.UNSUBSCRIBE, token)
    if not message_id:
        return show_test()
    request.max_content_length = LARGEST_FORM_BYTES
    if is_probe(message_id):
        return click_probe(message_id)
    keep_proof(message_id, ProofWay.UNSUBSCRIBE)
    asked = request.form
    with transaction() as session:
        if asked.get("List-Unsubscribe") == "One-Click" or not asked.keys() & FIELDS:
            leaving.leave(session, message_id, proof(ConsentWay.ONE_CLICK), everything=False)
        elif asked.get("undo") == "1":
            subscriptions.undo_by_message(session, message_id, proof(ConsentWay.PAGE))
            return show_letter(session, message_id, came_back=True)
        elif asked.keys() & {"reason", "words"}:
            return keep_reason(session, message_id)
        else:
            leaving.leave(session, message_id, proof(ConsentWay.PAGE), everything=asked.get("choice") == "everything")
        return show_letter(session, message_id)


def click_probe(number: int) -> Response:
    """One click in a letter that a house sent to itself: no reader is behind it, and only its own row changes."""
    if request.form.get("List-Unsubscribe") == "One-Click":
        with transaction() as session:
            probes.click(session, number)
    return show_test()


def keep_reason(session: Session, message_id: int) -> Response:
    """Why somebody left, for whoever has left; it changes nothing else."""
    letter = reader.get_letter(session, message_id)
    if letter.address and has_left(letter):
        leaving.give_reason(session, message_id, request.form.get("reason", ""), request.form.get("words", ""))
    return show_letter(session, message_id, told=True)


def proof(way: ConsentWay) -> Proof:
    return Proof(way, ip_address=request.remote_addr or "", user_agent=request.user_agent.string)


def show_letter(session: Session, message_id: int, *, came_back: bool = False, told: bool = False) -> Response:
    letter = reader.get_letter(session, message_id)
    words = words_for(*letter.languages)
    if has_left(letter):
        return page(
            "gone.html",
            words,
            say=preference_words_for(*letter.languages),
            title=words.gone_title,
            brand=letter.brand,
            letter=letter,
            can_undo=can_undo(session, letter),
            told=told,
            reasons=tuple(WhyLeft),
            most=LONGEST_WORDS,
        )
    if came_back and letter.lists and not letter.silenced:
        return page("back.html", words, title=words.back_title, brand=letter.brand, letter=letter)
    return page("ask.html", words, title=words.ask_title, brand=letter.brand, letter=letter)


def has_left(letter: reader.ReaderLetter) -> bool:
    return not letter.on_lists and bool(letter.lists or letter.silenced)


def can_undo(session: Session, letter: reader.ReaderLetter) -> bool:
    if letter.silenced:
        return letter.silenced_here
    return bool(subscriptions.undoable_lists(session, subscriptions.get_message(session, letter.message_id)))


def show_test() -> Response:
    words = browser_words()
    return notice(words, words.test_title, words.test_unsubscribe)
