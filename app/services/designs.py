"""A brand's own designs: made from a theme, changed, brought back to how they were, put away; worn by campaigns."""

import hashlib
import json
from dataclasses import replace

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.clock import now
from app.errors import InvalidInput, NotFound, WrongState
from app.models import Design as DesignRow
from app.models.design import DesignVersion
from app.services import audit, typed
from app.services.design_choices import checked_choices
from emails.errors import TemplateBroken
from emails.render.shell import check_shell
from emails.themes.catalogue import THEMES
from emails.themes.choices import Choices, Design, choices_from_json

PREFIX = "design-"
MOST_DESIGNS = 100
MOST_VERSIONS = 200
LONGEST_SHELL = 200_000


def get_design(session: Session, design_id: int) -> DesignRow:
    found = session.get(DesignRow, design_id)
    if found is None:
        raise NotFound("This design is not here.")
    return found


def designs_of(session: Session, brand_id: int, *, archived: bool = False) -> tuple[DesignRow, ...]:
    """In the order of their names; those put away only where they are asked for."""
    away = DesignRow.archived_at.is_not(None) if archived else DesignRow.archived_at.is_(None)
    return tuple(
        session.scalars(select(DesignRow).where(DesignRow.brand_id == brand_id, away).order_by(DesignRow.name))
    )


def word_named(session: Session, brand_id: int, name: str) -> str:
    """What a campaign names a theme or one of the brand's designs by, found by its name without regard to case.

    Raises:
        NotFound: naming the ones there are.
    """
    own = designs_of(session, brand_id)
    words = {typed.key(row.name): word_of(row) for row in own} | {theme: theme for theme in THEMES}
    word = words.get(typed.key(" ".join(name.split())))
    if word is None:
        there = ", ".join([*THEMES, *(row.name for row in own)])
        raise NotFound(f"There is no design “{name[:40]}”. There are: {there}.")
    return word


def word_of(design: DesignRow) -> str:
    """How a campaign names it among the themes."""
    return f"{PREFIX}{design.id}"


def find_worn(session: Session, word: str, brand_id: int) -> DesignRow | None:
    """The brand's design that a campaign names, None where it names a theme or what is not there."""
    number = word.removeprefix(PREFIX)
    if number == word or not number.isdecimal():
        return None
    found = session.get(DesignRow, int(number))
    return found if found is not None and found.brand_id == brand_id else None


def design_content(session: Session, word: str, brand_id: int) -> Design:
    """What a letter wears that names this. Raises TemplateBroken where the brand has no such design."""
    row = find_worn(session, word, brand_id)
    if row is not None:
        return content_of(row)
    if word.startswith(PREFIX):
        raise TemplateBroken("The letter’s design is not among this brand’s. Choose another one.")
    return Design(word)


def content_of(row: DesignRow) -> Design:
    return Design(row.theme, choices_from_json(row.choices), row.shell)


def create_design(
    session: Session, brand_id: int, *, name: str, design: Design, user_id: int | None = None
) -> DesignRow:
    """A design from a theme or from another design.

    Raises:
        InvalidInput: no name, a name that another one has, a theme that is not there, too many.
    """
    if len(designs_of(session, brand_id)) >= MOST_DESIGNS:
        raise InvalidInput({"name": f"A brand may have {MOST_DESIGNS} designs. Put one away first."})
    if design.theme not in THEMES:
        raise InvalidInput({"theme": "Choose one of the themes."})
    row = DesignRow(brand_id=brand_id, name=free_name(session, brand_id, name), theme=design.theme, revision=0)
    session.add(row)
    keep(session, row, design, user_id=user_id)
    audit.record(session, "design.created", row, user_id=user_id)
    return row


def free_name(session: Session, brand_id: int, name: str, *, own_id: int | None = None) -> str:
    tidy = typed.line("name", name, longest=100, required=True)
    names = {typed.key(one.name): one.id for one in designs_of(session, brand_id)}
    if names.get(typed.key(tidy), own_id) != own_id:
        raise InvalidInput({"name": f"There is a design called “{tidy}” already."})
    return tidy


def rename_design(session: Session, design_id: int, name: str, *, user_id: int | None = None) -> DesignRow:
    """Raises InvalidInput for a name that another design has."""
    row = get_design(session, design_id)
    tidy = free_name(session, row.brand_id, name, own_id=row.id)
    if tidy != row.name:
        row.name = tidy
        audit.record(session, "design.renamed", row, user_id=user_id)
    return row


def save_choices(
    session: Session, design_id: int, choices: Choices, *, revision: int, user_id: int | None = None
) -> DesignRow:
    """Saves what the form says over `revision`.

    Raises:
        InvalidInput: by field.
        WrongState: others saved meanwhile.
    """
    row = lock_design(session, design_id, revision)
    keep(session, row, replace(content_of(row), choices=checked_choices(choices)), user_id=user_id)
    audit.record(session, "design.changed", row, user_id=user_id)
    return row


def save_shell(session: Session, design_id: int, shell: str, *, revision: int, user_id: int | None = None) -> DesignRow:
    """Saves the page in MJML; "" goes back to the theme's own page.

    Raises:
        InvalidInput: under "shell", the first thing that is wrong with its line.
        WrongState: others saved meanwhile.
    """
    row = lock_design(session, design_id, revision)
    source = checked_shell(shell) if shell.strip() else ""
    keep(session, row, replace(content_of(row), shell=source), user_id=user_id)
    audit.record(session, "design.changed", row, user_id=user_id)
    return row


def checked_shell(shell: str) -> str:
    if len(shell) > LONGEST_SHELL:
        raise InvalidInput({"shell": f"This has {len(shell):,} characters; {LONGEST_SHELL:,} fit."})
    refusals, _remarks = check_shell(shell)
    if refusals:
        first = refusals[0]
        place = f"Line {first.line}: " if first.line else ""
        raise InvalidInput({"shell": f"{place}{first.message}"})
    return shell


def lock_design(session: Session, design_id: int, revision: int) -> DesignRow:
    row = session.scalars(
        select(DesignRow).where(DesignRow.id == design_id).with_for_update().execution_options(populate_existing=True)
    ).one_or_none()
    if row is None:
        raise NotFound("This design is not here.")
    if row.revision != revision:
        raise WrongState(
            "This design was changed elsewhere meanwhile. Copy what you changed, load the page again, and put it in."
        )
    return row


def keep(session: Session, row: DesignRow, design: Design, *, user_id: int | None) -> None:
    """Writes the design and, where it became another one, its version; the oldest beyond the most are let go."""
    document, digest = design.choices.to_json(), hash_of(design)
    if digest == row.content_hash:
        return
    row.theme, row.choices, row.shell, row.content_hash = design.theme, document, design.shell, digest
    row.revision += 1
    row.updated_at = now()
    session.flush()
    session.add(
        DesignVersion(
            design_id=row.id,
            number=row.revision,
            theme=row.theme,
            choices=document,
            shell=row.shell,
            content_hash=digest,
            user_id=user_id,
        )
    )
    for old in versions_of(session, row.id)[MOST_VERSIONS:]:
        session.delete(old)


def hash_of(design: Design) -> str:
    """Of everything that a reader can see of it."""
    seen = json.dumps([design.theme, design.choices.to_json(), design.shell], sort_keys=True, ensure_ascii=False)
    return hashlib.sha256(seen.encode()).hexdigest()


def versions_of(session: Session, design_id: int) -> tuple[DesignVersion, ...]:
    """The newest first."""
    session.flush()
    return tuple(
        session.scalars(
            select(DesignVersion).where(DesignVersion.design_id == design_id).order_by(DesignVersion.number.desc())
        )
    )


def version_content(version: DesignVersion) -> Design:
    return Design(version.theme, choices_from_json(version.choices), version.shell)


def bring_back(session: Session, design_id: int, number: int, *, user_id: int | None = None) -> DesignRow:
    """Makes an earlier version the newest one. Raises NotFound for a number that was never saved."""
    row = get_design(session, design_id)
    old = session.scalars(
        select(DesignVersion).where(DesignVersion.design_id == design_id, DesignVersion.number == number)
    ).one_or_none()
    if old is None:
        raise NotFound("This version is not here.")
    keep(session, row, version_content(old), user_id=user_id)
    audit.record(session, "design.brought_back", row, user_id=user_id, facts={"version": number})
    return row


def put_away(session: Session, design_id: int, *, away: bool, user_id: int | None = None) -> DesignRow:
    """Offers it no more, or again. Campaigns that wear it keep it."""
    row = get_design(session, design_id)
    if not away:
        row.name = free_name(session, row.brand_id, row.name, own_id=row.id)
    row.archived_at = now() if away else None
    audit.record(session, "design.archived" if away else "design.restored", row, user_id=user_id)
    return row
