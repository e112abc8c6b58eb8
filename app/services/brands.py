"""Brands: the organisations letters speak for."""

from dataclasses import asdict, dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.errors import InvalidInput, NotFound
from app.models import Asset, Brand, LogoTone
from app.services import audit, typed
from app.services.brand_looks import PLAIN_LOOK, LookDetails, checked


@dataclass(frozen=True, slots=True)
class BrandDetails:
    """What the team sets; `address` is the postal address, several lines allowed."""

    name: str
    address: str = ""
    website_url: str = ""
    base_url: str = ""
    language: str = "en"
    time_zone: str = "UTC"
    logo_asset_id: int | None = None
    logo_tone: LogoTone = LogoTone.MIXED
    look: LookDetails = PLAIN_LOOK


def get_brand(session: Session, brand_id: int) -> Brand:
    found = session.get(Brand, brand_id)
    if found is None:
        raise NotFound("This brand is not here.")
    return found


def first_brand(session: Session) -> Brand | None:
    return session.scalars(select(Brand).order_by(Brand.id).limit(1)).one_or_none()


def all_brands(session: Session) -> tuple[Brand, ...]:
    return tuple(session.scalars(select(Brand).order_by(Brand.id)))


def find_brand(session: Session, name: str) -> Brand | None:
    wanted = typed.key(" ".join(name.split()))
    return next((one for one in session.scalars(select(Brand)) if typed.key(one.name) == wanted), None)


def create_brand(session: Session, details: BrandDetails, *, user_id: int | None = None) -> Brand:
    brand = Brand()
    write_details(session, brand, details)
    session.add(brand)
    audit.record(session, "brand.created", brand, user_id=user_id)
    return brand


def edit_brand(session: Session, brand_id: int, details: BrandDetails, *, user_id: int | None = None) -> Brand:
    brand = get_brand(session, brand_id)
    write_details(session, brand, details)
    audit.record(session, "brand.edited", brand, user_id=user_id)
    return brand


def write_details(session: Session, brand: Brand, details: BrandDetails) -> None:
    name = typed.line("name", details.name, required=True)
    with session.no_autoflush:
        taken = find_brand(session, name)
    if taken is not None and taken.id != brand.id:
        raise InvalidInput({"name": f"There is a brand called “{name}” already."})
    if details.logo_asset_id is not None and session.get(Asset, details.logo_asset_id) is None:
        raise InvalidInput({"logo": "This picture is not here."})
    values = {
        "name": name,
        "address": typed.paragraph("address", details.address, longest=500),
        "website_url": typed.web_address("website_url", details.website_url),
        "base_url": typed.web_address("base_url", details.base_url).rstrip("/"),
        "language": typed.language("language", details.language) or "en",
        "time_zone": typed.time_zone("time_zone", details.time_zone),
        "logo_asset_id": details.logo_asset_id,
        "logo_tone": details.logo_tone,
        **asdict(checked(details.look)),
    }
    for field, value in values.items():
        setattr(brand, field, value)
