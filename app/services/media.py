"""A brand's library of pictures: added, described, taken out. Files are those of `assets`, one for the same bytes."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from app.clock import now
from app.errors import NotFound, WrongState
from app.models import Asset, MediaItem
from app.queries.media import Use, is_shown_anywhere, uses_of
from app.services import audit, typed
from app.services.assets import Picture, file_name, store_fit
from app.services.slugs import slug_from

LONGEST_NAME = 200
LONGEST_ALT = 500
OF_MEDIA = re.compile(r"/media/([0-9a-f]{64})(?:/[a-z0-9-]+)?\.[a-z]{3,4}$")
_SPACES = re.compile(r"[_\s]+")


@dataclass(frozen=True, slots=True)
class Origin:
    """Into whose library pictures go, by whom, and the folder of the files."""

    brand_id: int
    user_id: int | None
    folder: Path


Keep = Callable[[Picture, str], MediaItem]


def address_of(asset: Asset, name: str = "") -> str:
    """Where a picture is shown, within this house: its hash decides, the name is for people."""
    slug = slug_from(name or Path(asset.filename).stem, otherwise="picture")
    return f"/media/{asset.sha256}/{slug}.{asset.extension}"


def asset_at(session: Session, address: str) -> Asset | None:
    """The picture that an address of ours shows."""
    found = OF_MEDIA.search(address)
    if found is None:
        return None
    return session.scalars(select(Asset).where(Asset.sha256 == found[1])).one_or_none()


def add_picture(session: Session, picture: Picture, *, filename: str, origin: Origin, alt: str = "") -> MediaItem:
    """Puts a picture that was made fit into the library; one that is there already is answered as it stands."""
    asset = store_fit(session, picture, filename=filename, user_id=origin.user_id, folder=origin.folder)
    return enlist(session, asset, origin, name=filename, alt=alt)


def enlist(session: Session, asset: Asset, origin: Origin, *, name: str = "", alt: str = "") -> MediaItem:
    """Puts a kept file into the library, at most once."""
    wanted = select(MediaItem).where(MediaItem.brand_id == origin.brand_id, MediaItem.asset_id == asset.id)
    if (there := session.scalars(wanted).one_or_none()) is not None:
        return there
    item = MediaItem(
        brand_id=origin.brand_id,
        asset_id=asset.id,
        name=called(name or asset.filename),
        alt=typed.line("alt", alt[:LONGEST_ALT], longest=LONGEST_ALT),
        user_id=origin.user_id,
    )
    try:
        with session.begin_nested():
            session.add(item)
    except IntegrityError:
        return session.scalars(wanted).one()
    return item


def called(filename: str) -> str:
    """What people call a file: its name without ending and underscores."""
    stem = Path(filename.replace("\\", "/")).stem
    return typed.line("name", _SPACES.sub(" ", stem)[:LONGEST_NAME], longest=LONGEST_NAME) or "Picture"


def get_item(session: Session, item_id: int) -> tuple[MediaItem, Asset]:
    """The entry and its file."""
    row = session.execute(
        select(MediaItem, Asset).join(Asset, Asset.id == MediaItem.asset_id).where(MediaItem.id == item_id)
    ).one_or_none()
    if row is None:
        raise NotFound("This picture is not in the library. Somebody may have taken it out.")
    return row[0], row[1]


def describe(session: Session, item_id: int, *, name: str, alt: str, user_id: int | None = None) -> MediaItem:
    """Renames a picture and says what it shows. Letters that have it already keep their own words.

    Raises: InvalidInput naming the fields.
    """
    item, _asset = get_item(session, item_id)
    item.name = typed.line("name", name, longest=LONGEST_NAME, required=True)
    item.alt = typed.line("alt", alt, longest=LONGEST_ALT)
    item.updated_at = now()
    audit.record(session, "media.described", item, user_id=user_id)
    return item


def hindrances(session: Session, item: MediaItem, asset: Asset) -> tuple[Use, ...]:
    """The brand's places that still need the picture: it may not go while there is one."""
    return tuple(use for use in uses_of(session, asset, item.brand_id) if not use.has_left)


def take_out(session: Session, item_id: int, *, user_id: int | None = None) -> str:
    """Takes a picture out of the library; the name of its file where nothing shows it any more, else "".

    The caller removes that file after the commit (`forget_file`); letters that were sent keep their pictures.

    Raises:
        WrongState: a letter that has not been sent, or a brand, needs it; says which.
    """
    item, asset = get_item(session, item_id)
    in_the_way = hindrances(session, item, asset)
    if in_the_way:
        places = ", ".join(f"“{use.name}”" for use in in_the_way[:3])
        more = f" and {len(in_the_way) - 3} more places" if len(in_the_way) > 3 else ""  # noqa: PLR2004  those named
        raise WrongState(f"“{item.name}” is used in {places}{more}. Take it out there first.")
    audit.record(session, "media.taken_out", item, user_id=user_id, facts={"name": item.name})
    session.delete(item)
    session.flush()
    return drop_unused(session, asset)


def drop_unused(session: Session, asset: Asset) -> str:
    """Lets go of a file that no library and no letter has; its name, or "" where it is needed."""
    if is_shown_anywhere(session, asset):
        return ""
    name = file_name(asset)
    session.delete(asset)
    session.flush()
    return name


def forget_file(session: Session, folder: Path, name: str) -> None:
    """Removes a picture's file, unless somebody brought the same picture in again meanwhile."""
    if name and session.scalars(select(Asset.id).where(Asset.sha256 == Path(name).stem)).first() is None:
        (folder / name).unlink(missing_ok=True)
