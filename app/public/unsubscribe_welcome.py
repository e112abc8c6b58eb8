"""`/u/welcome/<token>`: leaving by the welcome letter, which is no campaign's. GET shows; POST acts (RFC 8058)."""

from flask import Response, request

from app.database.session import Session, reading, transaction
from app.models import ConsentWay
from app.public.unsubscribe import LARGEST_FORM_BYTES, proof
from app.queries import reader
from app.readers.answers import make_door, page
from app.readers.words import words_for
from app.services import leaving
from app.tokens import Purpose, verify

blueprint = make_door("unsubscribe_welcome", __name__)


@blueprint.get("/u/welcome/<token>")
def show(token: str) -> Response:
    sign_up_id = verify(Purpose.WELCOME, token)
    with reading() as session:
        return show_letter(session, sign_up_id)


@blueprint.post("/u/welcome/<token>")
def act(token: str) -> Response:
    sign_up_id = verify(Purpose.WELCOME, token)
    request.max_content_length = LARGEST_FORM_BYTES
    choice = request.form.get("choice", "")
    way = ConsentWay.PAGE if choice else ConsentWay.ONE_CLICK
    with transaction() as session:
        leaving.leave_by_welcome(session, sign_up_id, proof(way), everything=choice == "everything")
        return show_letter(session, sign_up_id)


def show_letter(session: Session, sign_up_id: int) -> Response:
    letter = reader.get_welcome(session, sign_up_id)
    words = words_for(*letter.languages)
    if letter.silenced or not letter.on_lists:
        return page(
            "gone.html",
            words,
            title=words.gone_title,
            brand=letter.brand,
            letter=letter,
            can_undo=False,
            told=False,
            reasons=(),
        )
    return page("ask.html", words, title=words.ask_title, brand=letter.brand, letter=letter)
