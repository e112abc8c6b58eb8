"""The preferences behind a fresh link: one card a question, each with a button of its own. Used by `preferences`."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from zoneinfo import ZoneInfo

from flask import Response, request

from app.clock import now
from app.database.session import Session
from app.errors import InvalidInput, WrongState
from app.models import ConsentWay, ReaderAct, ReaderRequest
from app.public.preferences_told import Told, tell
from app.queries.preferences import Preferences, get_preferences
from app.queries.reader import masked
from app.readers.answers import page
from app.readers.preferences.said import PreferenceWords
from app.readers.preferences.spoken import NAMES, preference_words_for
from app.readers.words import words_for
from app.services import preferences, reader_requests
from app.services.preferences import LONGEST_PAUSE, Details
from app.services.reader_requests import Wish
from app.services.subscriptions import Proof
from emails.render.filters import long_date

FIELD = "field."


@dataclass(frozen=True, slots=True)
class Pressed:
    """The card whose button was pressed, "" for none, and what was wrong with it: field -> sentence."""

    card: str = ""
    errors: Mapping[str, str] = field(default_factory=dict)


NOTHING = Pressed()


def show(session: Session, wish: ReaderRequest) -> Response:
    return show_page(session, wish)


def act(session: Session, wish: ReaderRequest) -> Response:
    """One card's button; what is not known changes nothing."""
    asked = request.form.get("do", "")
    if asked in LETTERS:
        return mail(session, wish, LETTERS[asked])
    verb = VERBS.get(asked)
    if verb is None:
        return show_page(session, wish)
    try:
        with session.begin_nested():
            verb(session, wish)
    except InvalidInput as error:
        return show_page(session, wish, Pressed(asked, error.fields))
    except WrongState:
        return show_page(session, wish)
    return show_page(session, wish, Pressed(asked))


def show_page(session: Session, wish: ReaderRequest, pressed: Pressed = NOTHING) -> Response:
    session.flush()
    known = get_preferences(session, wish.subscriber_id, wish.brand_id, language=wish.language)
    words, say = words_for(*known.languages), preference_words_for(*known.languages)
    today = now().astimezone(ZoneInfo(known.zone)).date()
    return page(
        "preferences_open.html",
        words,
        status=422 if pressed.errors else 200,
        say=say,
        title=say.title,
        brand=known.brand,
        known=known,
        languages=languages_for(known),
        paused=paused_words(known, words.language),
        first_day=today.isoformat(),
        last_day=(today + LONGEST_PAUSE).isoformat(),
        saved="" if pressed.errors else pressed.card,
        wrong=pressed.card if pressed.errors else "",
        errors={name: wrong_words(name, say) for name in pressed.errors},
        typed=request.form,
    )


def languages_for(known: Preferences) -> dict[str, str]:
    """The languages to choose from; one that these pages do not speak stays choosable for whoever has it."""
    own = {known.language: known.language} if known.language and known.language not in NAMES else {}
    return {**NAMES, **own}


def paused_words(known: Preferences, language: str) -> str:
    if known.paused_until is None:
        return ""
    return long_date(known.paused_until.astimezone(ZoneInfo(known.zone)).date().isoformat(), language)


def wrong_words(name: str, say: PreferenceWords) -> str:
    return {"until": say.wrong_date, "email": say.wrong_address}.get(name, say.wrong_text)


def proof(wish: ReaderRequest) -> Proof:
    basis = f"Chosen on the preferences page, by a fresh link that was mailed to the address (request {wish.id})"
    return Proof(ConsentWay.PAGE, basis, ip_address=request.remote_addr or "", user_agent=request.user_agent.string)


def choose_lists(session: Session, wish: ReaderRequest) -> None:
    wanted = {int(one) for one in request.form.getlist("list") if one.isascii() and one.isdecimal()}
    preferences.choose_lists(session, wish, wanted, proof(wish))


def leave_everything(session: Session, wish: ReaderRequest) -> None:
    preferences.leave_everything(session, wish, proof(wish))


def save_details(session: Session, wish: ReaderRequest) -> None:
    given = request.form
    fields = {name.removeprefix(FIELD): value for name, value in given.items() if name.startswith(FIELD)}
    names = {name: given.get(name, "") for name in ("first_name", "last_name", "language")}
    preferences.save_details(session, wish, Details(**names, fields=fields))


def pause(session: Session, wish: ReaderRequest) -> None:
    zone = get_preferences(session, wish.subscriber_id, wish.brand_id, language=wish.language).zone
    end = preferences.pause_end(request.form.get("for", ""), request.form.get("until", ""), zone=zone)
    preferences.pause(session, wish, end)


def resume(session: Session, wish: ReaderRequest) -> None:
    preferences.pause(session, wish, None)


def measure(session: Session, wish: ReaderRequest) -> None:
    preferences.measure(session, wish, off=request.form.get("off") == "1")


VERBS: dict[str, Callable[[Session, ReaderRequest], None]] = {
    "lists": choose_lists,
    "everything": leave_everything,
    "about": save_details,
    "pause": pause,
    "resume": resume,
    "measure": measure,
}
LETTERS = {"address": ReaderAct.CHANGE_ADDRESS, "export": ReaderAct.EXPORT, "erase": ReaderAct.ERASE}


def mail(session: Session, wish: ReaderRequest, act: ReaderAct) -> Response:
    """Asks for what only a further letter may confirm."""
    known = get_preferences(session, wish.subscriber_id, wish.brand_id, language=wish.language)
    words, say = words_for(*known.languages), preference_words_for(*known.languages)
    email = request.form.get("email", "") if act is ReaderAct.CHANGE_ADDRESS else ""
    asked = Wish(act, wish.brand_id, words.language, email)
    try:
        answer = reader_requests.ask(session, wish.subscriber_id, asked)
    except InvalidInput as error:
        return show_page(session, wish, Pressed("address", error.fields))
    told = Told.of(answer, say, sent=say.sent_act)
    return tell(told, say, known.languages, brand=known.brand, address=masked(email.strip() or known.email))
