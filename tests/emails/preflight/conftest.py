"""A letter in which nothing is wrong, and `inspect`, which changes parts of it and runs pre-flight."""

from dataclasses import dataclass, replace

import pytest

from emails.articles.blocks import Article, CallToAction, Heading, Image, Paragraph, Sponsor
from emails.content import Brand, LetterLinks, LetterPlan
from emails.letter import RenderedLetter, RewrittenLink
from emails.preflight.checks import PreflightInput, check_letter

ROOT = "https://news.example.test"
ADDRESS = "Clearer Days Media, 48 Harbour Street, Portland, ME 04101"


@dataclass(frozen=True)
class Facts:
    links: tuple[RewrittenLink, ...] = (RewrittenLink(1, "https://example.test/book"),)
    fields_without_default: frozenset[str] = frozenset()
    html_size: int = 32_000


ARTICLE = Article(
    title="A clear <em>day</em>",
    language="en",
    blocks=(
        Image("https://example.test/hills.jpg", "Hills in the morning"),
        Paragraph("Words of the letter."),
        Heading(2, "More"),
        CallToAction("Come by.", "Book a visit", "https://example.test/book"),
        Sponsor("Hill Tours", "Advertisement by Hill Tours"),
    ),
)
HTML = f"""<html lang="en"><head><title>A clear day</title></head><body><div style="display:none">Preheader</div>
<img src="https://example.test/hills.jpg" alt="Hills in the morning"><p>Sponsored · Hill Tours</p>
<h1>A clear <em>day</em></h1>
<p>Words of the letter.</p><a href="{ROOT}/c/1/token">Book a visit</a>
<p>{ADDRESS}</p><a href="{ROOT}/u/token">Unsubscribe</a> <a href="{ROOT}/v/token">View in browser</a></body></html>"""
TEXT = f"""Sponsored by Hill Tours

A CLEAR
DAY

Words of the letter, and some more of them, so that it is long enough.

[Book a visit] {ROOT}/c/1/token

Clearer Days Media
48 Harbour Street
Portland, ME 04101
Unsubscribe: {ROOT}/u/token
"""
GOOD = PreflightInput(
    article=ARTICLE,
    brand=Brand("Clearer Days", ADDRESS),
    plan=LetterPlan(
        "A clear day", preheader="What the morning brings, and where to see it at its best.", click_base=f"{ROOT}/c"
    ),
    compiled=Facts(),
    broken=None,
    rendered=RenderedLetter("A clear day", HTML, TEXT),
    audience_size=25,
    sender_email="post@example.test",
    links=LetterLinks(f"{ROOT}/u/token", f"{ROOT}/v/token", "token", f"{ROOT}/p/token"),
)


class Inspect:
    """Pre-flight over the good letter with changes: whole parts, or parts of the plan, the letter, a block."""

    good = GOOD
    facts = Facts()

    def __call__(self, **changes):
        return check_letter(replace(GOOD, **changes))

    def plan(self, **changes):
        subject = changes.get("subject", GOOD.rendered.subject)
        return self(plan=replace(GOOD.plan, **changes), rendered=replace(GOOD.rendered, subject=subject))

    def letter(self, **changes):
        return self(rendered=replace(GOOD.rendered, **changes))

    def html(self, old, new, **changes):
        assert old in HTML
        return self(rendered=replace(GOOD.rendered, html=HTML.replace(old, new)), **changes)

    def compiled(self, **changes):
        return self(compiled=replace(self.facts, **changes))

    def block(self, block):
        return self(article=replace(ARTICLE, blocks=(block,)))


@pytest.fixture
def inspect():
    return Inspect()


@pytest.fixture
def found():
    """The findings of one id as (severity, place)."""
    return lambda report, identity: [(f.severity.value, f.place) for f in report.checks if f.id == identity]
