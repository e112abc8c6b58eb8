"""How the screens answer a refusal: one page (or one notice, for htmx) for every kind, each with what to do."""

import logging

from flask import Flask, current_app, make_response, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_wtf.csrf import CSRFError
from werkzeug.exceptions import HTTPException, InternalServerError

from app.database.away import DATABASE_AWAY
from app.errors import InvalidInput, NotAllowed, NotFound, Refused, Unavailable, WrongState
from app.pages.guards import is_htmx

log = logging.getLogger(__name__)

STATUS_OF: dict[type[Refused], int] = {
    NotFound: 404,
    NotAllowed: 403,
    InvalidInput: 422,
    WrongState: 409,
    Unavailable: 503,
}


def show_refusal(status: int, message: str) -> ResponseReturnValue:
    """The refusal in the frame of a page; flask does not map what goes wrong while that is drawn."""
    template = "partials/_refusal.html" if is_htmx() else "layout/refusal.html"
    try:
        page = render_template(template, status=status, title=title_of(status), message=message)
    except DATABASE_AWAY as error:
        return database_away(error)
    return make_response(page, status)


def title_of(status: int) -> str:
    titles = {
        400: _("This did not work"),
        403: _("Not for your role"),
        404: _("Nothing here"),
        405: _("Not this way"),
        409: _("Not in this state"),
        413: _("Too large"),
        422: _("Something needs changing"),
        429: _("A little slower"),
        503: _("Back in a moment"),
    }
    return str(titles.get(status, _("Something broke on our side")))


def refused(error: Refused) -> ResponseReturnValue:
    status = next((code for kind, code in STATUS_OF.items() if isinstance(error, kind)), 400)
    return show_refusal(status, str(error))


def csrf_refused(error: CSRFError) -> ResponseReturnValue:
    log.info("a form was refused: %s", error.description)
    return show_refusal(
        400, _("This page stood open too long, or was sent from elsewhere. Go back, reload, try again.")
    )


def http_refused(error: HTTPException) -> ResponseReturnValue:
    status = error.code or 500
    if error.response is not None or status < 400:  # noqa: PLR2004  redirects pass
        return error
    messages = {
        404: _("There is no page at this address. It may have moved, or a letter was lost on the way."),
        405: _("This address does not answer to that. Go back and use the buttons of the page."),
        413: _("What was sent is larger than we take."),
        429: _("There were too many tries from your address. Wait a minute and try again."),
    }
    return show_refusal(status, messages.get(status, _("The request could not be read.")))


def database_away(error: Exception) -> ResponseReturnValue:
    log.error("the database is away at %s: %s", request.endpoint, error)
    message = _("The database does not answer. Nothing is lost; letters that are leaving wait. Try again in a moment.")
    response = make_response(bare_page(title_of(503), message), 503)
    response.headers["Retry-After"] = "5"
    return response


def broke(_error: InternalServerError) -> ResponseReturnValue:
    message = _("The reason is in the log. What you had saved is safe; go back and try again.")
    return make_response(bare_page(title_of(500), message), 500)


def bare_page(title: str, message: str) -> str:
    """A page that asks neither the session nor the database."""
    again = request.path if request.method == "GET" else "/"
    return current_app.jinja_env.get_template("layout/away.html").render(title=title, message=message, again=again)


def answer_refusals(app: Flask) -> None:
    app.register_error_handler(Refused, refused)
    app.register_error_handler(CSRFError, csrf_refused)
    app.register_error_handler(HTTPException, http_refused)
    app.register_error_handler(InternalServerError, broke)
    for kind in DATABASE_AWAY:
        app.register_error_handler(kind, database_away)
