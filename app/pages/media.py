"""Uploaded pictures, by the hash of their bytes: they never change, so they may be kept for ever."""

import logging
import re

from flask import Blueprint, current_app, send_from_directory
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app.config import Settings
from app.database.session import reading
from app.errors import NotFound, Unavailable
from app.pages.guards import public
from app.services.assets import is_known

log = logging.getLogger(__name__)

blueprint = Blueprint("media", __name__)

NAME = re.compile(r"[0-9a-f]{64}\.(?:png|jpe?g|gif|webp)")
NAMED = re.compile(r"[0-9a-f]{64}/[a-z0-9-]{1,120}\.(?:png|jpe?g|gif)")
ONE_YEAR_SECONDS = 31_536_000


@blueprint.get("/media/<name>")
@public
def show(name: str) -> ResponseReturnValue:
    """The address that letters had before pictures had names; it stays good."""
    return picture(name)


@blueprint.get("/media/<sha256>/<name>")
@public
def named(sha256: str, name: str) -> ResponseReturnValue:
    """The hash decides; the name is for people who keep the picture, and may be any."""
    if not NAMED.fullmatch(f"{sha256}/{name}"):
        raise NotFound(_("There is no such picture."))
    return picture(f"{sha256}.{name.rpartition('.')[2]}")


def picture(name: str) -> ResponseReturnValue:
    """One file as a picture and nothing else, whatever a browser is told to make of it."""
    if not NAME.fullmatch(name):
        raise NotFound(_("There is no such picture."))
    settings: Settings = current_app.extensions["settings"]
    if not (settings.uploads / name).is_file():
        return absent_here(name)
    response = send_from_directory(settings.uploads, name, max_age=ONE_YEAR_SECONDS)
    response.headers["Cache-Control"] = f"public, max-age={ONE_YEAR_SECONDS}, immutable"
    response.headers["Content-Security-Policy"] = "default-src 'none'; sandbox"
    # Letters in other people's mailboxes show these pictures too.
    response.headers["Cross-Origin-Resource-Policy"] = "cross-origin"
    return response


def absent_here(name: str) -> ResponseReturnValue:
    """A picture that the house has and this machine does not is no answer for ever: proxies keep a 404."""
    with reading() as session:
        known = is_known(session, name)
    if not known:
        raise NotFound(_("There is no such picture."))
    log.error("the picture %s is not in the uploads folder of this machine; see `letterwright doctor`", name)
    raise Unavailable(_("This picture cannot be shown now."))
