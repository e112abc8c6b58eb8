"""How doors for readers answer: strict headers, pages without script or session, kind words when something is wrong."""

import logging
from collections.abc import Callable

from flask import Blueprint, Response, current_app, request
from flask.typing import ResponseReturnValue
from werkzeug.exceptions import HTTPException

from app.database.away import DATABASE_AWAY
from app.errors import NotFound
from app.readers.words import Words, words_for

log = logging.getLogger(__name__)

READER_POLICY = (
    "default-src 'none'; style-src 'self'; img-src 'self' data:; "
    "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
PRIVATE_HEADERS = (
    ("Referrer-Policy", "no-referrer"),
    ("Cache-Control", "no-store"),
    ("X-Robots-Tag", "noindex"),
    ("X-Content-Type-Options", "nosniff"),
)
RETRY_SECONDS = 30
FIRST_ERROR = 400


def make_door(name: str, module: str, *, headers: Callable[[Response], Response] | None = None) -> Blueprint:
    """A blueprint whose every answer wears the readers' headers (or others) and whose refusals are readers' pages."""
    door = Blueprint(name, module)
    door.after_request(headers or add_headers)
    door.register_error_handler(NotFound, missing)
    door.register_error_handler(HTTPException, http_refused)
    for kind in DATABASE_AWAY:
        door.register_error_handler(kind, away)
    return door


def add_headers(response: Response) -> Response:
    headers = response.headers
    headers.setdefault("Content-Security-Policy", READER_POLICY)
    for name, value in PRIVATE_HEADERS:
        headers[name] = value
    return response


def page(template: str, words: Words, *, status: int = 200, **facts: object) -> Response:
    """A reader's page. Rendered outside of Flask's context, so that neither session nor database is asked for."""
    html = current_app.jinja_env.get_template(f"public/{template}").render(words=words, status=status, **facts)
    return Response(html, status, mimetype="text/html")


def notice(words: Words, title: str, message: str, *, status: int = 200) -> Response:
    """A page that only says something; one that may pass (503) also offers to try again."""
    return page("notice.html", words, status=status, brand="", title=title, message=message)


def browser_words() -> Words:
    """The words in the browser's language, for pages that belong to no letter."""
    return words_for(*request.accept_languages.values())


def missing(_error: NotFound) -> Response:
    words = browser_words()
    return notice(words, words.missing_title, words.missing, status=404)


def http_refused(error: HTTPException) -> ResponseReturnValue:
    if error.code is None or error.code < FIRST_ERROR:
        return error
    words = browser_words()
    return notice(words, words.missing_title, words.missing, status=error.code)


def away(error: Exception) -> Response:
    log.error("the database is away at %s: %s", request.endpoint, type(error).__name__)
    words = browser_words()
    answer = notice(words, words.away_title, words.away, status=503)
    answer.headers["Retry-After"] = str(RETRY_SECONDS)
    return answer
