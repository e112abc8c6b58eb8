"""A paid letter says so: above the title, in the HTML and in the text (16 CFR 255, FTC native advertising guide)."""

import re
from collections.abc import Iterator

from emails.articles.blocks import Sponsor
from emails.preflight.evidence import PreflightInput
from emails.preflight.page import squeeze
from emails.preflight.places import numbered, plain
from emails.preflight.report import Finding, Severity
from emails.themes.words import words_for

LABEL = re.compile(
    r"\b(advertis(e?ment|ing)|ad\b|sponsor(ed)?|paid|anzeige|werbung|publicit[eé]|sponsoris|patrocinado|publicidad"
    r"|gesponsert|gesponsord|sponsorizzato|publicidade)",
    re.IGNORECASE,
)
CLEAR = re.compile(
    r"\b(advertis(e?ment|ing)|paid (promotion|post|content)|anzeige|werbung|bezahlter? (beitrag|inhalt)|publicité"
    r"|contenu (sponsorisé|payé)|إعلان|محتوى مدفوع)",
    re.IGNORECASE,
)
WEAK = re.compile(
    r"\b(on behalf of|presented by|brought to you by|promoted by|in partnership with|made possible by"
    r"|im auftrag von|präsentiert von|mit (freundlicher )?unterstützung von|in (zusammenarbeit|kooperation) mit"
    r"|pour le compte de|présentée? par|offerte? par|en partenariat avec|avec le soutien de"
    r"|نيابة عن|مقدم من|بالتعاون مع|بدعم من)",
    re.IGNORECASE,
)


def check_disclosure(given: PreflightInput) -> Iterator[Finding]:
    for place, block in numbered(given.article):
        if isinstance(block, Sponsor):
            yield from check_sponsor(place, block, given)


def check_sponsor(place: str, sponsor: Sponsor, given: PreflightInput) -> Iterator[Finding]:
    if given.page and not is_label(given.page.before_title, sponsor, given.plan.language):
        yield missing(place, "above the title in the HTML part")
    if given.rendered and not is_label(
        before_title(given.rendered.text, given.article.title), sponsor, given.plan.language
    ):
        yield missing(place, "above the title in the text part")
    line = plain(sponsor.text)
    if WEAK.search(line) and not CLEAR.search(line):
        yield Finding(
            "disclosure_weak",
            Severity.ADVICE,
            place,
            f"“{line}” alone may not tell readers that the letter is paid for.",
            "Add the word “Advertisement” before it, and where the whole letter is an ad, to the preview line.",
        )


def is_label(shown: str, sponsor: Sponsor, language: str) -> bool:
    """Whether `shown` holds a word that means paid (ours of that language, or another) and, where known, who pays."""
    name = squeeze(plain(sponsor.name)).casefold()
    squeezed = squeeze(shown).casefold()
    labelled = words_for(language).sponsored.casefold() in squeezed or bool(LABEL.search(shown))
    return labelled and name in squeezed


def before_title(text: str, title: str) -> str:
    """The text part above the title; the title may be wrapped over lines and set in capitals."""
    pattern = r"\s+".join(re.escape(word) for word in plain(title).split())
    found = re.search(pattern, text, re.IGNORECASE) if pattern else None
    return text[: found.start()] if found else text


def missing(place: str, where: str) -> Finding:
    return Finding(
        "disclosure",
        Severity.BLOCK,
        place,
        f"The article has a sponsor, but no label says so {where}.",
        "Name the sponsor in the block, and choose a design that shows the label.",
    )
