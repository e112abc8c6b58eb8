"""Brands and senders."""

from itertools import count

from sqlalchemy.orm import Session

from app.models import Brand, Sender

numbers = count(1)


def make_brand(session: Session, **given) -> Brand:
    values = {
        "name": f"Brand {next(numbers)}",
        "address": "1 Quay Street\nGalway",
        "website_url": "https://example.test",
    }
    brand = Brand(**(values | given))
    session.add(brand)
    session.flush()
    return brand


def make_sender(session: Session, brand: Brand | None = None, **given) -> Sender:
    brand = brand or make_brand(session)
    values = {"name": brand.name, "email": f"news{next(numbers)}@example.test", "reply_to": ""}
    sender = Sender(brand_id=brand.id, **(values | given))
    session.add(sender)
    session.flush()
    return sender
