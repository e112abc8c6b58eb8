"""Groups of addresses that a brand's test letters go to: saved under a name, changed by saving again, deleted."""

import re
from collections.abc import Sequence

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.errors import InvalidInput, NotFound
from app.models import AddressGroup
from app.services import audit, typed
from emails.mime.addresses import address_key

MOST_GROUPS = 30
MOST_ADDRESSES = 20
BETWEEN = re.compile(r"[,;\s]+")


def split_addresses(text: str) -> list[str]:
    """Addresses as people write them in a row: with commas, semicolons, blanks or lines between."""
    return [part for part in BETWEEN.split(text) if part]


def groups_of(session: Session, brand_id: int) -> tuple[AddressGroup, ...]:
    wanted = select(AddressGroup).where(AddressGroup.brand_id == brand_id)
    return tuple(session.scalars(wanted.order_by(func.lower(AddressGroup.name), AddressGroup.id)))


def save_group(
    session: Session, brand_id: int, name: str, addresses: Sequence[str], *, user_id: int | None = None
) -> AddressGroup:
    """A group with these addresses; one of the same name, whatever its case, gets them instead of its own.

    Raises:
        InvalidInput: under "group": no name, or too many groups; under "emails": no address, too many, or a wrong one.
    """
    called = typed.line("group", name, longest=60, required=True)
    kept = once_each(addresses)
    if not kept:
        raise InvalidInput({"emails": "Write at least one address to save."})
    if len(kept) > MOST_ADDRESSES:
        raise InvalidInput({"emails": f"A group has at most {MOST_ADDRESSES} addresses; these are {len(kept)}."})
    there = groups_of(session, brand_id)
    group = next((one for one in there if typed.key(one.name) == typed.key(called)), None)
    if group is None:
        if len(there) >= MOST_GROUPS:
            raise InvalidInput({"group": f"There are {MOST_GROUPS} groups already. Delete one first."})
        group = AddressGroup(brand_id=brand_id)
        session.add(group)
    group.name, group.addresses = called, kept
    audit.record(session, "address_group.saved", group, user_id=user_id, facts={"addresses": len(kept)})
    return group


def once_each(addresses: Sequence[str]) -> list[str]:
    found: dict[str, str] = {}
    for one in addresses:
        address = typed.address("emails", one)
        found.setdefault(address_key(address), address)
    return list(found.values())


def delete_group(session: Session, brand_id: int, group_id: int, *, user_id: int | None = None) -> None:
    group = session.get(AddressGroup, group_id)
    if group is None or group.brand_id != brand_id:
        raise NotFound("This group is not here.")
    audit.record(session, "address_group.deleted", group, user_id=user_id)
    session.delete(group)
    session.flush()
