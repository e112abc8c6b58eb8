"""`/confirm/<token>`: the second step of a sign-up. GET shows and changes nothing; POST confirms, once."""

from flask import Response, redirect, request
from flask.typing import ResponseReturnValue

from app.database.session import reading, transaction
from app.queries.forms import AskedSignUp, asked_sign_up
from app.readers.answers import READER_POLICY, make_door, page
from app.readers.form_pages import with_way_to
from app.readers.sign_up_words import sign_up_words_for
from app.readers.words import words_for
from app.services import confirmations
from app.services.confirmations import Outcome, Press
from app.tokens import Purpose, verify

LARGEST_FORM_BYTES = 64 * 1024

blueprint = make_door("confirm", __name__)


@blueprint.get("/confirm/<token>")
def show(token: str) -> ResponseReturnValue:
    sign_up_id = verify(Purpose.CONFIRM, token)
    with reading() as session:
        asked = asked_sign_up(session, sign_up_id)
        settled = confirmations.standing_of(confirmations.find_sign_up(session, sign_up_id))
    return outcome_page(asked, settled) if settled else ask_page(asked)


@blueprint.post("/confirm/<token>")
def act(token: str) -> ResponseReturnValue:
    sign_up_id = verify(Purpose.CONFIRM, token)
    request.max_content_length = LARGEST_FORM_BYTES
    press = Press(request.remote_addr or "", request.user_agent.string)
    with transaction() as session:
        asked = asked_sign_up(session, sign_up_id)
        outcome = confirmations.confirm(session, sign_up_id, press)
    if outcome is Outcome.DONE and asked.redirect_url:
        return redirect(asked.redirect_url, 303)
    return outcome_page(asked, outcome)


def ask_page(asked: AskedSignUp) -> Response:
    words = words_for(*asked.languages)
    say = sign_up_words_for(words.language)
    answer = page("confirm.html", words, say=say, title=say.confirm_title, brand=asked.brand, asked=asked)
    answer.headers["Content-Security-Policy"] = with_way_to(READER_POLICY, asked.redirect_url)
    return answer


def outcome_page(asked: AskedSignUp, outcome: Outcome) -> Response:
    words = words_for(*asked.languages)
    say = sign_up_words_for(words.language)
    titles = {
        Outcome.DONE: say.done_title,
        Outcome.TOO_LATE: say.late_title,
        Outcome.NOT_POSSIBLE: say.stopped_title,
    }
    title = titles[outcome]
    return page("confirmed.html", words, say=say, title=title, brand=asked.brand, asked=asked, outcome=outcome.value)
