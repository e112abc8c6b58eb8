"""What several machines must have in common, seen from this one: the doctor's findings. Asks no other machine."""

from collections.abc import Iterator

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.config import Settings
from app.models import Asset, Campaign
from app.services.assets import file_name
from app.tokens import knows_key
from emails.domains.checks import DomainCheck, Level

PICTURES_LOOKED_FOR = 50
CAMPAIGNS_LOOKED_AT = 20


def examine_machine(session: Session, settings: Settings) -> Iterator[DomainCheck]:
    """Nothing where all is as it should be."""
    yield from check_pictures(session, settings)
    yield from check_keys(session)


def check_pictures(session: Session, settings: Settings) -> Iterator[DomainCheck]:
    """Whether the newest pictures lie here; a machine that only sends needs none."""
    newest = session.scalars(select(Asset).order_by(Asset.id.desc()).limit(PICTURES_LOOKED_FOR)).all()
    missing = [one for one in newest if not (settings.uploads / file_name(one)).is_file()]
    if missing:
        message = f"{len(missing)} of the {len(newest)} newest pictures are not in {settings.uploads}."
        cure = (
            "Machines that run `serve` or `work general` share one folder: mount it on each, and name it in "
            "LETTERWRIGHT_SHARED. A machine that only sends needs none."
        )
        yield DomainCheck("uploads", Level.BAD, message, cure)


def check_keys(session: Session) -> Iterator[DomainCheck]:
    """Whether this machine knows the keys that links of the newest campaigns are signed with."""
    kept = select(Campaign.key_id).where(Campaign.key_id != "").order_by(Campaign.id.desc()).limit(CAMPAIGNS_LOOKED_AT)
    strange = [one for one in session.scalars(kept) if one and not knows_key(one)]
    if strange:
        message = f"Links in {len(strange)} of the newest campaigns were signed with a secret that is not known here."
        cure = (
            "Give every machine the same LETTERWRIGHT_SECRET; an earlier one goes into LETTERWRIGHT_SECRET_PREVIOUS. "
            "Without it readers of these letters cannot unsubscribe."
        )
        yield DomainCheck("secret-shared", Level.BAD, message, cure)
