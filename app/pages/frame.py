"""What every template knows: the rail's entries, the brand, the viewer, versioned addresses of built files."""

import hashlib
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from flask import Flask, current_app, request, url_for
from flask_babel import get_locale
from flask_babel import lazy_gettext as _l
from jinja2 import StrictUndefined

from app.config import Settings
from app.database.away import DATABASE_AWAY
from app.database.session import reading
from app.pages.guards import Viewer, find_viewer
from app.pages.wording import FILTERS
from app.permissions import Act
from app.services import brands

HOUSE = "Letterwright"
THEMES = {"auto": _l("Auto"), "light": _l("Light"), "dark": _l("Dark")}


@dataclass(frozen=True, slots=True)
class Entry:
    """One entry of the rail; it is shown where its page exists, and lit for every blueprint in `within`."""

    label: Any
    icon: str
    endpoint: str
    within: tuple[str, ...]


ENTRIES = (
    Entry(_l("Campaigns"), "send", "campaigns.index", ("campaigns",)),
    Entry(
        _l("Audience"), "users", "subscribers.index", ("subscribers", "lists", "segments", "sign_up_forms", "imports")
    ),
    Entry(
        _l("Content"), "file-text", "media_library.index", ("media_library", "article_imports", "designs", "notices")
    ),
    Entry(_l("Reports"), "bar-chart-3", "reports.index", ("reports",)),
    Entry(_l("Delivery"), "truck", "delivery.index", ("delivery", "transports")),
    Entry(_l("Settings"), "settings", "brands.edit", ("brands", "archives", "senders", "team", "account")),
    Entry(_l("Inbox"), "inbox", "inbox.index", ("inbox",)),
)


@dataclass(frozen=True, slots=True)
class Frame:
    """What stands around the content of one page."""

    entries: tuple[tuple[Entry, bool], ...]
    brand: str
    viewer: Viewer | None
    theme: str
    language: str
    can_write: bool


def describe_frame() -> Frame:
    viewer = find_viewer()
    there = current_app.view_functions
    section = (request.blueprint or "").split(".")[0]
    return Frame(
        entries=tuple((one, is_within(one, section)) for one in ENTRIES if one.endpoint in there),
        brand=brand_name() if viewer else "",
        viewer=viewer,
        theme=chosen_theme(),
        language=str(get_locale() or "en").replace("_", "-"),
        can_write=viewer is not None and viewer.may(Act.WRITE) and "campaigns.new" in there,
    )


def is_within(entry: Entry, section: str) -> bool:
    return any(section == one or section.startswith(f"{one}_") for one in entry.within)


def brand_name() -> str:
    """The brand's name; the house's own where there is none yet, or where the database is away."""
    try:
        with reading() as session:
            brand = brands.first_brand(session)
            return brand.name if brand else HOUSE
    except DATABASE_AWAY:
        return HOUSE


def has_page(endpoint: str) -> bool:
    """Whether a page exists, so that nothing links to one that does not."""
    return endpoint in current_app.view_functions


def chosen_theme() -> str:
    theme = request.cookies.get("theme", "auto")
    return theme if theme in THEMES else "auto"


@cache
def fingerprint(path: Path, _changed_ns: int) -> str:
    return hashlib.blake2b(path.read_bytes(), digest_size=6).hexdigest()


def built(name: str) -> str:
    """The address of a file in static/dist, with its fingerprint, so that browsers may keep it for ever."""
    path = Path(str(current_app.static_folder)) / "dist" / name
    version = fingerprint(path, path.stat().st_mtime_ns) if path.exists() else None
    return url_for("static", filename=f"dist/{name}", v=version)


def dress(app: Flask, settings: Settings) -> None:
    """Gives templates their filters and the frame."""
    app.jinja_env.undefined = StrictUndefined
    app.jinja_env.filters.update(FILTERS, has_page=has_page)
    app.jinja_env.globals.update(built=built, Act=Act, uses_catcher=settings.uses_catcher)

    @app.context_processor
    def everywhere() -> dict[str, Any]:
        return {"frame": describe_frame(), "viewer": find_viewer(), "themes": THEMES}
