"""Articles on their way in: the source read to a list, drafts made of what was chosen, in runs that let others by."""

import logging
import time
from collections.abc import Iterator

from app.database.session import reading, transaction
from app.jobs import Job, ring
from app.models import ArticleImportStatus
from app.services import article_imports, media, picture_fetches
from app.services.article_imports import GONE, MOST_ARTICLES, TOO_MANY, Line
from app.services.article_sources import Source, kept_source
from emails.errors import ArticleBroken
from workers.runtime import job, settings

log = logging.getLogger(__name__)

RUN_SECONDS = 5.0
LINES_AT_ONCE = 20
BYTES_AT_ONCE = 8 * 1024 * 1024


@job
def run(import_id: int) -> None:
    """Does what the import waits for, and rings for the rest behind whatever waits meanwhile."""
    with reading() as session:
        status = article_imports.get_import(session, import_id).status
    if status is ArticleImportStatus.READING:
        read(import_id)
    elif status is ArticleImportStatus.MAKING:
        make(import_id)
    if status in {ArticleImportStatus.CANCELLED, ArticleImportStatus.DONE}:
        clear_up(import_id)


def read(import_id: int) -> None:
    """Lists the source's parts. A source cannot be entered in its middle, so a run ends only after something new."""
    with reading() as session:
        batch = article_imports.get_import(session, import_id)
        listed = article_imports.lines_listed(session, import_id)
    try:
        source = kept_source(settings().imports, batch.kept_as, batch.told)
    except (FileNotFoundError, IsADirectoryError):
        end(import_id, GONE)
        return
    try:
        more = list_pages(import_id, source, listed)
    except ArticleBroken as broken:
        end(import_id, str(broken))
        return
    if more:
        ring(Job.ARTICLES, import_id)
    else:
        end(import_id, TOO_MANY if listed_now(import_id) >= MOST_ARTICLES else "")


def list_pages(import_id: int, source: Source, listed: int) -> bool:
    """True where the time was up before the source's end."""
    until: float | None = None
    for page in pages_of(source, listed):
        until = until or time.monotonic() + RUN_SECONDS
        with transaction() as session:
            if not article_imports.list_lines(session, import_id, page, settings().uploads):
                return False
        if time.monotonic() > until and page[-1].number < MOST_ARTICLES:
            return True
    return False


def pages_of(source: Source, listed: int) -> Iterator[list[Line]]:
    """What comes after the parts listed already, a few at a time; where the source breaks off, what came before."""
    page: list[Line] = []
    weight = 0
    try:
        for number, found in enumerate(source.found(), start=1):
            if number <= listed:
                continue
            if number > MOST_ARTICLES:
                break
            page.append(article_imports.line_of(number, found))
            weight += page[-1].weight
            if len(page) >= LINES_AT_ONCE or weight > BYTES_AT_ONCE:
                yield page
                page, weight = [], 0
    except ArticleBroken:
        if page:
            yield page
        raise
    if page:
        yield page


def listed_now(import_id: int) -> int:
    with reading() as session:
        return article_imports.lines_listed(session, import_id)


def end(import_id: int, trouble: str) -> None:
    with transaction() as session:
        article_imports.end_reading(session, import_id, settings().imports, trouble)
    log.info("the source of articles is read", extra={"article_import_id": import_id})


def make(import_id: int) -> None:
    until = time.monotonic() + RUN_SECONDS
    more = True
    while more and time.monotonic() < until:
        with transaction() as session:
            more = article_imports.make_drafts(session, import_id, settings().uploads)
    if more:
        ring(Job.ARTICLES, import_id)
    else:
        clear_up(import_id)


def clear_up(import_id: int) -> None:
    """Removes the files of pictures that came with articles nobody chose."""
    with transaction() as session:
        files = article_imports.drop_unused_pictures(session, import_id)
    with reading() as session:
        for name in files:
            media.forget_file(session, settings().uploads, name)


@job
def ring_standing() -> None:
    """Rings for imports and fetches that nobody seems to be at; forgets lists nobody came back for, and lost copies."""
    with transaction() as session:
        forgotten = article_imports.forget_untouched(session, settings().imports)
        article_imports.forget_orphans(session, settings().imports)
        still = article_imports.standing_still(session)
        fetches = picture_fetches.standing_still(session)
    for import_id in forgotten + still:
        ring(Job.ARTICLES, import_id)
    for fetch_id in fetches:
        ring(Job.PICTURES, fetch_id)
