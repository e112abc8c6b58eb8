"""The inbox of the built-in catcher: the letters that left, as the people they went to would see them."""

from flask import Blueprint, Flask, current_app, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext

from app.config import Settings
from app.database.session import reading
from app.embedded import maildir
from app.errors import NotFound
from app.pages.guards import is_htmx, needs
from app.pages.inbox_letter import TABS, ShownLetter, one_click_path, post_one_click, shown
from app.pages.security import letter_page
from app.permissions import Act
from app.services import brands

blueprint = Blueprint("inbox", __name__, url_prefix="/inbox")


def settings() -> Settings:
    kept: Settings = current_app.extensions["settings"]
    return kept


def own_urls() -> tuple[str, ...]:
    """The addresses that letters of this installation link to."""
    with reading() as session:
        brand = brands.first_brand(session)
    return tuple(filter(None, (settings().url, brand.base_url if brand else "")))


@blueprint.get("")
@needs(Act.SEE)
def index() -> ResponseReturnValue:
    return show_inbox(None)


@blueprint.get("/<key>")
@needs(Act.SEE)
def show(key: str) -> ResponseReturnValue:
    return show_inbox(key)


def show_inbox(key: str | None) -> ResponseReturnValue:
    """The list at the left and, with a key, that letter at the right; the list alone for htmx."""
    person, page = request.args.get("person", "").strip(), max(1, request.args.get("page", 1, type=int))
    found = maildir.list_letters(settings().data, to=person or None, page=page)
    facts = {"found": found, "person": person, "key": key}
    if is_htmx():
        # The page that showed an empty inbox has no column for letters: it is loaded anew with the first one.
        headers = {"HX-Refresh": "true"} if found.total and "first" in request.args else {}
        return render_template("pages/inbox/_letters.html", **facts), headers
    letter = read(key) if key else None
    tab = request.args.get("tab", TABS[0] if letter is None or letter.html else TABS[1])
    return render_template(
        "pages/inbox/index.html", letter=letter, tab=tab if tab in TABS else TABS[0], tabs=tab_words(), **facts
    )


def tab_words() -> dict[str, str]:
    return {"html": _("Letter"), "text": _("Text"), "headers": _("Headers")}


def read(key: str) -> ShownLetter:
    return shown(maildir.read_letter(settings().data, key), own_urls=own_urls())


@blueprint.get("/<key>/html")
@needs(Act.SEE)
def html(key: str) -> ResponseReturnValue:
    """The letter's HTML for the sandboxed frame: a policy without scripts, and a stranger to our origin."""
    return letter_page(read(key).html)


@blueprint.get("/<key>/raw")
@needs(Act.SEE)
def raw(key: str) -> ResponseReturnValue:
    """The letter as it came over SMTP, to be kept as a file."""
    source = maildir.raw_letter(settings().data, key)
    name = f"attachment; filename={key}.eml"
    return source, 200, {"Content-Type": "application/octet-stream", "Content-Disposition": name}


@blueprint.post("/<key>/unsubscribe")
@needs(Act.PEOPLE)
def unsubscribe(key: str) -> ResponseReturnValue:
    """Does what the unsubscribe button of a mail program does: the POST that the letter's header asks for."""
    path = one_click_path(maildir.read_letter(settings().data, key), own_urls=own_urls())
    if not path:
        raise NotFound(_("This letter carries no one-click unsubscribe of ours."))
    application = current_app._get_current_object()  # type: ignore[attr-defined]  # noqa: SLF001  the app behind Flask's proxy
    status = post_one_click(path, application)
    if status == 200:  # noqa: PLR2004  what RFC 8058 expects
        flash(_("Posted as a mail program would, answered with 200. This person is unsubscribed."), "good")
    else:
        flash(_("Posted as a mail program would, but answered with %(status)d.", status=status), "bad")
    return redirect(url_for("inbox.show", key=key), 303)


@blueprint.post("/empty")
@needs(Act.SEND)
def empty() -> ResponseReturnValue:
    gone = maildir.empty_inbox(settings().data)
    flash(ngettext("%(num)d letter deleted.", "%(num)d letters deleted.", gone), "good")
    return redirect(url_for("inbox.index"), 303)


def open_inbox(app: Flask, kept: Settings) -> None:
    """The inbox exists only where letters end in it."""
    if kept.uses_catcher:
        app.register_blueprint(blueprint)
