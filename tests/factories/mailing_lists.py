"""Lists."""

import uuid
from itertools import count

from sqlalchemy.orm import Session

from app.models import Brand, MailingList
from tests.factories.brands import make_brand

numbers = count(1)


def make_list(session: Session, brand: Brand | None = None, **given) -> MailingList:
    brand = brand or make_brand(session)
    name = given.pop("name", f"List {next(numbers)}")
    row = MailingList(
        **{"brand_id": brand.id, "name": name, "name_key": name.casefold(), "public_id": str(uuid.uuid4())} | given
    )
    session.add(row)
    session.flush()
    return row
