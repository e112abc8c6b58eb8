"""Notices to readers in a brand's own words, one language at a time; without them a notice has ours.

Tags stand for what differs: a fixed few, none of which holds what a stranger typed. The link cannot be left out.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.clock import now
from app.errors import InvalidInput, NotFound
from app.models import NoticeWording
from app.services import audit, typed
from app.services.reader_request_words import Telling, words_of_letter
from app.services.sign_up_words import letter_words_for

LANGUAGES = ("en", "de", "fr", "ar")
LONGEST_BODY = 4000
LONGEST_LABEL = 60
LINK = "link"
_TAG = re.compile(r"\{\{\s*([^{}]*?)\s*\}\}")
_OURS = {"brand": "brand.name", "lists": "lists", "about": "about"}


class ReaderNotice(StrEnum):
    """The letters to readers that are no campaign."""

    CONFIRM = "confirm"
    REMINDER = "reminder"
    WELCOME_END = "welcome_end"
    PREFERENCES = "preferences"
    CHANGE_ADDRESS = "change_address"
    EXPORT = "export"
    ERASE = "erase"
    ADDRESS_TAKEN = "address_taken"
    ADDRESS_CHANGED = "address_changed"


@dataclass(frozen=True, slots=True)
class Wording:
    """`body` is one paragraph a line; where {{ link }} stands on a line, the button (or link) with `label` goes."""

    subject: str
    label: str
    body: str


@dataclass(frozen=True, slots=True)
class Filled:
    """A wording for one reader: what stands before the link and after it."""

    subject: str
    label: str
    before: tuple[str, ...]
    after: tuple[str, ...]


_N = ReaderNotice
_SIGN_UP = ("brand.name", "brand.address", "lists")
TAGS: dict[ReaderNotice, tuple[str, ...]] = {
    _N.CONFIRM: (LINK, *_SIGN_UP),
    _N.REMINDER: (LINK, *_SIGN_UP),
    _N.WELCOME_END: (LINK, *_SIGN_UP),
    _N.PREFERENCES: (LINK, "brand.name", "brand.address"),
    _N.CHANGE_ADDRESS: (LINK, "brand.name", "brand.address"),
    _N.EXPORT: (LINK, "brand.name", "brand.address"),
    _N.ERASE: (LINK, "brand.name", "brand.address"),
    _N.ADDRESS_TAKEN: ("brand.name", "brand.address"),
    _N.ADDRESS_CHANGED: ("brand.name", "brand.address", "about"),
}
"""What may stand in each; a link that may must."""


def has_subject(notice: ReaderNotice) -> bool:
    """A welcome letter's subject is its form's."""
    return notice is not ReaderNotice.WELCOME_END


def our_words(notice: ReaderNotice, language: str) -> Wording:
    """What we say, with our tags."""
    if notice in {_N.CONFIRM, _N.REMINDER, _N.WELCOME_END}:
        return _sign_up_words(notice, language)
    spoken = words_of_letter(Telling(notice.value), language)
    link = ("{{ link }}",) if LINK in TAGS[notice] else ()
    lines = (spoken.greeting, *spoken.before, *link, *spoken.after)
    return _tagged(spoken.subject, spoken.label, lines)


def _sign_up_words(notice: ReaderNotice, language: str) -> Wording:
    words = letter_words_for(language)
    if notice is _N.WELCOME_END:
        return _tagged("", words.welcome_leave, (words.welcome_why, "{{ link }}"))
    if notice is _N.CONFIRM:
        lines = (words.greeting, words.asked, words.press, "{{ link }}", words.not_you)
        return _tagged(words.subject, words.label, lines)
    lines = (words.greeting, words.reminder, words.press, "{{ link }}", words.reminder_last)
    return _tagged(words.reminder_subject, words.label, lines)


def _tagged(subject: str, label: str, lines: tuple[str, ...]) -> Wording:
    def ours(text: str) -> str:
        return re.sub(r"(?<!\{)\{(\w+)\}(?!\})", lambda found: f"{{{{ {_OURS[found[1]]} }}}}", text)

    return Wording(ours(subject), label, "\n".join(ours(line) for line in lines))


def find_wording(session: Session, brand_id: int, notice: ReaderNotice, language: str) -> Wording | None:
    """The brand's own words in this language, None where it has none."""
    row = _row(session, brand_id, notice, language)
    return Wording(row.subject, row.label, row.body) if row else None


def worded(session: Session, brand_id: int) -> frozenset[tuple[str, str]]:
    """Which notices have the brand's own words, each with the language."""
    rows = select(NoticeWording.notice, NoticeWording.language).where(NoticeWording.brand_id == brand_id)
    return frozenset((row.notice, row.language) for row in session.execute(rows))


def save_wording(
    session: Session, brand_id: int, key: tuple[ReaderNotice, str], wording: Wording, *, user_id: int | None = None
) -> None:
    """Keeps the brand's words for a notice in a language.

    Raises:
        InvalidInput: by field; a tag that is not known, or the link missing.
        NotFound: we do not write in that language.
    """
    notice, language = key
    if language not in LANGUAGES:
        raise NotFound("Notices are not written in this language.")
    kept = checked(notice, wording)
    row = _row(session, brand_id, notice, language)
    if row is None:
        row = NoticeWording(brand_id=brand_id, notice=notice.value, language=language)
        session.add(row)
    row.subject, row.label, row.body, row.updated_at = kept.subject, kept.label, kept.body, now()
    audit.record(session, "notice.reworded", row, user_id=user_id, facts={"notice": notice.value, "language": language})


def forget_wording(
    session: Session, brand_id: int, notice: ReaderNotice, language: str, *, user_id: int | None = None
) -> None:
    """Goes back to our words."""
    row = _row(session, brand_id, notice, language)
    if row is not None:
        facts = {"notice": notice.value, "language": language}
        audit.record(session, "notice.our_words", row, user_id=user_id, facts=facts)
        session.delete(row)


def _row(session: Session, brand_id: int, notice: ReaderNotice, language: str) -> NoticeWording | None:
    wanted = (
        NoticeWording.brand_id == brand_id,
        NoticeWording.notice == notice.value,
        NoticeWording.language == language,
    )
    return session.scalars(select(NoticeWording).where(*wanted)).one_or_none()


def checked(notice: ReaderNotice, wording: Wording) -> Wording:
    """The same, tidied. Raises InvalidInput with every field that cannot be used."""
    problems: dict[str, str] = {}
    kept: dict[str, str] = {}
    for field in ("subject", "label", "body"):
        try:
            kept[field] = tidied(notice, field, getattr(wording, field))
            trouble = tag_trouble(notice, field, kept[field])
        except InvalidInput as refusal:
            trouble = refusal.fields[field]
        if trouble:
            problems[field] = trouble
    if problems:
        raise InvalidInput(problems)
    return Wording(**kept)


def tidied(notice: ReaderNotice, field: str, text: str) -> str:
    if field == "subject":
        return typed.line(field, text, required=has_subject(notice))
    if field == "label":
        return typed.line(field, text, longest=LONGEST_LABEL, required=LINK in TAGS[notice])
    return typed.paragraph(field, text, longest=LONGEST_BODY, required=True)


def tag_trouble(notice: ReaderNotice, field: str, text: str) -> str:
    """What is wrong with the tags of one field, "" where nothing is."""
    known = TAGS[notice] if field == "body" else tuple(tag for tag in TAGS[notice] if tag != LINK)
    for number, line in enumerate(text.split("\n"), start=1):
        where = f"Line {number}: " if field == "body" else ""
        for name in _TAG.findall(line):
            if name not in known:
                may = ", ".join(f"{{{{ {tag} }}}}" for tag in known)
                return f"{where}{{{{ {name[:40]} }}}} is not known here. You can write {may}."
        rest = _TAG.sub("", line)
        if "{{" in rest or "}}" in rest or "{%" in rest:
            return f"{where}a tag is not whole: it begins with {{{{ and ends with }}}}."
    return link_trouble(text) if LINK in known else ""


def link_trouble(body: str) -> str:
    lines = [line.strip() for line in body.split("\n")]
    alone = [line for line in lines if (found := _TAG.fullmatch(line)) and found[1] == LINK]
    if len(alone) == 1 and _TAG.findall(body).count(LINK) == 1:
        return ""
    return "Without its link this letter is of no use: write {{ link }} once, on a line of its own."


def filled(wording: Wording, values: Mapping[str, str]) -> Filled:
    """The words for one reader; a value is never read for tags again."""
    before: list[str] = []
    after: list[str] = []
    side = before
    for line in (line.strip() for line in wording.body.split("\n")):
        found = _TAG.fullmatch(line)
        if found and found[1] == LINK:
            side = after
        elif line:
            side.append(_say(line, values))
    return Filled(_say(wording.subject, values), _say(wording.label, values), tuple(before), tuple(after))


def _say(text: str, values: Mapping[str, str]) -> str:
    return _TAG.sub(lambda found: values.get(found[1], ""), text)
