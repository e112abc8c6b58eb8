"""What the pages of articles brought in say about each state."""

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel import ngettext

from app.models import ArticleImport, ArticleImportStatus, FoundState
from app.pages.wording import number

_S = ArticleImportStatus
STATUS_WORDS = {
    _S.READING: _l("Being read"),
    _S.LISTED: _l("Waits for your choice"),
    _S.MAKING: _l("Drafts are being made"),
    _S.DONE: _l("Done"),
    _S.FAILED: _l("Could not be read"),
    _S.CANCELLED: _l("Called off"),
}
STATUS_KIND = {
    _S.READING: "live",
    _S.LISTED: "empty",
    _S.MAKING: "live",
    _S.DONE: "good",
    _S.FAILED: "bad",
    _S.CANCELLED: "",
}


def articles(count: int) -> str:
    return str(ngettext("%(figure)s article", "%(figure)s articles", count, figure=number(count)))


def sentence_of(batch: ArticleImport, counts: dict[FoundState, int]) -> str:
    """Where the import stands, in one sentence with its denominator."""
    found, chosen, made = (counts.get(one, 0) for one in (FoundState.FOUND, FoundState.CHOSEN, FoundState.MADE))
    refused = counts.get(FoundState.REFUSED, 0)
    parts = number(found + refused)
    if batch.status is _S.READING:
        return _("%(articles)s found so far.", articles=articles(found))
    if batch.status is _S.LISTED:
        return _("Of %(parts)s parts, %(found)s can become a draft.", parts=parts, found=number(found))
    if batch.status is _S.FAILED:
        return _("None of %(parts)s parts can become a draft.", parts=parts) if refused else _("No article was found.")
    return _("%(made)s of %(all)s chosen articles are drafts now.", made=number(made), all=number(chosen + made))


def percent_of(counts: dict[FoundState, int]) -> int:
    made, chosen = counts.get(FoundState.MADE, 0), counts.get(FoundState.CHOSEN, 0)
    return 100 * made // max(1, made + chosen)
