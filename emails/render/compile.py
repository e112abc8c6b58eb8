"""An article, a brand and a plan become a letter: once a campaign, variant and language, never once a person."""

from dataclasses import dataclass, replace
from hashlib import sha256

from emails.articles.blocks import Article
from emails.content import Brand, LetterPlan
from emails.errors import TemplateBroken
from emails.letter import Choice, CompiledLetter, Piece
from emails.render.links import Numbering
from emails.render.marks import Marks
from emails.render.mjml import to_html
from emails.render.page import make_page
from emails.render.plaintext import plain_text
from emails.render.quoted_printable import decode, encode_piece
from emails.render.segments import Writing, cut
from emails.render.shell import set_shell
from emails.render.source.html_check import escaped
from emails.render.source.html_text import text_of_html
from emails.render.source.letter import Source, check_source, completed
from emails.render.unseen import with_unseen
from emails.themes.choices import Design, worn
from emails.themes.escape import attribute, printable
from emails.themes.layout import set_page

VALUE_ALLOWANCE = 64
"""Bytes that a value is reckoned with in the expected size; a link's token has half of that."""

_HTML = Writing("html", encode_piece, attribute)
_TEXT = Writing("text", encode_piece, str)
_SUBJECT = Writing("text", str, str)
_ALWAYS_THERE = frozenset({"subscriber.email", "campaign.subject", "today", "brand.name", "brand.address", "brand.url"})


def compile_letter(
    article: Article, brand: Brand, plan: LetterPlan, *, theme: str = "calm", design: Design | None = None
) -> CompiledLetter:
    """The letter, ready to be stored and rendered for anyone. `design` wins over the name of a theme.

    Raises:
        TemplateBroken: a merge tag, the theme or the design cannot be used; names place, line and tag where known.
    """
    design = design or Design(theme)
    look = worn(design, brand.look)
    constants = _constants(brand, plan)
    marks = Marks(article, brand, plan, design.shell, constants=constants, tracked=bool(plan.click_base))
    page = make_page(article, brand, plan, marks)
    subject = _subject(plan, marks)
    html = set_shell(look, page, design.shell, marks) if design.shell else to_html(set_page(look, page))
    return _letter(_Parts(subject, html, plain_text(page, marks), page.language), plan, marks, constants)


def compile_source(source: Source, brand: Brand, plan: LetterPlan) -> CompiledLetter:
    """A letter that its writer wrote whole, in MJML or HTML. The text part is made from its words.

    Raises:
        TemplateBroken: with the line of the first thing that is wrong.
    """
    constants = _constants(brand, plan)
    marks = Marks(source.text, brand, plan, constants=constants, tracked=bool(plan.click_base))
    subject = _subject(plan, marks)
    html, preview, problems = check_source(source, marks, plan.language)
    problems.raise_first("Source")
    title = escaped(marks.plain(" ".join(printable(plan.subject).split()), "Subject"))
    whole = completed(html, plan, marks, preview=preview, title=title)
    return _letter(_Parts(subject, whole, text_of_html(whole, marks), plan.language), plan, marks, constants)


@dataclass(frozen=True, slots=True)
class _Parts:
    """HTML and text with their marks; the subject is cut already."""

    subject: tuple[Piece, ...]
    html: str
    text: str
    language: str


def _constants(brand: Brand, plan: LetterPlan) -> dict[str, str]:
    return {
        "brand.name": brand.name,
        "brand.address": ", ".join(line.strip() for line in brand.address.splitlines() if line.strip()),
        "brand.url": brand.url,
        "today": plan.today,
    }


def _letter(parts: _Parts, plan: LetterPlan, marks: Marks, constants: dict[str, str]) -> CompiledLetter:
    numbering = Numbering(plan.click_base)
    html = cut(with_unseen(parts.html, plan, marks) + "\n", marks, numbering, _HTML)
    text = cut(parts.text, marks, numbering, _TEXT)
    letter = CompiledLetter(
        subject=parts.subject,
        html=html,
        text=text,
        language=parts.language,
        constants=constants,
        links=numbering.links(),
        merge_fields=frozenset(marks.fields),
        fields_without_default=frozenset(marks.without_default) - _ALWAYS_THERE,
        html_size=_size(html),
        content_hash="",
    )
    return replace(letter, content_hash=sha256(letter.to_json().encode("utf-8", "replace")).hexdigest())


def _subject(plan: LetterPlan, marks: Marks) -> tuple[Piece, ...]:
    before = set(marks.fields)
    marks.fields.clear()
    written = marks.plain(" ".join(printable(plan.subject).split()), "Subject")
    if "campaign.subject" in marks.fields:
        raise TemplateBroken(
            "Subject: {{ campaign.subject }} cannot stand in the subject itself.", tag="campaign.subject"
        )
    marks.fields |= before
    return cut(written, marks, Numbering(""), _SUBJECT)


def _size(pieces: tuple[Piece, ...]) -> int:
    """The decoded size in bytes, with each choice at its largest and an allowance for each value."""
    return sum(_size_of(piece) for piece in pieces)


def _size_of(piece: Piece) -> int:
    if isinstance(piece, str):
        return len(decode([piece.encode("ascii")]).encode())
    if isinstance(piece, Choice):
        return max(_size(branch.pieces) for branch in piece.branches)
    return VALUE_ALLOWANCE
