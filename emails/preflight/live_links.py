"""What visits to a letter's links found, as findings: `visits` are plain values, whoever made them."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from emails.articles.blocks import Article
from emails.content import LetterPlan
from emails.preflight.addresses import host_of
from emails.preflight.places import find_place
from emails.preflight.report import Finding, Severity

GONE = frozenset({404, 410})
NOT_OURS_TO_SAY = frozenset({401, 403, 405, 406, 418, 429, 451, 999})
FIRST_ERROR, FIRST_SERVER_ERROR = 400, 500
WORDS = {
    "unreadable": ("cannot be read as an address", Severity.REASON, "Correct the address."),
    "no_host": ("leads to a name that is not in DNS", Severity.REASON, "Correct the host's name."),
    "private": ("leads to a machine inside a private network", Severity.REASON, "Use the page's public address."),
    "certificate": (
        "has a certificate that browsers warn about",
        Severity.REASON,
        "Have the site's certificate mended.",
    ),
    "loops": ("sends readers on and on, more than five times", Severity.REASON, "Use the address where it should end."),
    "example": (
        "leads to a name that is kept for examples",
        Severity.ADVICE,
        "Give the real address before it leaves.",
    ),
    "slow": ("did not answer within ten seconds", Severity.ADVICE, "Open it yourself, and check again."),
    "unreached": ("could not be reached", Severity.ADVICE, "Open it yourself, and check again."),
}


@dataclass(frozen=True, slots=True)
class SeenLink:
    """`trouble` is "none" or a key of WORDS; `status` 0 where there was no answer; `final` where it ended."""

    address: str
    status: int
    trouble: str
    final: str


def findings_of(visits: Iterable[SeenLink], article: Article, plan: LetterPlan) -> Iterator[Finding]:
    """A page that is gone needs a reason; one that will not talk to programs is no finding at all."""
    for seen in visits:
        told = verdict(seen)
        if told is not None:
            words, severity, cure = told
            place = find_place(seen.address, article, plan) or f"Link to {host_of(seen.address)}"
            yield Finding("link_dead", severity, place, f"{seen.address} {words}.", cure)


def verdict(seen: SeenLink) -> tuple[str, Severity, str] | None:
    if seen.trouble in WORDS:
        return WORDS[seen.trouble]
    if seen.status in GONE:
        return f"answers that there is no such page ({seen.status})", Severity.REASON, "Correct the address."
    if seen.status in NOT_OURS_TO_SAY or seen.status < FIRST_ERROR:
        return None
    whose = "its server is in trouble" if seen.status >= FIRST_SERVER_ERROR else "it does not open"
    return f"answers with an error ({seen.status}): {whose}", Severity.ADVICE, "Open it yourself, and check again."
