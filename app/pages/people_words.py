"""What happened to a person, in sentences; and the words and colours of states. Used by every page about people."""

from dataclasses import dataclass
from datetime import datetime

from flask_babel import format_date
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from app.models import (
    ConsentAct,
    ConsentWay,
    EventKind,
    MessageStatus,
    SubscriptionStatus,
    SuppressionReason,
)
from app.pages.campaigns_words import reason_words
from app.pages.wording import local_time
from app.queries.person_timeline import Entry, EntryKind
from app.services.leaving import WhyLeft

STATUS_WORDS = {
    SubscriptionStatus.CONFIRMED: _l("Confirmed"),
    SubscriptionStatus.UNCONFIRMED: _l("Not confirmed yet"),
    SubscriptionStatus.UNSUBSCRIBED: _l("Unsubscribed"),
}
STATUS_KIND = {
    SubscriptionStatus.CONFIRMED: "good",
    SubscriptionStatus.UNCONFIRMED: "empty",
    SubscriptionStatus.UNSUBSCRIBED: "",
}
SUPPRESSION_WORDS = {
    SuppressionReason.UNSUBSCRIBED: _l("asked to get no more letters"),
    SuppressionReason.ADDRESS_BAD: _l("letters to this address came back"),
    SuppressionReason.COMPLAINT: _l("a letter was reported as spam"),
    SuppressionReason.BY_HAND: _l("stopped by somebody in the team"),
    SuppressionReason.ERASED: _l("the person was erased"),
    SuppressionReason.LEGAL: _l("stopped for a legal reason"),
}
WAY_WORDS = {
    ConsentWay.TEAM: _l("written down by the team"),
    ConsentWay.IMPORT: _l("by import"),
    ConsentWay.COMMAND: _l("on the command line"),
    ConsentWay.PAGE: _l("on their own page"),
    ConsentWay.ONE_CLICK: _l("by the mail program's unsubscribe button"),
    ConsentWay.MAIL: _l("by mail"),
    ConsentWay.DEMO: _l("with the demo"),
    ConsentWay.FORM: _l("through a form"),
}
LEFT_WORDS = {
    WhyLeft.TOO_MANY.value: _l("Too many letters"),
    WhyLeft.NOT_FOR_ME.value: _l("Not what they wanted to read"),
    WhyLeft.NEVER_ASKED.value: _l("Never asked for them"),
    WhyLeft.OTHER.value: _l("Something else"),
}


def source_words() -> dict[str, str]:
    """How people came to a list, as a table tells it."""
    return {
        "team": _("Added by the team"),
        "import": _("Imported"),
        "command": _("Added on the command line"),
        "page": _("Through a page of their own"),
        "one_click": _("Through their mail program"),
        "mail": _("By mail"),
        "demo": _("With the demo"),
        "form": _("Through a form"),
    }


@dataclass(frozen=True, slots=True)
class Told:
    """One line of a person's timeline. `kind` colours its dot; `campaign_id` makes its name a link."""

    kind: str
    sentence: str
    at: datetime | None
    detail: str = ""
    campaign_id: int | None = None


def tell(entry: Entry) -> Told:
    """One thing that happened, as a sentence."""
    tellers = {
        EntryKind.CONSENT: tell_consent,
        EntryKind.LETTER: tell_letter,
        EntryKind.LEFT_OUT: tell_left_out,
        EntryKind.FACT: tell_fact,
    }
    return tellers[entry.kind](entry)


def tell_consent(entry: Entry) -> Told:
    name = entry.list_name or _("a list that is gone")
    sentences = {
        ConsentAct.ADDED: ("live", _("Added to %(name)s", name=name)),
        ConsentAct.CONFIRMED: ("good", _("Confirmed for %(name)s", name=name)),
        ConsentAct.UNSUBSCRIBED: ("warn", _("Unsubscribed from %(name)s", name=name)),
        ConsentAct.RESUBSCRIBED: ("good", _("Back on %(name)s", name=name)),
        ConsentAct.ERASED: ("bad", _("Erased, and taken off %(name)s", name=name)),
    }
    kind, sentence = sentences[entry.act] if entry.act else ("", name)
    parts = [str(WAY_WORDS[entry.way]) if entry.way else ""]
    if entry.form_name:
        parts = tell_form(entry)
    if entry.by:
        parts.append(_("by %(name)s", name=entry.by))
    if entry.campaign_name:
        parts.append(_("from the letter “%(name)s”", name=entry.campaign_name))
    detail = ", ".join(filter(None, parts))
    if entry.basis:
        detail = f"{detail}: {entry.basis}" if detail else entry.basis
    return Told(kind, sentence, entry.at, detail[:1].upper() + detail[1:], entry.campaign_id)


def tell_form(entry: Entry) -> list[str]:
    """Which form and wording, which of the two steps, and from where."""
    version, name = entry.wording_version, entry.form_name
    parts = [str(_("through the form “%(name)s”, wording %(version)s", name=name, version=version))]
    if entry.act is ConsentAct.CONFIRMED and entry.asked_at:
        parts.append(str(_("confirmed by letter after signing up on %(when)s", when=local_time(entry.asked_at))))
    elif entry.asked_at:
        parts.append(str(_("signed up on %(when)s", when=local_time(entry.asked_at))))
    if entry.ip_address:
        parts.append(str(_("from %(address)s", address=entry.ip_address)))
    return parts


def tell_letter(entry: Entry) -> Told:
    name = entry.campaign_name
    sentences = {
        MessageStatus.PENDING: ("", _("“%(name)s” waits to leave", name=name)),
        MessageStatus.SENT: ("good", _("“%(name)s” was accepted by the mail server", name=name)),
        MessageStatus.DEFERRED: ("warn", _("“%(name)s” waits for another try", name=name)),
        MessageStatus.REFUSED: ("bad", _("“%(name)s” was refused", name=name)),
        MessageStatus.SKIPPED: ("warn", _("“%(name)s” was not sent", name=name)),
        MessageStatus.CANCELLED: ("", _("“%(name)s” was cancelled before it left", name=name)),
        MessageStatus.UNKNOWN: ("warn", _("We do not know whether “%(name)s” arrived", name=name)),
    }
    kind, sentence = sentences[entry.status] if entry.status else ("", name)
    return Told(kind, sentence, entry.at, " · ".join(filter(None, (why(entry), entry.reply))), entry.campaign_id)


def tell_left_out(entry: Entry) -> Told:
    return Told("", _("Left out of “%(name)s”", name=entry.campaign_name), entry.at, why(entry), entry.campaign_id)


def why(entry: Entry) -> str:
    """The reason in the words of the campaign's own page."""
    return str(_("One of those who %(reason)s", reason=reason_words(entry.reason))) if entry.reason else ""


def tell_fact(entry: Entry) -> Told:
    if entry.fact is EventKind.ERASED:
        return Told("bad", _("Erased"), entry.at)
    if entry.fact is EventKind.SUPPRESSED:
        return tell_suppressed(entry)
    told = {
        EventKind.ADDRESS_CHANGED: _("Moved to another address, confirmed there"),
        EventKind.DATA_EXPORTED: _("Took a copy of their data"),
        EventKind.REASON_GIVEN: _("Told why they left"),
        EventKind.PAUSED: _("Takes a break from letters") if entry.detail else _("Ended their break from letters"),
    }
    detail = ""
    if entry.fact is EventKind.REASON_GIVEN:
        detail = ": ".join(filter(None, (str(LEFT_WORDS.get(entry.detail, "")), entry.basis)))
    elif entry.fact is EventKind.PAUSED and entry.detail:
        detail = _("Until %(day)s", day=format_date(datetime.fromisoformat(entry.detail), "long"))
    return Told("", told[entry.fact] if entry.fact else "", entry.at, detail)


def tell_suppressed(entry: Entry) -> Told:
    known = {reason.value: words for reason, words in SUPPRESSION_WORDS.items()}
    reason = str(known.get(entry.detail, ""))
    return Told("bad", _("Suppressed: no more letters"), entry.at, reason[:1].upper() + reason[1:])


def status_words() -> dict[str, str]:
    return {status.value: str(words) for status, words in STATUS_WORDS.items()}
