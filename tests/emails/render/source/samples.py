"""The constructs of MJML's public sample templates, one a file, written for these tests; and what many tests ask."""

from dataclasses import replace
from pathlib import Path

from lxml import html as lxml_html

from emails.letter import RenderedLetter
from emails.render.compile import compile_source
from emails.render.personalise import render_letter
from emails.render.source.letter import Kind, Source, troubles
from tests.emails.render.samples import AMARA, BRAND, LINKS, PLAN

FOLDER = Path(__file__).parents[3] / "data" / "mjml"
SAMPLES = {path.stem: path.read_text() for path in sorted(FOLDER.glob("*.mjml"))}
USABLE = {name: text for name, text in SAMPLES.items() if name != "include"}


def mjml(body: str, head: str = "") -> str:
    return f"<mjml><mj-head>{head}</mj-head><mj-body>{body}</mj-body></mjml>"


def in_column(inner: str, head: str = "") -> str:
    return mjml(f"<mj-section><mj-column>{inner}</mj-column></mj-section>", head)


def refused(text: str, kind: Kind = Kind.MJML) -> list[str]:
    return [one.message for one in troubles(Source(kind, text))[0]]


def remarked(text: str, kind: Kind = Kind.MJML) -> list[str]:
    return [one.message for one in troubles(Source(kind, text))[1]]


def letter(text: str, kind: Kind = Kind.MJML, **changes: object) -> RenderedLetter:
    """The letter as Amara reads it."""
    return render_letter(compile_source(Source(kind, text), BRAND, replace(PLAN, **changes)), AMARA, LINKS)


def page_of(html: str):
    return lxml_html.document_fromstring(html)


def words_in(html: str) -> list[str]:
    """Every word that stands in the page's body, hidden ones too."""
    return " ".join(page_of(html).xpath("//body//text()[not(ancestor::style)]")).split()
