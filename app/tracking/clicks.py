"""`/c/<number>/<token>`: a letter's numbered link. Leads on to the address in our own table, and nowhere else.

The hit itself is kept by `fast_lane`, before this is asked; what it does not have at hand is found here.
"""

from flask import current_app, redirect
from flask.typing import ResponseReturnValue

from app.readers.answers import browser_words, make_door, notice
from app.tokens import Purpose, verify
from app.tracking.addresses import Addresses
from app.tracking.fast_lane import in_header

blueprint = make_door("clicks", __name__)


@blueprint.get("/c/<int:number>/<token>")
def follow(number: int, token: str) -> ResponseReturnValue:
    message_id = verify(Purpose.TRACK, token)
    if not message_id:
        words = browser_words()
        return notice(words, words.test_title, words.test_link)
    addresses: Addresses = current_app.extensions["addresses"]
    return redirect(in_header(addresses.find(message_id, number)), 302)
