"""The HTML's size: Gmail shows the first 102 KB and hides the rest, the unsubscribe link included."""

from collections.abc import Iterator

from emails.preflight.evidence import PreflightInput
from emails.preflight.report import Finding, Severity

NEARING, CUT_OFF = 80_000, 100_000


def check_size(given: PreflightInput) -> Iterator[Finding]:
    rendered = len(given.rendered.html.encode("utf-8", "replace")) if given.rendered else 0
    size = max(rendered, given.compiled.html_size if given.compiled else 0)
    if size >= CUT_OFF:
        yield Finding(
            "html_size",
            Severity.REASON,
            "HTML part",
            f"The letter has {size / 1000:.0f} kB of HTML. Gmail cuts off letters above about 102 kB.",
            "Shorten the article, or put part of it on the web and link to it.",
        )
    elif size >= NEARING:
        yield Finding(
            "html_size",
            Severity.ADVICE,
            "HTML part",
            f"The letter has {size / 1000:.0f} kB of HTML; Gmail cuts off letters above about 102 kB.",
            "Shorten the article a little.",
        )
