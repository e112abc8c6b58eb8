"""Many articles brought in: the source read to a list, some of it chosen, a draft made of each; called off at any time.

Every page of the list, and every draft with its line of the list, is one transaction: whatever dies in between has
neither lost nor doubled an article.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from app.clock import now
from app.errors import InvalidInput, NotFound, WrongState
from app.jobs import Job, enqueue
from app.models import ArticleImport, ArticleImportStatus, Asset, Brand, FoundArticle, FoundState
from app.services import audit, media, picture_fetches, typed
from app.services.article_drafts import Fitted, Wording, draft_article, enlist_all, fitted, placed
from app.services.article_sources import Source, forget_source, kept_sources
from app.services.media import Origin
from emails.articles.article_json import article_from_json, article_to_json
from emails.articles.imported import Found, Imported
from emails.articles.inline import text_of
from emails.errors import ArticleBroken

MOST_ARTICLES = 2_000
MADE_AT_ONCE = 20
KEEP_UNTOUCHED = timedelta(days=7)
STILL_AFTER = timedelta(seconds=30)
ORPHAN_AFTER = timedelta(hours=1)
_S = ArticleImportStatus
AT_WORK = (_S.READING, _S.MAKING)
GONE = (
    "The file is not in the folder of this machine that looked for it. Where pages and general workers run on several "
    "machines they share one folder, which LETTERWRIGHT_SHARED names. Mend that, and upload the file anew."
)
TOO_MANY = f"An import takes up to {MOST_ARTICLES:,} articles. Split the source to bring in what comes after."


@dataclass(frozen=True, slots=True)
class Line:
    """One part of a source, ready to be listed: an article with its pictures, or the reason why it is none."""

    number: int
    part: str
    given: Fitted | None = None
    reason: str = ""

    @property
    def weight(self) -> int:
        """Bytes of the pictures it brings."""
        return sum(len(picture.data) for picture in self.given.pictures.values()) if self.given else 0


def line_of(number: int, found: Found) -> Line:
    """Looks at the pictures too; no transaction should be open."""
    if isinstance(found, Imported):
        return Line(number, found.part, fitted(found))
    return Line(number, found.part, reason=found.reason)


def begin(session: Session, source: Source, kept_as: str, origin: Origin, *, with_pictures: bool) -> ArticleImport:
    """Lets a source that was kept be read."""
    batch = ArticleImport(
        brand_id=origin.brand_id,
        source=source.title,
        kept_as=kept_as,
        told=source.told,
        with_pictures=int(with_pictures),
        user_id=origin.user_id,
        beat_at=now(),
    )
    session.add(batch)
    audit.record(session, "articles.received", batch, user_id=origin.user_id)
    enqueue(session, Job.ARTICLES, batch.id)
    return batch


def get_import(session: Session, import_id: int) -> ArticleImport:
    found = session.get(ArticleImport, import_id)
    if found is None:
        raise NotFound("This import of articles is not here.")
    return found


def lock_import(session: Session, import_id: int) -> ArticleImport:
    """The import, kept from others until the transaction ends."""
    statement = select(ArticleImport).where(ArticleImport.id == import_id).with_for_update()
    found = session.scalars(statement, execution_options={"populate_existing": True}).one_or_none()
    if found is None:
        raise NotFound("This import of articles is not here.")
    return found


def lines_listed(session: Session, import_id: int) -> int:
    """The number of the last part that is committed."""
    return session.scalar(select(func.max(FoundArticle.number)).where(FoundArticle.import_id == import_id)) or 0


def list_lines(session: Session, import_id: int, lines: Sequence[Line], uploads: Path) -> bool:
    """Writes parts of the source down, those that are new; False where nobody wants them any more."""
    batch = lock_import(session, import_id)
    if batch.status != _S.READING:
        return False
    origin = Origin(batch.brand_id, batch.user_id, uploads)
    listed = lines_listed(session, import_id)
    for one in lines:
        if one.number > listed:
            session.add(row_of(session, import_id, one, origin))
    batch.beat_at = now()
    return True


def row_of(session: Session, import_id: int, line: Line, origin: Origin) -> FoundArticle:
    row = FoundArticle(import_id=import_id, number=line.number, part=short(line.part), title="", reason=line.reason)
    row.state = FoundState.REFUSED
    if line.given is None:
        return row
    article, assets = placed(session, line.given, origin)
    try:
        row.content = article_to_json(article)
        article_from_json(row.content)
    except ArticleBroken as broken:
        row.content, row.reason = {}, str(broken)
        return row
    row.title, row.state, row.pictures = short(text_of(article.title)), FoundState.FOUND, [one.id for one in assets]
    return row


def short(text: str) -> str:
    return typed.line("part", text[:300], longest=300)


def end_reading(session: Session, import_id: int, folder: Path, trouble: str = "") -> None:
    """The list is whole, or (with `trouble`) as long as it became; the copy of the source goes."""
    batch = lock_import(session, import_id)
    if batch.status != _S.READING:
        return
    usable = session.scalars(
        select(FoundArticle.id).where(FoundArticle.import_id == import_id, FoundArticle.state == FoundState.FOUND)
    ).first()
    if usable is None:
        batch.move_to(_S.FAILED)
        batch.ended_at = now()
        trouble = trouble or "There is no article in it that can be read; see the reasons below."
    else:
        batch.move_to(_S.LISTED)
    batch.trouble, batch.beat_at = trouble, now()
    forget_source(folder, batch.kept_as)
    batch.kept_as = ""


def choose(
    session: Session, import_id: int, numbers: Collection[int] | None, *, user_id: int | None = None
) -> ArticleImport:
    """Lets a draft be made of each chosen part (None: of all that can be).

    Raises:
        WrongState: the list is not ready, or was chosen from already. InvalidInput: nothing is chosen.
    """
    batch = lock_import(session, import_id)
    if batch.status != _S.LISTED:
        raise WrongState(f"“{batch.source}” is not waiting for a choice.")
    found = (FoundArticle.import_id == import_id, FoundArticle.state == FoundState.FOUND)
    chosen = found if numbers is None else (*found, FoundArticle.number.in_(list(numbers)[:MOST_ARTICLES]))
    marked = update(FoundArticle).where(*chosen).values(state=FoundState.CHOSEN).returning(FoundArticle.id)
    count = len(session.execute(marked).all())
    if not count:
        raise InvalidInput({"articles": "Choose at least one article."})
    let_go(session, import_id, FoundState.FOUND)
    batch.move_to(_S.MAKING)
    batch.beat_at = now()
    audit.record(session, "articles.chosen", batch, user_id=user_id, facts={"articles": count})
    enqueue(session, Job.ARTICLES, batch.id)
    return batch


def let_go(session: Session, import_id: int, *states: FoundState) -> None:
    """Marks what nobody wants, and keeps none of its words."""
    session.execute(
        update(FoundArticle)
        .where(FoundArticle.import_id == import_id, FoundArticle.state.in_(states))
        .values(state=FoundState.NOT_CHOSEN, content={})
    )


def make_drafts(session: Session, import_id: int, uploads: Path, *, most: int = MADE_AT_ONCE) -> bool:
    """Makes the next drafts; True while there are more. Safe to run twice at once: the second takes the ones after."""
    batch = lock_import(session, import_id)
    if batch.status != _S.MAKING:
        return False
    rows = session.scalars(
        select(FoundArticle)
        .where(FoundArticle.import_id == import_id, FoundArticle.state == FoundState.CHOSEN)
        .order_by(FoundArticle.number)
        .limit(most)
    ).all()
    brand = session.get_one(Brand, batch.brand_id)
    origin = Origin(batch.brand_id, batch.user_id, uploads)
    for row in rows:
        make_draft(session, batch, row, brand, origin)
    batch.beat_at = now()
    if len(rows) < most:
        batch.move_to(_S.DONE)
        batch.ended_at = now()
    return batch.status == _S.MAKING


def make_draft(session: Session, batch: ArticleImport, row: FoundArticle, brand: Brand, origin: Origin) -> None:
    """The draft of one part, or the reason why it cannot be one; a part without a title is called as it was there."""
    try:
        article = article_from_json(row.content)
        with session.begin_nested():
            assets = list(session.scalars(select(Asset).where(Asset.id.in_(row.pictures))))
            enlist_all(session, article, assets, origin)
            campaign = draft_article(session, brand, article, Wording(), origin)
            if not article.title and row.part:
                campaign.name = row.part
    except (ArticleBroken, InvalidInput) as refusal:
        row.state, row.reason = FoundState.REFUSED, str(refusal)
    else:
        row.state, row.campaign_id = FoundState.MADE, campaign.id
        if batch.with_pictures and picture_fetches.outside_pictures(article):
            picture_fetches.begin(session, campaign.id, user_id=batch.user_id)
    row.content = {}


def cancel(session: Session, import_id: int, folder: Path, *, user_id: int | None = None) -> ArticleImport:
    """Calls an import off. Drafts that were made stay; the source and the words of the others go."""
    batch = lock_import(session, import_id)
    batch.move_to(_S.CANCELLED)
    batch.ended_at = now()
    let_go(session, import_id, FoundState.FOUND, FoundState.CHOSEN)
    forget_source(folder, batch.kept_as)
    batch.kept_as = ""
    audit.record(session, "articles.cancelled", batch, user_id=user_id)
    return batch


def drop_unused_pictures(session: Session, import_id: int) -> list[str]:
    """Lets go of the pictures of parts that nobody chose; the names of files to be removed after the commit."""
    rows = session.scalars(
        select(FoundArticle).where(
            FoundArticle.import_id == import_id,
            FoundArticle.state.in_((FoundState.NOT_CHOSEN, FoundState.REFUSED)),
        )
    ).all()
    ids = {one for row in rows for one in row.pictures}
    for row in rows:
        row.pictures = []
    session.flush()
    assets = session.scalars(select(Asset).where(Asset.id.in_(ids))).all() if ids else []
    return [name for asset in assets if (name := media.drop_unused(session, asset))]


def forget_orphans(session: Session, folder: Path) -> int:
    """Removes copies that no import is reading any more, wherever a process died between two steps; how many."""
    read = set(session.scalars(select(ArticleImport.kept_as).where(ArticleImport.status == _S.READING)))
    before = (now() - ORPHAN_AFTER).timestamp()
    orphans = [path for path in kept_sources(folder) if path.name not in read and path.stat().st_mtime < before]
    for path in orphans:
        path.unlink(missing_ok=True)
    return len(orphans)


def standing_still(session: Session) -> tuple[int, ...]:
    """Imports at work of which nothing was committed lately: nobody may be at them."""
    statement = select(ArticleImport.id).where(
        ArticleImport.status.in_(AT_WORK), ArticleImport.beat_at < now() - STILL_AFTER
    )
    return tuple(session.scalars(statement.order_by(ArticleImport.id)))


def forget_untouched(session: Session, folder: Path) -> tuple[int, ...]:
    """Calls off lists that nobody chose from for a week; their ids."""
    old = session.scalars(
        select(ArticleImport.id).where(
            ArticleImport.status == _S.LISTED, ArticleImport.created_at < now() - KEEP_UNTOUCHED
        )
    ).all()
    for import_id in old:
        cancel(session, import_id, folder)
    return tuple(old)
