"""What a mailed link confirms once: another address, the data to take home, erasure. Used by `preferences`."""

from flask import Response

from app.database.session import Session
from app.models import ReaderAct, ReaderRequest
from app.public.preferences_told import Told, tell
from app.queries.preferences import Preferences, get_preferences
from app.queries.reader import masked
from app.readers.answers import page
from app.readers.preferences.said import PreferenceWords
from app.readers.preferences.spoken import preference_words_for
from app.readers.words import words_for
from app.services import preferences, reader_requests

FILE_NAME = "my-data.zip"


def show(session: Session, wish: ReaderRequest) -> Response:
    """The question, with what the button does; looking answers nothing."""
    known = known_of(session, wish)
    words, say = words_for(*known.languages), preference_words_for(*known.languages)
    return page(
        f"preferences_{wish.act.value}.html",
        words,
        say=say,
        title=title_of(wish, say),
        brand=known.brand,
        address=wish.email if wish.act is ReaderAct.CHANGE_ADDRESS else known.email,
        old=masked(known.email),
    )


def act(session: Session, wish: ReaderRequest) -> Response:
    """The answer. Whoever presses second finds the link used."""
    known = known_of(session, wish)
    say = preference_words_for(*known.languages)
    if not reader_requests.spend(session, wish.id):
        return tell(Told(say.used_title, say.used), say, known.languages, brand=known.brand)
    if wish.act is ReaderAct.EXPORT:
        return as_download(preferences.export(session, wish))
    if wish.act is ReaderAct.ERASE:
        preferences.erase(session, wish)
        return tell(Told(say.erased_title, say.erased), say, known.languages, brand=known.brand)
    done = preferences.change_address(session, wish)
    told = Told(say.changed_title, say.changed) if done else Told(say.unusable_title, say.unusable)
    return tell(told, say, known.languages, brand=known.brand, address=masked(wish.email))


def known_of(session: Session, wish: ReaderRequest) -> Preferences:
    return get_preferences(session, wish.subscriber_id, wish.brand_id, language=wish.language)


def title_of(wish: ReaderRequest, say: PreferenceWords) -> str:
    return {
        ReaderAct.CHANGE_ADDRESS: say.change_title,
        ReaderAct.EXPORT: say.export_title,
        ReaderAct.ERASE: say.erase_title,
    }[wish.act]


def as_download(packed: bytes) -> Response:
    response = Response(packed, mimetype="application/zip")
    response.headers["Content-Disposition"] = f'attachment; filename="{FILE_NAME}"'
    return response
