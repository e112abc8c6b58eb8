"""Word documents (.docx) as blocks: mammoth writes HTML of them, the HTML reader does the rest.

Nothing outside the file is read; pictures come out as bytes; what is too large, too tight or too deep is refused.
"""

import io
import re
import zipfile
import zlib
from collections.abc import Sequence
from dataclasses import replace
from typing import Any
from xml.dom import DOMException
from xml.parsers.expat import ExpatError

import mammoth

from emails.articles.archive import ZipArchive
from emails.articles.blocks import Article, Remark
from emails.articles.docx_parts import check_parts, read_properties
from emails.articles.html import read_html
from emails.articles.imported import Imported, with_pictures
from emails.articles.markup import clean_characters
from emails.articles.picture_files import MAX_PICTURE, PictureBag
from emails.articles.surroundings import Surroundings
from emails.articles.unstyled import with_guesses
from emails.errors import ArticleBroken

STYLE_MAP = """
p[style-name='Title'] => h1:fresh
p[style-name='Subtitle'] => p.subtitle:fresh
p[style-name='Quote'] => blockquote > p:fresh
p[style-name='Intense Quote'] => blockquote > p:fresh
p[style-name='Quotations'] => blockquote > p:fresh
p[style-name='Block Text'] => blockquote > p:fresh
p[style-name='Caption'] => p.MsoCaption:fresh
p[style-name='caption'] => p.MsoCaption:fresh
p[style-name='Heading 7'] => h6:fresh
p[style-name='Heading 8'] => h6:fresh
p[style-name='Heading 9'] => h6:fresh
p[style-name='HTML Preformatted'] => pre:separator('\\n')
p[style-name='Preformatted Text'] => pre:separator('\\n')
r[style-name='Emphasis'] => em
r[style-name='Intense Emphasis'] => em > strong
u => u
br[type='page'] => hr
"""

_NOTE_LINK = re.compile(r'<a href="#(?:foot|end)note-(?P<back>ref-)?\d+"[^<>]*>(?P<words>[^<>]*)</a>')
_LINKED = re.compile(r"external image '(https?://[^'\s]{1,2000})'")
_UNREAD = re.compile(r"An unrecognised element was ignored: \{?[^}]{0,200}\}?(?P<name>[\w:]{1,60})")
_HARMLESS = frozenset({"proofErr", "lastRenderedPageBreak", "bookmarkEnd", "permStart", "permEnd"})
_FAULTS = (
    *(ValueError, KeyError, TypeError, AttributeError, IndexError, OSError, RecursionError),
    *(zipfile.BadZipFile, zlib.error, AssertionError, RuntimeError, DOMException, ExpatError),
)
"""What mammoth and the XML reader under it raise at documents that no word processor wrote."""


def read_docx(data: bytes) -> Imported:
    """The article in a Word document, with the pictures it shows.

    Raises: ArticleBroken when the file is no Word document, is broken, or passes a limit.
    """
    archive = ZipArchive(data)
    check_parts(archive)
    bag = PictureBag()
    names: dict[str, str] = {}
    html, messages = _convert(data, bag, names)
    article = read_html(_NOTE_LINK.sub(_without_address, html), Surroundings(pictures=names))
    remarks = _remarks(messages, bag.left_out)
    return with_pictures(with_guesses(_titled(article, read_properties(archive), remarks)), bag.pictures)


def _convert(data: bytes, bag: PictureBag, names: dict[str, str]) -> tuple[str, Sequence[Any]]:
    """HTML in which the n-th picture is `n.picture`, and what mammoth said about the document."""

    def keep(image: Any) -> dict[str, str]:
        written = f"{len(names) + 1}.picture"
        names[written] = ""
        try:
            if bag.is_full:
                bag.left_out += 1
            else:
                with image.open() as file:
                    names[written] = bag.add(file.read(MAX_PICTURE + 1))
        except _FAULTS as wrong:
            return {"src": _outside(wrong)}
        return {"src": written}

    try:
        result = mammoth.convert_to_html(
            io.BytesIO(data),
            style_map=STYLE_MAP,
            include_embedded_style_map=False,
            external_file_access=False,
            convert_image=mammoth.images.img_element(keep),
        )
    except RecursionError as deep:
        raise ArticleBroken("Its parts are nested too deep. Copy the words into a new document and save it.") from deep
    except _FAULTS as wrong:
        raise ArticleBroken("The Word document is broken. Open it in a word processor and save it again.") from wrong
    return clean_characters(result.value), result.messages


def _outside(wrong: Exception) -> str:
    """The web address of a picture that the document only refers to, or ""."""
    linked = _LINKED.search(str(wrong))
    return linked[1] if linked else ""


def _without_address(link: re.Match[str]) -> str:
    """A footnote keeps its number; the arrow back to it leads nowhere in a letter."""
    return "" if link["back"] else link["words"]


def _titled(article: Article, properties: dict[str, str], remarks: list[Remark]) -> Article:
    title = article.title or properties["title"]
    warnings = (*remarks, *article.warnings)
    if title != article.title:
        warnings = tuple(remark for remark in warnings if remark.code != "title_missing")
    return replace(
        article,
        title=title,
        author=article.author or properties["author"],
        description=article.description or properties["description"],
        language=article.language or properties["language"],
        warnings=warnings,
    )


def _remarks(messages: Sequence[Any], pictures_left_out: int) -> list[Remark]:
    unread = {match["name"].split(":")[-1] for said in messages if (match := _UNREAD.search(str(said.message)))}
    kinds = ", ".join(sorted(unread - _HARMLESS))[:200]
    remarks = []
    if kinds:
        message = f"Parts of the document that no letter can hold were left out: {kinds}. Add them as pictures."
        remarks.append(Remark("parts_left_out", message, "document"))
    if pictures_left_out:
        message = f"Pictures that no letter can show: {pictures_left_out}. Save them as PNG or JPEG and add them."
        remarks.append(Remark("pictures_unusable", message, "document"))
    return remarks
