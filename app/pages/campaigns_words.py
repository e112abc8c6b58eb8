"""The words in which the campaign's pages speak of states and reasons, and the link from a finding to its place."""

from collections.abc import Callable, Mapping
from typing import Any

from flask import url_for
from flask_babel import gettext as _

STATE_TONES = {
    "draft": "empty",
    "scheduled": "live",
    "preparing": "live",
    "sending": "live",
    "waiting": "live",
    "paused": "warn",
    "held": "bad",
    "sent": "good",
    "cancelled": "",
}
PLACES = (
    ("title", "#title"),
    ("audience", "#step-people"),
    ("list", "#step-people"),
    ("sender", "#step-people"),
    ("headings", "#article"),
    ("source", "#step-write"),
    ("image", "#article"),
    ("link", "#article"),
    ("whole letter", "#article"),
)
NOT_ON_THIS_PAGE = "service address"


def status_words(status: str) -> str:
    return {
        "draft": _("Draft"),
        "scheduled": _("Scheduled"),
        "preparing": _("Getting ready"),
        "sending": _("Leaving"),
        "waiting": _("Waiting"),
        "paused": _("Paused"),
        "held": _("Held, it needs you"),
        "sent": _("Sent"),
        "cancelled": _("Cancelled"),
    }[str(status)]


def state_tone(status: str) -> str:
    return STATE_TONES[str(status)]


def place_link(place: str) -> str:
    """Where on the page a finding can be mended, "" where that is not done on any page."""
    lowered = place.lower()
    if lowered == NOT_ON_THIS_PAGE:
        return ""
    words = lowered.replace(",", " ").replace(":", " ").split()
    if words[:1] == ["block"] and len(words) > 1 and words[1].isdecimal():
        return f"#block-{int(words[1]) - 1}"
    if "postal" in lowered or "brand" in lowered:
        return url_for("brands.edit")
    return next((link for word, link in PLACES if word in lowered), "#step-look")


def reason_words(reason: object) -> str:
    return reasons_in_words().get(str(reason), str(reason).replace("_", " "))


def reasons_in_words() -> Mapping[str, str]:
    """Why somebody got no letter, as a sentence's end."""
    return {
        "unsubscribed": _("have unsubscribed"),
        "unconfirmed": _("have not confirmed yet"),
        "suppressed": _("must not be written to"),
        "erased": _("were erased"),
        "paused": _("are taking a break from letters"),
        "excluded_list": _("are on a list you leave out"),
        "frequency_cap": _("had enough letters lately"),
        "consent_expired": _("gave a consent that has run out"),
        "already_received": _("already got this letter"),
        "duplicate_address": _("share an address that gets it already"),
        "not_in_segment": _("are in none of the segments you chose"),
        "excluded_segment": _("are in a segment you leave out"),
        "render_failed": _("have data the letter cannot be made with"),
        "expired": _("were not reached in time"),
        "address_bad": _("have an address that does not exist"),
        "policy": _("have a provider that refuses our mail"),
        "mailbox_full": _("have a full mailbox"),
        "refused_otherwise": _("were refused by their mail server"),
        "opted_out_meanwhile": _("left while the campaign was leaving"),
        "smtputf8_unsupported": _("have an address our mail server cannot write to"),
        "temporary": _("are asked to wait by their mail server"),
        "connection_lost": _("were cut off on the way"),
    }


FILTERS: dict[str, Callable[..., Any]] = {
    "place_link": place_link,
    "reason_words": reason_words,
    "state_tone": state_tone,
    "status_words": status_words,
}
