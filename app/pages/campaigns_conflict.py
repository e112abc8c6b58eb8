"""Two people at one article: who saved meanwhile, and how what they wrote differs from what is on the page."""

from dataclasses import dataclass
from typing import Any

from flask_babel import gettext as _

from app.models import Campaign
from app.pages.wording import ago
from app.queries.versions import last_saved
from app.services.articles import article_of
from emails.articles.blocks import Article
from emails.articles.compare import BlockChange, compare


@dataclass(frozen=True)
class Conflict:
    """`revision` is the one to save over; `changes` lead from theirs to mine."""

    sentence: str
    revision: int
    changes: tuple[BlockChange, ...]
    user_id: int | None


def conflict_of(session: Any, campaign: Campaign, *, mine: Article) -> Conflict:
    held = article_of(session, campaign.id)
    last = last_saved(session, held.article_id)
    who = last.who if last and last.who else _("Somebody else")
    when = ago(last.at) if last else _("just now")
    sentence = str(_("%(who)s changed this %(when)s.", who=who, when=when))
    changes = compare(held.article, mine) if mine is not held.article else ()
    return Conflict(sentence, held.revision, changes, last.user_id if last else None)
