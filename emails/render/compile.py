"""An article, a brand and a plan become a letter: once a campaign, variant and language, never once a person."""

from dataclasses import replace
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
from emails.render.unseen import with_unseen
from emails.themes.catalogue import find_theme
from emails.themes.dressing import dressed
from emails.themes.escape import attribute, printable
from emails.themes.layout import set_page

VALUE_ALLOWANCE = 64
"""Bytes that a value is reckoned with in the expected size; a link's token has half of that."""

_HTML = Writing("html", encode_piece, attribute)
_TEXT = Writing("text", encode_piece, str)
_SUBJECT = Writing("text", str, str)
_ALWAYS_THERE = frozenset({"subscriber.email", "campaign.subject", "today", "brand.name", "brand.address", "brand.url"})


def compile_letter(article: Article, brand: Brand, plan: LetterPlan, *, theme: str = "calm") -> CompiledLetter:
    """The letter, ready to be stored and rendered for anyone.

    Raises:
        TemplateBroken: a merge tag or the theme cannot be used; names place, line and tag where known.
    """
    look = dressed(find_theme(theme), brand.look)
    constants = {
        "brand.name": brand.name,
        "brand.address": ", ".join(line.strip() for line in brand.address.splitlines() if line.strip()),
        "brand.url": brand.url,
        "today": plan.today,
    }
    marks = Marks(article, brand, plan, constants=constants, tracked=bool(plan.click_base))
    page = make_page(article, brand, plan, marks)
    subject = _subject(plan, marks)
    numbering = Numbering(plan.click_base)
    html = cut(with_unseen(to_html(set_page(look, page)), plan, marks) + "\n", marks, numbering, _HTML)
    text = cut(plain_text(page, marks), marks, numbering, _TEXT)
    letter = CompiledLetter(
        subject=subject,
        html=html,
        text=text,
        language=page.language,
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
