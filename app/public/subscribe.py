"""`/s/<form>`: signing up. GET shows, POST acts; from our own page, from a snippet on another site, or as JSON.

Whatever is not quite sure (no signed time, no solved puzzle) is asked for one more press rather than refused. The
answer is the same for every address: known, suppressed or new.
"""

import json
import logging
from dataclasses import replace

from flask import Blueprint, Response, redirect, request
from flask.typing import ResponseReturnValue
from werkzeug.datastructures import MultiDict

from app.clock import now
from app.database.session import reading, transaction
from app.errors import InvalidInput
from app.public.subscribe_json import answer_preflight, answer_script, is_from_script
from app.queries.forms import HostedForm, hosted_form
from app.readers.answers import READER_POLICY, make_door, page
from app.readers.form_pages import HONEYPOT, form_page, sentences_for, words_of_form
from app.readers.sign_up_words import sign_up_words_for
from app.services import form_defence, sign_ups
from app.services.sign_ups import Answers, Taken, Visitor

LARGEST_FORM_BYTES = 64 * 1024

log = logging.getLogger(__name__)
blueprint: Blueprint = make_door("subscribe", __name__)


@blueprint.get("/s/<public_id>", provide_automatic_options=False)
def show(public_id: str) -> ResponseReturnValue:
    with reading() as session:
        form = hosted_form(session, public_id)
    if is_from_script():
        return answer_script(form, None)
    return form_page(form, MultiDict())


@blueprint.route("/s/<public_id>", methods=["OPTIONS"], provide_automatic_options=False)
def preflight(public_id: str) -> ResponseReturnValue:
    with reading() as session:
        return answer_preflight(hosted_form(session, public_id))


@blueprint.post("/s/<public_id>", provide_automatic_options=False)
def act(public_id: str) -> ResponseReturnValue:
    request.max_content_length = LARGEST_FORM_BYTES
    with reading() as session:
        form = hosted_form(session, public_id)
    if request.mimetype == "application/json":
        return answer_script(form, take)
    given = request.form
    try:
        taken = take(form, given)
    except InvalidInput as refusal:
        return form_page(form, given, sentences_for(form, refusal, given), status=422)
    return again_page(form, given) if taken is Taken.REPLAYED else taken_page(form, given.get("email", ""))


def take(form: HostedForm, given: MultiDict[str, str]) -> Taken:
    """Checks what was typed and keeps it; REPLAYED where one more press is wanted.

    Raises:
        InvalidInput: under each field that cannot be so.
    """
    answers = sign_ups.check_answers(list(form.fields), given.get("email", ""), given)
    if given.get(HONEYPOT):
        log.info("a sign-up filled in what nobody sees", extra={"form_id": form.id})
        return Taken.OVER_LIMIT
    challenge = form_defence.solved(given.get("altcha", ""), form.id)
    stamp = given.get("stamp", "")
    first = challenge is not None and form_defence.is_timely(stamp, form.id)
    if not first and not form_defence.is_timely(stamp, form.id, second=True):
        return Taken.REPLAYED
    return keep(form, replace(answers, challenge=challenge), given)


def keep(form: HostedForm, answers: Answers, given: MultiDict[str, str]) -> Taken:
    version = given.get("wording", type=int)
    visitor = Visitor(request.remote_addr or "", request.user_agent.string)
    full = replace(answers, language=words_of_form(form).language, wording_version=version)
    with transaction() as session:
        return sign_ups.take(session, form.id, full, visitor)


def again_page(form: HostedForm, given: MultiDict[str, str]) -> Response:
    """What was typed, shown once more: one press, and it counts."""
    words = words_of_form(form)
    say = sign_up_words_for(words.language)
    answer = page(
        "sign_up_again.html",
        words,
        say=say,
        title=say.again_title,
        brand=form.brand,
        form=form,
        given=given,
        stamp=form_defence.stamp(form.id, now(), second=True),
        puzzle=json.dumps(form_defence.puzzle(form.id)),
    )
    answer.headers["Content-Security-Policy"] = f"{READER_POLICY}; script-src 'self'"
    return answer


def taken_page(form: HostedForm, email: str) -> ResponseReturnValue:
    if form.redirect_url and not form.asks_twice:
        return redirect(form.redirect_url, 303)
    words = words_of_form(form)
    say = sign_up_words_for(words.language)
    title = say.look_title if form.asks_twice else say.thanks_title
    return page("sign_up_taken.html", words, say=say, title=title, brand=form.brand, form=form, address=email.strip())
