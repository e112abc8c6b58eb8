"""The first page, and the switch between light and dark."""

from flask import Blueprint, current_app, make_response, redirect, request, url_for
from flask.typing import ResponseReturnValue

from app.pages.frame import THEMES
from app.pages.guards import is_htmx, needs, public, safe_next
from app.permissions import Act

blueprint = Blueprint("home", __name__)

ONE_YEAR_SECONDS = 31_536_000
FIRST_PAGES = ("campaigns.index", "subscribers.index")


@blueprint.get("/")
@needs(Act.SEE)
def show() -> ResponseReturnValue:
    first = next(name for name in FIRST_PAGES if name in current_app.view_functions)
    return redirect(url_for(first))


@blueprint.post("/theme")
@public
def switch_theme() -> ResponseReturnValue:
    """Keeps the choice in a cookie of its own, so that the sign-in page wears it too."""
    theme = request.form.get("theme", "auto")
    answer = make_response("", 204) if is_htmx() else redirect(safe_next(request.form.get("next")))
    if theme in THEMES:
        secure = bool(current_app.config["SESSION_COOKIE_SECURE"])
        answer.set_cookie("theme", theme, max_age=ONE_YEAR_SECONDS, httponly=True, secure=secure, samesite="Lax")
    return answer
