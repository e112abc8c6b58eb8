"""A sign-up form as a page: for its public door and for the team's preview. Only these pages may run our own script."""

import json

from flask import Response, request
from werkzeug.datastructures import MultiDict

from app.clock import now
from app.errors import InvalidInput
from app.queries.forms import HostedForm
from app.readers.answers import READER_POLICY, page
from app.readers.sign_up_words import sign_up_words_for
from app.readers.words import Words, words_for
from app.services import form_defence

# Looks like a field to a machine; people never see it.
HONEYPOT = "homepage"


def words_of_form(form: HostedForm) -> Words:
    """In the form's own language, else the browser's, else the brand's."""
    return words_for(form.language, *request.accept_languages.values(), form.brand_language)


def form_page(
    form: HostedForm,
    given: MultiDict[str, str],
    wrong: dict[str, str] | None = None,
    *,
    status: int = 200,
    is_preview: bool = False,
) -> Response:
    """The form with what was typed so far and what is wrong about it; a preview runs no script."""
    words = words_of_form(form)
    say = sign_up_words_for(words.language)
    answer = page(
        "sign_up.html",
        words,
        status=status,
        say=say,
        title=form.title or say.title,
        brand=form.brand,
        form=form,
        given=given,
        wrong=wrong or {},
        honeypot=HONEYPOT,
        is_preview=is_preview,
        stamp=form_defence.stamp(form.id, now()),
        puzzle=json.dumps(form_defence.puzzle(form.id)),
    )
    answer.headers["Content-Security-Policy"] = policy_of(form)
    return answer


def policy_of(form: HostedForm) -> str:
    """Readers' policy with our own script; a form's answer may also lead to the site that its team chose."""
    policy = f"{READER_POLICY}; script-src 'self'"
    return with_way_to(policy, form.redirect_url)


def with_way_to(policy: str, url: str) -> str:
    """Browsers hold a form's answer to `form-action` too, so that the site it leads on to has to stand there."""
    scheme, _slashes, rest = url.partition("://")
    host = rest.partition("/")[0].partition("?")[0].partition("#")[0]
    plain = host and all(sign.isalnum() or sign in ".-:[]" for sign in host) and host.isascii()
    return policy.replace("form-action 'self'", f"form-action 'self' {scheme}://{host}") if plain else policy


def sentences_for(form: HostedForm, refusal: InvalidInput, given: MultiDict[str, str]) -> dict[str, str]:
    """What is wrong, in the reader's language, under each field."""
    say = sign_up_words_for(words_of_form(form).language)
    return {
        name: say.bad_address if name == "email" else (say.too_long if given.get(name, "").strip() else say.needed)
        for name in refusal.fields
    }
