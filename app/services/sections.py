"""Saved sections: blocks kept under a name for a brand. Inserting makes a copy; changing one changes no letter."""

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.errors import InvalidInput, NotFound
from app.models import SavedSection
from app.services import audit, typed
from emails.articles.article_json import article_from_json, article_to_json
from emails.articles.blocks import Article, Block

MOST_SECTIONS = 200
MOST_BLOCKS = 100


def save_section(
    session: Session, brand_id: int, name: str, blocks: tuple[Block, ...], *, user_id: int | None = None
) -> SavedSection:
    """Keeps the blocks under the name; what had this name before is replaced.

    Raises:
        InvalidInput: no name, no block, or more than there is room for.
    """
    plain = typed.line("name", name, longest=200, required=True)
    if not blocks or len(blocks) > MOST_BLOCKS:
        raise InvalidInput({"blocks": f"A section has 1 to {MOST_BLOCKS} blocks."})
    content = article_to_json(Article(title="", blocks=blocks))
    key = plain.casefold()
    found = session.scalars(
        select(SavedSection).where(SavedSection.brand_id == brand_id, SavedSection.name_key == key)
    ).one_or_none()
    if found is None:
        there_are = session.scalar(select(func.count()).where(SavedSection.brand_id == brand_id)) or 0
        if there_are >= MOST_SECTIONS:
            raise InvalidInput({"name": f"A brand has at most {MOST_SECTIONS} saved sections. Remove one first."})
        found = SavedSection(brand_id=brand_id, name_key=key)
        session.add(found)
    found.name, found.content, found.user_id = plain, content, user_id
    audit.record(session, "section.saved", found, user_id=user_id, facts={"name": plain})
    return found


def sections_of(session: Session, brand_id: int) -> tuple[SavedSection, ...]:
    """The brand's sections by name."""
    return tuple(
        session.scalars(select(SavedSection).where(SavedSection.brand_id == brand_id).order_by(SavedSection.name_key))
    )


def get_section(session: Session, brand_id: int, section_id: int) -> SavedSection:
    found = session.get(SavedSection, section_id)
    if found is None or found.brand_id != brand_id:
        raise NotFound("This saved section is not here any more.")
    return found


def blocks_of_section(session: Session, brand_id: int, section_id: int) -> tuple[Block, ...]:
    return article_from_json(get_section(session, brand_id, section_id).content).blocks


def remove_section(session: Session, brand_id: int, section_id: int, *, user_id: int | None = None) -> str:
    """Removes a section, from no letter; answers its name."""
    found = get_section(session, brand_id, section_id)
    name = found.name
    audit.record(session, "section.removed", found, user_id=user_id, facts={"name": name})
    session.delete(found)
    return name
