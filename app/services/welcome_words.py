"""The welcome letter's words as one reader gets them: the team's, with merge tags. Checked when the form is saved."""

from app.errors import InvalidInput
from app.models import Brand, Subscriber
from emails.content import Recipient
from emails.errors import TemplateBroken
from emails.render.filled import filled

SOMEBODY = Recipient("reader@example.com", "Amara", "Okafor", "en")


def filled_welcome(subject: str, text: str, reader: Recipient, brand: Brand) -> tuple[str, str]:
    """Subject and text, filled in. Raises TemplateBroken."""
    constants = {"brand.name": brand.name, "brand.address": brand.address, "brand.url": brand.website_url}
    return (
        filled(subject, reader, constants, place="Subject"),
        filled(text, reader, constants, place="Welcome letter"),
    )


def check_welcome(subject: str, text: str, brand: Brand) -> None:
    """Raises InvalidInput under the field whose merge tag cannot be used."""
    for name, (one, other) in {"welcome_subject": (subject, ""), "welcome_text": ("", text)}.items():
        try:
            filled_welcome(one, other, SOMEBODY, brand)
        except TemplateBroken as broken:
            raise InvalidInput({name: str(broken)}) from broken


def recipient_of(person: Subscriber) -> Recipient:
    fields = {name: str(value) for name, value in person.fields.items()}
    return Recipient(person.email, person.first_name, person.last_name, person.language, fields)
