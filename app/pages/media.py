"""Uploaded pictures, by the hash of their bytes: they never change, so they may be kept for ever."""

import re

from flask import Blueprint, current_app, send_from_directory
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app.config import Settings
from app.errors import NotFound
from app.pages.guards import public

blueprint = Blueprint("media", __name__)

NAME = re.compile(r"[0-9a-f]{64}\.(?:png|jpe?g|gif|webp)")
ONE_YEAR_SECONDS = 31_536_000


@blueprint.get("/media/<name>")
@public
def show(name: str) -> ResponseReturnValue:
    if not NAME.fullmatch(name):
        raise NotFound(_("There is no such picture."))
    settings: Settings = current_app.extensions["settings"]
    response = send_from_directory(settings.uploads, name, max_age=ONE_YEAR_SECONDS)
    response.headers["Cache-Control"] = f"public, max-age={ONE_YEAR_SECONDS}, immutable"
    response.headers["Content-Security-Policy"] = "default-src 'none'; sandbox"
    # Letters in other people's mailboxes show these pictures too.
    response.headers["Cross-Origin-Resource-Policy"] = "cross-origin"
    return response
