"""Writes a finished letter as files for looking at: HTML, text, the whole message, and the pre-flight report.

The message carries its picture inside (multipart/related, RFC 2387); the HTML file names the picture beside it.
"""

import re
from base64 import encodebytes
from dataclasses import dataclass
from pathlib import Path

import click

from app.cli.picture_file import PictureFile
from emails.letter import RenderedLetter
from emails.preflight.report import PreflightReport
from emails.render.quoted_printable import encode_text

CONTENT_ID = "image@letter"
PICTURE_ADDRESS = "https://letters.example.test/image-of-this-letter"
"""Stands in for the picture while the letter is made; every file names it in its own way."""

RELATED = b"letterwright-related"
BOUNDARY = re.compile(rb'boundary="?([^";\r\n]+)"?', re.IGNORECASE)
HTML_PART = re.compile(rb"^Content-Type: text/html", re.IGNORECASE | re.MULTILINE)


@dataclass(frozen=True, slots=True)
class LetterFiles:
    """What is written; a letter that could not be made has only its report."""

    report: PreflightReport
    rendered: RenderedLetter | None = None
    message: bytes = b""
    picture: PictureFile | None = None

    def write(self, folder: Path) -> list[Path]:
        """Writes all files into `folder`, making it where needed. Raises: click.ClickException."""
        written = [folder / name for name in self.contents]
        try:
            folder.mkdir(parents=True, exist_ok=True)
            for path in written:
                path.write_bytes(self.contents[path.name])
        except OSError as error:
            raise click.ClickException(
                f"Nothing can be written to {folder}: {error.strerror or error}. Choose another folder with --out."
            ) from error
        return written

    @property
    def contents(self) -> dict[str, bytes]:
        files = {"preflight.json": self.report.to_text().encode()}
        if self.rendered:
            files["letter.html"] = self.page(self.picture.name if self.picture else "").encode()
            files["letter.txt"] = self.rendered.text.encode()
            files["letter.eml"] = self.whole_message()
        if self.picture:
            files[self.picture.name] = self.picture.data
        return files

    def page(self, source: str) -> str:
        """The letter's HTML with `source` in place of the picture's address."""
        assert self.rendered is not None
        return self.rendered.html.replace(PICTURE_ADDRESS, source) if self.picture else self.rendered.html

    def whole_message(self) -> bytes:
        if not self.picture:
            return self.message
        return with_picture(self.message, self.page(f"cid:{CONTENT_ID}"), self.picture)


def with_picture(message: bytes, page: str, picture: PictureFile) -> bytes:
    """The message with its HTML part replaced by a multipart/related of `page` and the picture that it names."""
    boundary = BOUNDARY.search(message)
    html = HTML_PART.search(message)
    if not boundary or not html:
        raise ValueError("expected a multipart/alternative message with an HTML part")
    end = message.index(b"\r\n--" + boundary[1], html.start())
    related = b"\r\n".join(
        [
            b'Content-Type: multipart/related; type="text/html"; boundary="%b"' % RELATED,
            b"",
            b"--%b" % RELATED,
            b"Content-Type: text/html; charset=utf-8",
            b"Content-Transfer-Encoding: quoted-printable",
            b"",
            encode_text(page).encode("ascii"),
            b"--%b" % RELATED,
            b"Content-Type: %b" % picture.content_type.encode(),
            b"Content-Transfer-Encoding: base64",
            b"Content-ID: <%b>" % CONTENT_ID.encode(),
            b'Content-Disposition: inline; filename="%b"' % picture.name.encode(),
            b"",
            encodebytes(picture.data).replace(b"\n", b"\r\n") + b"--%b--" % RELATED,
        ]
    )
    return message[: html.start()] + related + message[end:]
