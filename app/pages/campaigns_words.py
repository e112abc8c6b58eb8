"""The words in which the campaign's pages speak of states and reasons, and the link from a finding to its place."""

from collections.abc import Callable, Mapping
from typing import Any

from flask import url_for
from flask_babel import gettext as _
from flask_babel import ngettext

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


def reason_words(reason: object, count: int = 2) -> str:
    """Of so many people: "has unsubscribed" of one, "have unsubscribed" of several or of any number."""
    return reasons_in_words(count).get(str(reason), str(reason).replace("_", " "))


def reasons_in_words(count: int = 2) -> Mapping[str, str]:
    """Why somebody got no letter, as a sentence's end about so many people."""
    return {
        "unsubscribed": ngettext("has unsubscribed", "have unsubscribed", count),
        "unconfirmed": ngettext("has not confirmed yet", "have not confirmed yet", count),
        "suppressed": _("must not be written to"),
        "erased": ngettext("was erased", "were erased", count),
        "paused": ngettext("is taking a break from letters", "are taking a break from letters", count),
        "excluded_list": ngettext("is on a list you leave out", "are on a list you leave out", count),
        "frequency_cap": _("had enough letters lately"),
        "consent_expired": _("gave a consent that has run out"),
        "already_received": _("already got this letter"),
        "duplicate_address": ngettext(
            "shares an address that gets it already", "share an address that gets it already", count
        ),
        "not_in_segment": ngettext(
            "is in none of the segments you chose", "are in none of the segments you chose", count
        ),
        "excluded_segment": ngettext("is in a segment you leave out", "are in a segment you leave out", count),
        "render_failed": ngettext(
            "has data the letter cannot be made with", "have data the letter cannot be made with", count
        ),
        "expired": ngettext("was not reached in time", "were not reached in time", count),
        "address_bad": ngettext("has an address that does not exist", "have an address that does not exist", count),
        "policy": ngettext("has a provider that refuses our mail", "have a provider that refuses our mail", count),
        "mailbox_full": ngettext("has a full mailbox", "have a full mailbox", count),
        "refused_otherwise": ngettext("was refused by the mail server", "were refused by their mail server", count),
        "opted_out_meanwhile": _("left while the campaign was leaving"),
        "smtputf8_unsupported": ngettext(
            "has an address our mail server cannot write to", "have an address our mail server cannot write to", count
        ),
        "temporary": ngettext("is asked to wait by the mail server", "are asked to wait by their mail server", count),
        "connection_lost": ngettext("was cut off on the way", "were cut off on the way", count),
    }


FILTERS: dict[str, Callable[..., Any]] = {
    "place_link": place_link,
    "reason_words": reason_words,
    "state_tone": state_tone,
    "status_words": status_words,
}
