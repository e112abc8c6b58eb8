"""The line that says who paid, in a plain text, and whether the text writes that name another way."""

import re

from emails.articles.blocks import Remark, Sponsor
from emails.articles.inline import inline_of

MAX_LINE = 120
MIN_NAME = 4

_PAID = re.compile(
    r"(?:(?:(?:this (?:article|post|content|story|newsletter) (?:is|was) )?"
    r"(?:posted on behalf of|sponsored (?:(?:content|post|article) )?(?:by|from)|presented by|brought to you by"
    r"|paid for by|paid (?:content|post) (?:by|from)|in partnership with|(?:paid )?partnership with|supported by"
    r"|advertisement (?:by|from|for)|promoted by|im auftrag von|präsentiert von|gesponsert von"
    r"|(?:anzeige|werbung) (?:von|vom|der|des)|en partenariat avec|sponsorisé par|publicité (?:de|pour)"
    r"|patrocinado por|(?:نُ?شرت? )?(?:برعاية|بالتعاون مع|بالشراكة مع)))[: ]\s*"
    r"|(?:advertisement|sponsored|sponsor|anzeige|werbung|publicité|إعلان(?: مموّ?ل)?)\s*[:–—-]\s*)(?P<name>\S.*)",
    re.IGNORECASE,
)
_REMARK = re.compile(r",? (?:who|which|whose)\b|, (?:the )?(?:maker|home|publisher)s? of\b|[;(]| [–—] ", re.IGNORECASE)
"""Where words about a sponsor begin that are no part of the name."""

_BARE = re.compile(
    r"(?:paid )?(?:advertisement|advertorial)|sponsored(?: content| post)?|anzeige|werbung", re.IGNORECASE
)


def find_sponsor(text: str) -> Sponsor | None:
    """The sponsor a line names, or None; the line is kept word for word."""
    if len(text) > MAX_LINE:
        return None
    match = _PAID.fullmatch(text)
    if match:
        return Sponsor(_REMARK.split(match["name"])[0].rstrip(" .!"), inline_of(text))
    return Sponsor("", inline_of(text)) if _BARE.fullmatch(text.rstrip(".")) else None


def other_spelling(name: str, text: str) -> str:
    """How the text writes the same letters of a name with other blanks, hyphens or capitals; "" if it does not."""
    letters = [char for char in name if char.isalnum()]
    if len(letters) < MIN_NAME:
        return ""
    loose = r"(?<!\w)" + r"[ \u00a0.\-‐–]{0,2}".join(re.escape(char) for char in letters) + r"(?!\w)"
    spellings = {match[0] for match in re.finditer(loose, text, re.IGNORECASE)}
    return min(spellings - {name}, default="")


def spelling_remark(sponsor: Sponsor, text: str) -> Remark | None:
    """A warning when the sponsor's name and the text disagree; nothing is corrected."""
    other = other_spelling(sponsor.name, text)
    if not other:
        return None
    return Remark(
        "names_differ",
        f"The sponsor is written “{sponsor.name}”, the text writes “{other}”. Nothing was changed: "
        "decide which is right and correct the other.",
        "sponsor",
    )
