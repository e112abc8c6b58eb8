"""`/p/<token>`: a reader's preferences. A letter's link shows little and mails a fresh one; the fresh one opens all.

GET shows and changes nothing; POST acts. A forwarded letter can unsubscribe, and nothing else.
"""

from flask import Response, request

from app.database.session import Session, reading, transaction
from app.errors import NotFound
from app.models import ReaderAct
from app.public import preferences_once, preferences_open
from app.public.preferences_told import LARGEST_FORM_BYTES, Told, tell
from app.queries import reader
from app.readers.answers import browser_words, make_door, notice, page
from app.readers.preferences.spoken import preference_words_for
from app.readers.proofs import keep_proof
from app.readers.words import words_for
from app.services import reader_requests
from app.services.reader_requests import Wish
from app.services.settlement import ProofWay
from app.tokens import Purpose, sign, verify

blueprint = make_door("preferences", __name__)


@blueprint.get("/p/<token>")
def show(token: str) -> Response:
    purpose, number = read_token(token)
    if not number:
        return show_test()
    with reading() as session:
        if purpose is Purpose.PREFERENCES:
            keep_proof(number, ProofWay.PREFERENCES)
            return show_closed(reader.get_letter(session, number))
        return show_wish(session, number)


@blueprint.post("/p/<token>")
def act(token: str) -> Response:
    purpose, number = read_token(token)
    if not number:
        return show_test()
    request.max_content_length = LARGEST_FORM_BYTES
    with transaction() as session:
        if purpose is Purpose.PREFERENCES:
            keep_proof(number, ProofWay.PREFERENCES)
            return send_link(session, number)
        return act_on_wish(session, number)


def read_token(token: str) -> tuple[Purpose, int]:
    """A letter's token with its message id, or a fresh link's with the id of what was asked for.

    Raises:
        NotFound: it is neither.
    """
    try:
        return Purpose.PREFERENCES, verify(Purpose.PREFERENCES, token)
    except NotFound:
        return Purpose.REQUEST, verify(Purpose.REQUEST, token)


def show_test() -> Response:
    words = browser_words()
    return notice(words, words.test_title, words.test_link)


def show_closed(letter: reader.ReaderLetter) -> Response:
    words, say = words_for(*letter.languages), preference_words_for(*letter.languages)
    if not letter.address:
        return page("notice.html", words, brand=letter.brand, title=words.gone_title, message=words.gone_unknown)
    leaving = f"/u/{sign(Purpose.UNSUBSCRIBE, letter.message_id)}"
    return page(
        "preferences_closed.html", words, say=say, title=say.title, brand=letter.brand, letter=letter, leaving=leaving
    )


def send_link(session: Session, message_id: int) -> Response:
    letter = reader.get_letter(session, message_id)
    if not letter.address:
        return show_closed(letter)
    subscriber_id, brand_id = reader.get_reader(session, message_id)
    wish = Wish(ReaderAct.PREFERENCES, brand_id, words_for(*letter.languages).language)
    answer = reader_requests.ask(session, subscriber_id, wish)
    say = preference_words_for(*letter.languages)
    return tell(Told.of(answer, say), say, letter.languages, brand=letter.brand, address=letter.address)


def show_wish(session: Session, request_id: int) -> Response:
    wish = reader_requests.get_request(session, request_id)
    door = preferences_open.show if wish.act is ReaderAct.PREFERENCES else preferences_once.show
    return too_late(session, request_id) or door(session, wish)


def act_on_wish(session: Session, request_id: int) -> Response:
    wish = reader_requests.get_request(session, request_id)
    door = preferences_open.act if wish.act is ReaderAct.PREFERENCES else preferences_once.act
    return too_late(session, request_id) or door(session, wish)


def too_late(session: Session, request_id: int) -> Response | None:
    """The page that says why a link no longer opens anything; None where it does."""
    wish = reader_requests.get_request(session, request_id)
    if not reader_requests.is_over(wish) and wish.done_at is None:
        return None
    brand, *languages = reader.brand_and_language(session, wish.brand_id)
    say = preference_words_for(wish.language, *languages)
    told = Told(say.used_title, say.used) if wish.done_at else Told(say.over_title, say.over)
    return tell(told, say, (wish.language, *languages), brand=brand)
