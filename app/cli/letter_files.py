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

CONTENT_ID = "image@letter"
PICTURE_ADDRESS = f"cid:{CONTENT_ID}"
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
            page = self.rendered.html
            if self.picture:
                page = page.replace(PICTURE_ADDRESS, self.picture.name)
            files["letter.html"] = page.encode()
            files["letter.txt"] = self.rendered.text.encode()
            files["letter.eml"] = with_picture(self.message, self.picture) if self.picture else self.message
        if self.picture:
            files[self.picture.name] = self.picture.data
        return files


def with_picture(message: bytes, picture: PictureFile) -> bytes:
    """The message with its HTML part made a multipart/related of the HTML and the picture."""
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
            message[html.start() : end],
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
