"""The words by which letters on the web are found: written once a letter has left, and again when it changes."""

import re
from collections import Counter

from sqlalchemy import delete, insert
from sqlalchemy.orm import Session

from app.clock import now
from app.errors import NotFound
from app.models import Brand, Campaign, IssueWord
from app.queries.archive import is_listed
from app.services.campaigns import lock_campaign
from app.services.issues import Issue, read_issue
from emails.articles.inline import text_of
from emails.articles.search_words import words_of

MOST_WORDS = 5_000
WEIGHT_OF_TITLE, WEIGHT_OF_TAG, WEIGHT_OF_HEADING = 20, 10, 4
MOST_FOR_BODY, HEAVIEST = 5, 100
WORDS_A_STATEMENT = 500
BLOCK = re.compile(r"</?(?:h[1-6]|p|div|ul|ol|li|t[hdr]|figure|figcaption|blockquote|pre|header|footer|hr|br)\b")


def index_issue(session: Session, campaign_id: int) -> int:
    """Writes down the words of a listed letter; returns how many. 0 where it is not (or no longer) to be shown."""
    campaign = lock_campaign(session, campaign_id)
    brand = session.get_one(Brand, campaign.brand_id)
    session.execute(delete(IssueWord).where(IssueWord.campaign_id == campaign_id))
    campaign.indexed_at = now()
    weights: Counter[str] = Counter()
    if is_listed(brand, campaign) or is_only_closed(brand, campaign):
        try:
            weights = weights_of(read_issue(session, brand, campaign))
        except NotFound:
            weights = Counter()
    rows = [
        {"campaign_id": campaign_id, "word": word, "weight": min(weight, HEAVIEST)}
        for word, weight in weights.most_common(MOST_WORDS)
    ]
    for start in range(0, len(rows), WORDS_A_STATEMENT):
        session.execute(insert(IssueWord), rows[start : start + WORDS_A_STATEMENT])
    session.flush()
    return len(rows)


def is_only_closed(brand: Brand, campaign: Campaign) -> bool:
    """Whether nothing but the brand's closed archive hides it: once that opens, the letter is found at once."""
    return bool(brand.slug and campaign.slug and campaign.started_at and brand.archive_opened_at is None)


def forget_words(session: Session, campaign: Campaign) -> None:
    """Has the letter read again: at once where it has left, else once it does."""
    campaign.indexed_at = None
    session.flush()
    if campaign.started_at is not None:
        index_issue(session, campaign.id)


def weights_of(issue: Issue) -> Counter[str]:
    """How much each word says about a letter: titles most, then tags and headings, then how often it stands there."""
    weights = Counter({word: min(count, MOST_FOR_BODY) for word, count in Counter(words_of(words(issue))).items()})
    for heading in headings(issue.page.body):
        weights.update(dict.fromkeys(words_of(heading), WEIGHT_OF_HEADING))
    for _slug, name in issue.tags:
        weights.update(dict.fromkeys(words_of(name), WEIGHT_OF_TAG))
    weights.update(dict.fromkeys(words_of(issue.title), WEIGHT_OF_TITLE))
    return weights


def words(issue: Issue) -> str:
    """Everything that the page says, as text."""
    return spoken(f"{issue.page.head} {issue.page.body} {issue.page.picture_alt}")


def spoken(html: str) -> str:
    """HTML as running text; what stood in two elements is two words."""
    return text_of(BLOCK.sub(r" \g<0>", html))


def headings(html: str) -> list[str]:
    """The texts of h2 to h6."""
    found = []
    for part in html.split("<h")[1:]:
        level, _, rest = part.partition(">")
        if level[:1].isdigit():
            found.append(spoken(rest.partition("</h")[0]))
    return found
