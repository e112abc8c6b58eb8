"""The jobs of articles and pictures: to their end in one run, and to the same end when killed at any moment."""

import json
import subprocess
import sys

import pytest
from sqlalchemy import func, select

from app.config import child_environment
from app.database.session import reading, transaction
from app.models import ArticleImport, ArticleImportStatus, Campaign, FoundArticle, PictureFetch, PictureFetchStatus
from app.services import article_imports, picture_fetches
from app.services.article_drafts import Wording, draft_article
from app.services.article_sources import Source, keep_source
from app.services.media import Origin
from tests.factories.brands import make_brand
from tests.workers.conftest import wait_for
from workers import runtime
from workers.jobs import article_imports as job
from workers.jobs import picture_fetches as picture_job

POSTS = 60
# What a worker does, in small pages so that there is time to be killed.
CHILD = """
import sys, time
from app.config import load_settings
from app.database.session import transaction
from app.services import article_imports
from app.startup import open_house
from workers import runtime
from workers.jobs import article_imports as job
settings = load_settings()
open_house(settings)
runtime.use_settings(settings)
job.LINES_AT_ONCE = 3
article_imports.make_drafts.__kwdefaults__["most"] = 3
before = job.transaction
def slow():
    time.sleep(0.05)
    return before()
job.transaction = slow
job.run(int(sys.argv[1]))
"""


def export(count: int = POSTS) -> bytes:
    posts = [
        {"id": str(n), "title": f"Post {n}", "slug": f"post-{n}", "status": "published", "html": f"<p>Words {n}.</p>"}
        for n in range(count)
    ]
    return json.dumps({"db": [{"meta": {"version": "5"}, "data": {"posts": posts}}]}).encode()


@pytest.fixture
def begun(database) -> int:
    runtime.use_settings(database)
    return begin(database, export())


def begin(settings, data: bytes) -> int:
    source = Source(data, "ghost.json")
    kept = keep_source(source, settings.imports)
    with transaction() as session:
        origin = Origin(make_brand(session).id, None, settings.uploads)
        batch = article_imports.begin(session, source, kept, origin, with_pictures=False)
        session.flush()
        return batch.id


def status(number: int) -> ArticleImportStatus:
    with reading() as session:
        return session.get_one(ArticleImport, number).status


def count(model) -> int:
    with reading() as session:
        return session.scalar(select(func.count()).select_from(model)) or 0


def choose_all(number: int) -> None:
    with transaction() as session:
        article_imports.choose(session, number, None)


def work(number: int) -> None:
    """Runs as the queue would, until nothing is left to be done."""
    job.run(number)
    while status(number) in article_imports.AT_WORK:
        job.run(number)


def assert_whole(number: int) -> None:
    with reading() as session:
        names = list(session.scalars(select(Campaign.name).order_by(Campaign.id)))
    assert sorted(names) == sorted(f"Post {n}" for n in range(POSTS))
    assert status(number) is ArticleImportStatus.DONE


def test_a_run_reads_the_source_and_a_second_makes_the_drafts(database, begun):
    work(begun)
    assert status(begun) is ArticleImportStatus.LISTED
    work(begun)
    assert count(FoundArticle) == POSTS
    choose_all(begun)
    work(begun)
    assert_whole(begun)
    work(begun)
    assert_whole(begun)
    assert list(database.imports.iterdir()) == []


def test_killed_again_and_again_no_article_is_lost_or_doubled(database, begun, tmp_path):
    environment = child_environment(
        LETTERWRIGHT_DATA=str(tmp_path), DATABASE_URL=database.database_url, LETTERWRIGHT_SECRET=database.secret
    )
    kill_amid(begun, FoundArticle, environment)
    work(begun)
    assert count(FoundArticle) == POSTS
    choose_all(begun)
    kill_amid(begun, Campaign, environment)
    work(begun)
    assert_whole(begun)


def kill_amid(number: int, model, environment) -> None:
    before = count(model)
    child = subprocess.Popen([sys.executable, "-c", CHILD, str(number)], env=environment)
    wait_for(lambda: count(model) > before or child.poll() is not None, "a page")
    child.kill()
    child.wait(10)
    assert before < count(model) < POSTS


def test_a_time_that_is_up_ends_a_run_after_something_new(database, begun, monkeypatch):
    monkeypatch.setattr(job, "RUN_SECONDS", 0.0)
    monkeypatch.setattr(job, "LINES_AT_ONCE", 25)
    for listed in (25, 50):
        job.run(begun)
        assert (count(FoundArticle), status(begun)) == (listed, ArticleImportStatus.READING)
    job.run(begun)
    job.run(begun)
    assert (count(FoundArticle), status(begun)) == (POSTS, ArticleImportStatus.LISTED)


def test_a_source_that_is_gone_or_broken_is_said(database):
    runtime.use_settings(database)
    gone = begin(database, export(2))
    for path in database.imports.iterdir():
        path.unlink()
    broken = begin(database, b'{"db": [{"data": {"posts": ')
    for number, words in ((gone, "not in the folder of this machine"), (broken, "ghost.json")):
        job.run(number)
        with reading() as session:
            batch = session.get_one(ArticleImport, number)
            assert batch.status is ArticleImportStatus.FAILED
            assert words in batch.trouble
    assert list(database.imports.iterdir()) == []


def test_more_than_an_import_takes_is_left_out_and_told(database, monkeypatch):
    runtime.use_settings(database)
    monkeypatch.setattr(job, "MOST_ARTICLES", 5)
    number = begin(database, export(8))
    job.run(number)
    with reading() as session:
        batch = session.get_one(ArticleImport, number)
        assert (batch.status, count(FoundArticle)) == (ArticleImportStatus.LISTED, 5)
        assert "Split the source" in batch.trouble


def test_pictures_that_cannot_be_fetched_end_with_their_reasons(database):
    runtime.use_settings(database)
    html = '<p>Words.</p><figure><img src="http://127.0.0.1:8080/a.png" alt="A"></figure>'
    source = Source(html, kind="html")
    with transaction() as session:
        from_html = next(source.found()).article
        brand = make_brand(session)
        campaign = draft_article(session, brand, from_html, Wording(), Origin(brand.id, None, database.uploads))
        number = picture_fetches.begin(session, campaign.id).id
    picture_job.run(number)
    picture_job.run(number)
    with reading() as session:
        row = session.get_one(PictureFetch, number)
        assert row.status is PictureFetchStatus.DONE
        assert "private network" in row.failed["http://127.0.0.1:8080/a.png"]


def test_the_timetable_s_look_harms_nothing_that_is_at_work(database, begun):
    job.ring_standing()
    assert status(begun) is ArticleImportStatus.READING
