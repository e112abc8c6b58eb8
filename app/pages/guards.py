"""Who may open which page. Every route of the team's screens wears `@public` or `@needs`; one without is refused.

Also the session: who is signed in, entering and leaving.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps
from typing import Any, TypeVar, cast
from urllib.parse import urlsplit

from flask import Flask, current_app, make_response, redirect, request, session, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import UserMixin, current_user, login_user, logout_user

from app.clock import now
from app.database.session import reading
from app.errors import NotAllowed
from app.extensions import login_manager
from app.models import Role, User
from app.permissions import Act, can
from app.services import users

View = TypeVar("View", bound=Callable[..., ResponseReturnValue])


@dataclass(frozen=True, slots=True)
class Viewer(UserMixin):  # type: ignore[misc]
    """Somebody who is signed in. A raised epoch in the database ends every session of theirs."""

    id: int
    epoch: int
    email: str
    name: str
    role: Role
    time_zone: str

    def get_id(self) -> str:
        return f"{self.id}.{self.epoch}"

    def may(self, act: Act) -> bool:
        return can(self.role, act)

    @property
    def called(self) -> str:
        return self.name or self.email


def as_viewer(user: User) -> Viewer:
    return Viewer(user.id, user.sign_in_epoch, user.email, user.name, user.role, user.time_zone)


@login_manager.user_loader  # type: ignore[untyped-decorator]
def load_viewer(kept: str) -> Viewer | None:
    number, _dot, epoch = kept.partition(".")
    if not (number.isascii() and number.isdigit() and epoch.isascii() and epoch.isdigit()):
        return None
    with reading() as database:
        user = users.find_signed_in(database, int(number), int(epoch))
        return as_viewer(user) if user is not None else None


def find_viewer() -> Viewer | None:
    """Whoever is signed in, or None."""
    return cast("Viewer", current_user) if current_user.is_authenticated else None


def viewer() -> Viewer:
    """Whoever is signed in; only for views behind `@needs`."""
    found = find_viewer()
    if found is None:
        raise NotAllowed(_("Sign in first."))
    return found


def enter(user: User) -> None:
    """Starts a new session for `user`; nothing of the old one stays."""
    session.clear()
    session.permanent = True
    session["renewed"] = now().date().isoformat()
    login_user(as_viewer(user))


def renew_daily() -> None:
    """Lets a session that is in use go on. Not with every answer: a late one would undo signing out."""
    today = now().date().isoformat()
    if session.get("renewed") != today and not is_htmx():
        session["renewed"] = today


def leave() -> None:
    logout_user()
    session.clear()


def public(view: View) -> View:
    """Marks a page that anybody may open."""
    view.guard = "public"  # type: ignore[attr-defined]
    return view


def needs(act: Act) -> Callable[[View], View]:
    """Marks a page for those whose role may do `act`; strangers are sent to sign in and come back."""

    def guard(view: View) -> View:
        @wraps(view)
        def guarded(*args: Any, **kwargs: Any) -> ResponseReturnValue:
            found = find_viewer()
            if found is None:
                return to_sign_in()
            if not found.may(act):
                raise NotAllowed(_("Your role does not allow this. An owner can change it under Settings, Team."))
            renew_daily()
            return view(*args, **kwargs)

        guarded.guard = act  # type: ignore[attr-defined]
        return cast("View", guarded)

    return guard


def to_sign_in() -> ResponseReturnValue:
    wanted = request.full_path.rstrip("?") if request.method == "GET" and not is_htmx() else None
    address = url_for("sign_in.show", next=wanted)
    if is_htmx():
        response = make_response("", 401)
        response.headers["HX-Redirect"] = url_for("sign_in.show")
        return response
    return redirect(address)


def is_htmx() -> bool:
    """Whether a part of a page is asked for, rather than a page."""
    asked = request.headers
    whole_page = asked.get("HX-Boosted") == "true" or asked.get("HX-History-Restore-Request") == "true"
    return asked.get("HX-Request") == "true" and not whole_page


def safe_next(wanted: str | None) -> str:
    """`wanted` where it is a path of ours, else the first page; never another site."""
    home = url_for("home.show")
    if not wanted or not wanted.startswith("/") or wanted.startswith(("//", "/\\")):
        return home
    parts = urlsplit(wanted)
    return home if parts.scheme or parts.netloc or "\\" in wanted or any(ord(sign) < 32 for sign in wanted) else wanted  # noqa: PLR2004  control characters


def refuse_unguarded(app: Flask) -> None:
    """Refuses every route that wears no guard and does not belong to a door for readers."""

    def check() -> None:
        if request.endpoint is None or request.endpoint == "static":
            return
        if request.blueprint in current_app.extensions["reader_doors"]:
            return
        if not hasattr(current_app.view_functions[request.endpoint], "guard"):
            raise NotAllowed(_("This page is not open to anybody."))

    app.before_request(check)
