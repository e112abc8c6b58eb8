"""The first page, and the switch between light and dark."""

from flask import Blueprint, current_app, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from app.clock import now
from app.database.session import reading
from app.pages.frame import THEMES
from app.pages.guards import is_htmx, needs, public, safe_next
from app.pages.wording import viewer_zone
from app.permissions import Act
from app.queries.dashboard import dashboard, has_planned
from app.queries.mailboxes import find_trouble

blueprint = Blueprint("home", __name__)

ONE_YEAR_SECONDS = 31_536_000
FIRST_PAGES = ("campaigns.index", "subscribers.index")


@blueprint.get("/")
@needs(Act.SEE)
def show() -> ResponseReturnValue:
    """What leaves today, what needs somebody, how the last campaigns fared; before any is planned, where one begins."""
    midnight = now().astimezone(viewer_zone()).replace(hour=0, minute=0, second=0, microsecond=0)
    mailbox = current_app.extensions["settings"].mailbox
    with reading() as session:
        if has_planned(session):
            trouble = find_trouble(session, mailbox.name) if mailbox else ""
            home = dashboard(session, day_starts=midnight)
            return render_template("pages/home/show.html", home=home, mailbox=mailbox, mailbox_trouble=trouble)
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
