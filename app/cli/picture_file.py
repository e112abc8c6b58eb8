"""Reads a picture from a file as an upload would be taken: judged by its bytes, made fit for letters."""

from dataclasses import dataclass
from pathlib import Path

import click

from app.errors import InvalidInput
from app.services.assets import EXTENSION_OF, LARGEST_FILE, fit_for_letters


@dataclass(frozen=True, slots=True)
class PictureFile:
    """A picture fit for letters; `name` has the ending that its bytes call for."""

    name: str
    content_type: str
    data: bytes


def read_picture(path: Path) -> PictureFile:
    """Raises: click.ClickException with a sentence that names the file and the cure."""
    try:
        with path.open("rb") as file:
            data = file.read(LARGEST_FILE + 1)
    except OSError as error:
        raise click.ClickException(f"The image {path} cannot be read: {error.strerror or error}.") from error
    if len(data) > LARGEST_FILE:
        raise click.ClickException(f"The image {path} is larger than 10 MB. Save a smaller copy and give that.")
    try:
        picture = fit_for_letters(data)
    except InvalidInput as refusal:
        raise click.ClickException(f"The image {path}: {' '.join(refusal.fields.values())}") from refusal
    return PictureFile(f"image.{EXTENSION_OF[picture.content_type]}", picture.content_type, picture.data)
