"""What letters are about, as the team says it: up to ten tags a letter, by which the archive gathers them."""

import re
from hashlib import sha256

from sqlalchemy import delete
from sqlalchemy.orm import Session

from app.errors import InvalidInput
from app.models import CampaignTag
from app.queries.archive_search import tags_of
from app.services import audit, typed
from app.services.archive_index import forget_words
from app.services.campaigns import lock_campaign
from app.services.slugs import slug_from

MOST_TAGS = 10
LONGEST_TAG = 40
BETWEEN = re.compile(r"[,;،、\n]+")


def set_tags(session: Session, campaign_id: int, line: str, *, user_id: int | None = None) -> tuple[str, ...]:
    """Makes these, written with commas between, a letter's only tags, in whatever state it is; returns their slugs.

    Raises:
        InvalidInput: under "tags": too many, or one too long.
    """
    campaign = lock_campaign(session, campaign_id)
    wanted = checked_tags(line, language=campaign.language)
    if list(wanted.items()) == [(tag.slug, tag.name) for tag in tags_of(session, campaign_id)]:
        return tuple(wanted)
    session.execute(delete(CampaignTag).where(CampaignTag.campaign_id == campaign_id))
    session.add_all(CampaignTag(campaign_id=campaign_id, slug=slug, name=name) for slug, name in wanted.items())
    session.flush()
    audit.record(session, "campaign.tagged", campaign, user_id=user_id, facts={"tags": list(wanted)})
    forget_words(session, campaign)
    return tuple(wanted)


def checked_tags(line: str, *, language: str) -> dict[str, str]:
    """Slug -> name, in the order typed; of two that would share an address the first stays."""
    names = [name for part in BETWEEN.split(line) if (name := typed.line("tags", part, longest=10 * LONGEST_TAG))]
    found: dict[str, str] = {}
    for name in names:
        if len(name) > LONGEST_TAG:
            raise InvalidInput({"tags": f"“{name[:30]}…” has {len(name)} characters; a tag may have {LONGEST_TAG}."})
        found.setdefault(tag_slug(name, language=language), name)
    if len(found) > MOST_TAGS:
        raise InvalidInput({"tags": f"These are {len(found)} tags; a letter may have {MOST_TAGS}."})
    return found


def tag_slug(name: str, *, language: str) -> str:
    """The tag as its address has it; of a name in other letters a short fingerprint, always the same."""
    return slug_from(name, language=language, otherwise=f"tag-{sha256(typed.key(name).encode()).hexdigest()[:10]}")
