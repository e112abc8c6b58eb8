"""`/c/<number>/<token>`: a letter's numbered link. Leads on to the address in our own table, and nowhere else."""

from flask import redirect
from flask.typing import ResponseReturnValue

from app.database.session import reading
from app.queries.reader import get_link
from app.readers.answers import browser_words, make_door, notice
from app.readers.proofs import keep_proof
from app.services.settlement import ProofWay
from app.tokens import Purpose, verify

blueprint = make_door("clicks", __name__)


@blueprint.get("/c/<int:number>/<token>")
def follow(number: int, token: str) -> ResponseReturnValue:
    message_id = verify(Purpose.TRACK, token)
    if not message_id:
        words = browser_words()
        return notice(words, words.test_title, words.test_link)
    keep_proof(message_id, ProofWay.CLICK)
    with reading() as session:
        return redirect(get_link(session, message_id, number), 302)
