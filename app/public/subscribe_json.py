"""`/s/<form>` for scripts: the same questions and answers as JSON, open to the sites that the form's team listed."""

from collections.abc import Callable
from typing import Any

from flask import Response, jsonify, request
from werkzeug.datastructures import MultiDict

from app.clock import now
from app.errors import InvalidInput
from app.queries.forms import HostedForm
from app.readers.form_pages import sentences_for, words_of_form
from app.readers.sign_up_words import sign_up_words_for
from app.services import form_defence
from app.services.sign_ups import Taken

PREFLIGHT_SECONDS = 3600
MOST_GIVEN = 30


def is_from_script() -> bool:
    """Whether a script asks, rather than a browser for its page."""
    accepts = request.accept_mimetypes
    return accepts.best == "application/json"


def answer_preflight(form: HostedForm) -> Response:
    answer = Response(status=204)
    if allow(answer, form):
        answer.headers["Access-Control-Allow-Methods"] = "GET, POST"
        answer.headers["Access-Control-Allow-Headers"] = "Content-Type, Accept"
        answer.headers["Access-Control-Max-Age"] = str(PREFLIGHT_SECONDS)
    return answer


def allow(answer: Response, form: HostedForm) -> bool:
    """Lets the asking site read the answer, where the form's team listed it."""
    answer.headers["Vary"] = "Origin, Accept"
    origin = request.headers.get("Origin", "").lower()
    if origin not in form.allowed_origins:
        return False
    answer.headers["Access-Control-Allow-Origin"] = origin
    return True


def answer_script(form: HostedForm, take: Callable[[HostedForm, MultiDict[str, str]], Taken] | None) -> Response:
    """The form (GET: `take` None), or what became of its answers."""
    body, status = described(form), 200
    origin = request.headers.get("Origin")
    if take is not None and origin is not None and origin.lower() not in form.allowed_origins:
        body, status = {"status": "refused", "message": "This form does not take sign-ups from this site."}, 403
    elif take is not None:
        body, status = taken_or_not(form, take)
    answer = jsonify(body)
    answer.status_code = status
    allow(answer, form)
    return answer


def taken_or_not(
    form: HostedForm, take: Callable[[HostedForm, MultiDict[str, str]], Taken]
) -> tuple[dict[str, Any], int]:
    given = given_fields()
    say = sign_up_words_for(words_of_form(form).language)
    try:
        taken = take(form, given)
    except InvalidInput as refusal:
        return {"status": "invalid", "errors": sentences_for(form, refusal, given)}, 422
    if taken is Taken.REPLAYED:
        return {"status": "again", "message": say.again_title, **defence(form, second=True)}, 428
    title = say.look_title if form.asks_twice else say.thanks_title
    return {"status": "taken", "message": title, "redirect": "" if form.asks_twice else form.redirect_url}, 202


def given_fields() -> MultiDict[str, str]:
    """The body's texts and numbers by name; whatever else stands in it is passed over."""
    body = request.get_json(silent=True)
    pairs = list(body.items())[:MOST_GIVEN] if isinstance(body, dict) else []
    return MultiDict((name, str(value)) for name, value in pairs if isinstance(value, str | int))


def described(form: HostedForm) -> dict[str, Any]:
    words = words_of_form(form)
    return {
        "title": form.title or sign_up_words_for(words.language).title,
        "intro": form.intro,
        "language": words.language,
        "lists": list(form.lists),
        "fields": [{"name": "email", "required": True}, *form.fields],
        "consent": {"wording": form.wording, "version": form.version},
        **defence(form, second=False),
    }


def defence(form: HostedForm, *, second: bool) -> dict[str, Any]:
    """What the next POST has to bring: `stamp` as it is, and the solved puzzle as `altcha`."""
    return {
        "stamp": form_defence.stamp(form.id, now(), second=second),
        "challenge": form_defence.puzzle(form.id),
    }
