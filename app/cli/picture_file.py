"""Reads a picture from a file and refuses what is none: by its bytes, not by its name."""

import io
import warnings
from dataclasses import dataclass
from pathlib import Path

import click
from PIL import Image, UnidentifiedImageError

LARGEST_BYTES = 10 * 1024 * 1024
LARGEST_SIDE = 10_000
KINDS = {"JPEG": ("jpg", "image/jpeg"), "PNG": ("png", "image/png"), "GIF": ("gif", "image/gif")}


@dataclass(frozen=True, slots=True)
class PictureFile:
    """A picture as it is stored and attached; `name` has the ending that its bytes call for."""

    name: str
    content_type: str
    data: bytes


def read_picture(path: Path) -> PictureFile:
    """Raises: click.ClickException with a sentence that names the file and the cure."""
    try:
        with path.open("rb") as file:
            data = file.read(LARGEST_BYTES + 1)
    except OSError as error:
        raise click.ClickException(f"The image {path} cannot be read: {error.strerror or error}.") from error
    if len(data) > LARGEST_BYTES:
        raise click.ClickException(f"The image {path} is larger than 10 MB. Save a smaller copy and give that.")
    kind = kind_of(data, path)
    ending, content_type = KINDS[kind]
    return PictureFile(f"image.{ending}", content_type, data)


def kind_of(data: bytes, path: Path) -> str:
    """The picture's kind, one of KINDS, once its bytes have been decoded as a whole."""
    refusal = click.ClickException(f"{path} is not an image that mail programs show. Give a JPEG, PNG or GIF file.")
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            with Image.open(io.BytesIO(data), formats=tuple(KINDS)) as picture:
                kind, sides = str(picture.format), picture.size
                if max(sides) > LARGEST_SIDE:
                    raise click.ClickException(
                        f"The image {path} has {sides[0]} by {sides[1]} pixels; {LARGEST_SIDE} a side is the most."
                    )
                picture.load()
    except (UnidentifiedImageError, Image.DecompressionBombWarning, Image.DecompressionBombError) as error:
        raise refusal from error
    except (OSError, SyntaxError, ValueError, EOFError) as error:
        raise click.ClickException(f"The image {path} is damaged or cut off. Save it anew and try again.") from error
    return kind
