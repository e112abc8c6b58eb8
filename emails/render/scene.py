"""One person in front of one letter: everything a merge field can be read from while that letter is written."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from operator import attrgetter

from emails.content import LetterLinks, Recipient


@dataclass(slots=True)
class Scene:
    """`subject` is filled in first, so that the letter's body may quote it."""

    recipient: Recipient
    links: LetterLinks
    constants: Mapping[str, str]
    language: str
    subject: str = ""


def _full_name(scene: Scene) -> str:
    return f"{scene.recipient.first_name} {scene.recipient.last_name}".strip()


READER_FIELDS: dict[str, Callable[[Scene], str]] = {
    "subscriber.first_name": attrgetter("recipient.first_name"),
    "subscriber.last_name": attrgetter("recipient.last_name"),
    "subscriber.name": _full_name,
    "subscriber.email": attrgetter("recipient.email"),
    "subscriber.language": attrgetter("recipient.language"),
}
LISTS = "subscriber.lists"
"""The numbers of the lists that a person is on; conditions may ask for one, and nothing can show them."""

SAME_FOR_ALL = ("brand.name", "brand.address", "brand.url", "campaign.subject", "today")
LINKS: dict[str, Callable[[Scene], str]] = {
    "links.unsubscribe": attrgetter("links.unsubscribe"),
    "links.preferences": attrgetter("links.preferences"),
    "links.browser_view": attrgetter("links.browser_view"),
    "links.track_token": attrgetter("links.track_token"),
}
"""What the letter itself shows of a person's links; no author can name them."""


def reader_of(name: str) -> Callable[[Scene], object]:
    """How the field or link of this name is read; custom fields that a person lacks are empty."""
    if name in READER_FIELDS:
        return READER_FIELDS[name]
    if name == LISTS:
        return attrgetter("recipient.lists")
    if name == "campaign.subject":
        return attrgetter("subject")
    if name in SAME_FOR_ALL:
        return lambda scene: scene.constants.get(name, "")
    if name in LINKS:
        return LINKS[name]
    custom = name.removeprefix("field.")
    return lambda scene: scene.recipient.fields.get(custom, "")
