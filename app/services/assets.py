"""Pictures: checked by what they are, made fit for letters, kept under their hash in the uploads folder."""

import hashlib
import secrets
import warnings
from contextlib import suppress
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path

from PIL import Image, ImageOps, UnidentifiedImageError
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from app.errors import InvalidInput, NotFound, Unavailable
from app.models import Asset
from app.services import audit, typed
from app.services.gif_frames import bare_gif

LARGEST_FILE = 10 * 1024 * 1024
MOST_PIXELS = 40_000_000
WIDEST = 1200
TALLEST = 6000
MOST_FRAMES = 300
JPEG_TARGET = 200 * 1024
KINDS = ("PNG", "JPEG", "GIF", "WEBP")
EXTENSION_OF = {"image/jpeg": "jpg", "image/png": "png", "image/gif": "gif"}


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture made fit for letters."""

    data: bytes
    content_type: str
    width: int
    height: int


def get_asset(session: Session, asset_id: int) -> Asset:
    found = session.get(Asset, asset_id)
    if found is None:
        raise NotFound("This picture is not here.")
    return found


def file_name(asset: Asset) -> str:
    """The name of the picture's file in the uploads folder."""
    return f"{asset.sha256}.{asset.extension}"


def is_known(session: Session, name: str) -> bool:
    """Whether the house has the picture of this file name, wherever the file lies."""
    sha256, _, extension = name.partition(".")
    return session.scalar(select(Asset.id).where(Asset.sha256 == sha256, Asset.extension == extension)) is not None


def store_picture(session: Session, data: bytes, *, filename: str, user_id: int | None, folder: Path) -> Asset:
    """Keeps a picture in `folder`, made fit for letters; the same picture again is the same row.

    Raises:
        InvalidInput: not a picture we take, or too large, with the cure.
        Unavailable: the folder cannot be written.
    """
    return store_fit(session, fit_for_letters(data), filename=filename, user_id=user_id, folder=folder)


def store_fit(session: Session, picture: Picture, *, filename: str, user_id: int | None, folder: Path) -> Asset:
    """The same for a picture that was made fit before the transaction began, since that may take a second.

    Raises: Unavailable as above.
    """
    sha256 = hashlib.sha256(picture.data).hexdigest()
    extension = EXTENSION_OF[picture.content_type]
    write_once(folder / f"{sha256}.{extension}", picture.data)
    kept = session.scalars(select(Asset).where(Asset.sha256 == sha256)).one_or_none()
    if kept is not None:
        return kept
    asset = Asset(
        sha256=sha256,
        extension=extension,
        content_type=picture.content_type,
        filename=typed.line("filename", Path(filename.replace("\\", "/")).name[-255:], longest=255) or "picture",
        width=picture.width,
        height=picture.height,
        size=len(picture.data),
        user_id=user_id,
    )
    try:
        with session.begin_nested():
            session.add(asset)
    except IntegrityError:
        return session.scalars(select(Asset).where(Asset.sha256 == sha256)).one()
    audit.record(session, "picture.stored", asset, user_id=user_id)
    return asset


def write_once(path: Path, data: bytes) -> None:
    """Writes a file whole or not at all."""
    fresh = path.with_name(f".{secrets.token_hex(8)}")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        if path.exists() and path.stat().st_size == len(data):
            return
        fresh.write_bytes(data)
        fresh.replace(path)
    except OSError as error:
        with suppress(OSError):
            fresh.unlink(missing_ok=True)
        raise Unavailable(f"The picture could not be kept in {path.parent} ({error.strerror}).") from error


def fit_for_letters(data: bytes) -> Picture:
    """Turns what was uploaded into a picture every mail program shows, without its camera's remarks."""
    if len(data) > LARGEST_FILE:
        raise refused(f"This file has {len(data) / 1024 / 1024:.0f} MB; pictures may have up to 10 MB.")
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", Image.DecompressionBombWarning)
            with Image.open(BytesIO(data), formats=KINDS) as image:
                check_size(image)
                return as_gif(image, data) if is_moving(image) else as_still(image)
    except UnidentifiedImageError as error:
        raise refused("This is not a picture we know; use JPEG, PNG, GIF or WebP.") from error
    except (OSError, SyntaxError, ValueError, EOFError, Image.DecompressionBombError) as error:
        raise refused("This picture is damaged; save it anew and try again.") from error


def refused(sentence: str) -> InvalidInput:
    return InvalidInput({"picture": sentence})


def check_size(image: Image.Image) -> None:
    """Looks at the header only, before a single pixel is unpacked."""
    width, height = image.size
    if width * height > MOST_PIXELS:
        raise refused(f"This picture has {width} × {height} pixels; up to 40 megapixels can be used.")
    if height > width * 20 or width > height * 100:
        raise refused(f"This picture has {width} × {height} pixels; no letter can show such a strip.")


def is_moving(image: Image.Image) -> bool:
    return image.format == "GIF" and getattr(image, "is_animated", False)


def as_gif(image: Image.Image, data: bytes) -> Picture:
    """A moving GIF keeps its frames as they are, since every change costs some; all that is no frame is left out."""
    frames = int(getattr(image, "n_frames", 1))
    if image.width > WIDEST or frames > MOST_FRAMES or frames * image.width * image.height > MOST_PIXELS * 5:
        raise refused(f"A moving picture may be {WIDEST} pixels wide and have {MOST_FRAMES} frames.")
    for number in range(frames):
        image.seek(number)
        image.load()
    return Picture(bare_gif(data), "image/gif", image.width, image.height)


def as_still(image: Image.Image) -> Picture:
    """At most 1200 pixels wide; JPEG unless transparency or few colours ask for PNG."""
    upright = ImageOps.exif_transpose(image)
    if upright.width > WIDEST or upright.height > TALLEST:
        upright.thumbnail((WIDEST, TALLEST), Image.Resampling.LANCZOS)
    if has_transparency(upright):
        return as_png(upright.convert("RGBA"))
    flat = upright.convert("RGB")
    if image.format in {"PNG", "GIF"}:
        png = as_png(flat)
        if len(png.data) <= JPEG_TARGET:
            return png
    return as_jpeg(flat)


def has_transparency(image: Image.Image) -> bool:
    if not image.has_transparency_data:
        return False
    lowest, _highest = image.convert("RGBA").getchannel("A").getextrema()
    return isinstance(lowest, int | float) and lowest < 255  # noqa: PLR2004  255 is opaque


def as_png(image: Image.Image) -> Picture:
    out = BytesIO()
    bare(image).save(out, "PNG", optimize=True)
    return Picture(out.getvalue(), "image/png", image.width, image.height)


def as_jpeg(image: Image.Image) -> Picture:
    """The best quality that stays under the target; what is still too large at 60 is made smaller."""
    for quality in (88, 82, 76, 70, 65, 60):
        out = BytesIO()
        bare(image).save(out, "JPEG", quality=quality, optimize=True, progressive=True)
        if out.tell() <= JPEG_TARGET:
            break
    else:
        smaller = image.copy()
        smaller.thumbnail((int(image.width * 0.85), int(image.height * 0.85)), Image.Resampling.LANCZOS)
        return as_jpeg(smaller)
    return Picture(out.getvalue(), "image/jpeg", image.width, image.height)


def bare(image: Image.Image) -> Image.Image:
    """The same pixels without a word about camera, place or program."""
    clean = Image.new(image.mode, image.size)
    clean.paste(image)
    return clean
