"""Many articles: listed once each, chosen from, made drafts once each; nothing of the source stays behind."""

import os
from datetime import timedelta
from io import BytesIO

import pytest
from PIL import Image as Pillow
from sqlalchemy import select, text

from app.clock import now
from app.database.session import reading, transaction
from app.errors import InvalidInput, NotFound, WrongState
from app.models import (
    Article,
    ArticleImport,
    ArticleImportStatus,
    Asset,
    Campaign,
    CampaignStatus,
    FoundArticle,
    FoundState,
    MediaItem,
    PictureFetch,
)
from app.queries.article_imports import counts_of, find_article_imports, made_before, parts_of
from app.services import article_imports
from app.services.article_drafts import fitted
from app.services.article_imports import line_of
from app.services.article_sources import Source, keep_source, kept_source, only_article
from app.services.articles import article_of
from app.services.campaigns import delete_draft
from app.services.media import Origin
from emails.articles.blocks import Image
from emails.articles.imported import Imported
from emails.errors import ArticleBroken
from tests.emails.articles.samples import ghost, zipped

_S = ArticleImportStatus
SECRET = "sk_live_of_somebody"


def post(number: int, **fields):
    return {
        "id": str(number),
        "title": f"Post {number}",
        "slug": f"post-{number}",
        "html": f"<p>Words {number}.</p>",
    } | fields


def export(count: int = 3, *further) -> bytes:
    return ghost(
        *(post(number) for number in range(count)), *further, settings=[{"key": "secret", "value": SECRET}]
    ).encode()


def picture(colour="teal") -> bytes:
    out = BytesIO()
    Pillow.new("RGB", (30, 20), colour).save(out, "PNG")
    return out.getvalue()


def folder_of_posts() -> bytes:
    return zipped(
        {
            "one.md": "# One\n\nWords of one.\n\n![A hill](hill.png)\n",
            "two.md": "# Two\n\nWords of two.\n\n![A lake](lake.png)\n",
            "hill.png": picture("green"),
            "lake.png": picture("blue"),
            "notes.pdf": b"%PDF-1.7",
        }
    )


def begun(settings, brand, data: bytes, name: str, *, with_pictures=False) -> int:
    source = Source(data, name)
    kept = keep_source(source, settings.imports)
    with transaction() as session:
        origin = Origin(brand, None, settings.uploads)
        batch = article_imports.begin(session, source, kept, origin, with_pictures=with_pictures)
        session.flush()
        return batch.id


def read(settings, number: int) -> None:
    """What the job does, in pages of two."""
    with reading() as session:
        batch = article_imports.get_import(session, number)
    found = list(kept_source(settings.imports, batch.kept_as, batch.told).found())
    lines = [line_of(place, one) for place, one in enumerate(found, start=1)]
    for at in range(0, len(lines), 2):
        with transaction() as session:
            article_imports.list_lines(session, number, lines[at : at + 2], settings.uploads)
    with transaction() as session:
        article_imports.end_reading(session, number, settings.imports)


def make(settings, number: int) -> None:
    more = True
    while more:
        with transaction() as session:
            more = article_imports.make_drafts(session, number, settings.uploads, most=2)


def batch_of(number: int) -> ArticleImport:
    with reading() as session:
        return session.get_one(ArticleImport, number)


def states(number: int) -> dict[FoundState, int]:
    with reading() as session:
        return dict(counts_of(session, number))


def campaigns() -> list[str]:
    with reading() as session:
        return list(session.scalars(select(Campaign.name).order_by(Campaign.id)))


def choose(number: int, *numbers: int) -> None:
    with transaction() as session:
        article_imports.choose(session, number, numbers or None)


def test_a_source_of_one_is_told_from_a_source_of_many():
    assert only_article(Source("# One\n\nWords.", kind="markdown")).imported.article.title == "One"
    assert only_article(Source(export(2), "ghost.json")) is None
    one = only_article(Source(export(1, post(9, html="", title="Empty")), "ghost.json"))
    assert (one.imported.part, [left.part for left in one.left_out]) == ("post-0", ["post-9"])
    with pytest.raises(ArticleBroken, match="post-9"):
        only_article(Source(export(0, post(9, html="", title="Empty")), "ghost.json"))


def test_words_that_somebody_wrote_may_be_kept_exports_and_pages_may_not():
    assert Source("Plain words.").words == "Plain words."
    assert Source(b"# One\n\nWords.", "one.md").words == "# One\n\nWords."
    for other in (Source(export(), "ghost.json"), Source(export().decode()), Source(folder_of_posts(), "a.zip")):
        assert other.words == ""
    assert Source(b"<p>A page", "https://example.test", is_fetched=True).words == ""


def test_the_copy_is_for_its_owner_s_eyes_only_and_reads_as_it_was_given(tmp_path):
    source = Source(
        b"<p>x", "https://a.test/", None, is_fetched=True, content_type="text/html", charset="latin-1", site=""
    )
    name = keep_source(source, tmp_path / "imports")
    assert (tmp_path / "imports" / name).stat().st_mode & 0o777 == 0o600
    assert kept_source(tmp_path / "imports", name, source.told) == source


def test_every_article_is_listed_and_the_source_goes(database, brand):
    number = begun(database, brand, export(3, post(9, html="", title="Empty")), "ghost.json")
    read(database, number)
    assert batch_of(number).status is _S.LISTED
    assert list(database.imports.iterdir()) == []
    with reading() as session:
        assert [one.title for one in parts_of(session, number, FoundState.FOUND)] == ["Post 0", "Post 1", "Post 2"]
        [refused] = parts_of(session, number, FoundState.REFUSED)
        assert refused.part == "post-9"
        assert refused.reason
    assert campaigns() == []


def test_nothing_of_an_export_but_its_articles_is_in_the_database(database, brand):
    number = begun(database, brand, export(), "ghost.json")
    read(database, number)
    choose(number)
    make(database, number)
    with reading() as session:
        for table in ("article_import", "found_article", "article", "campaign", "audit_entry"):
            assert SECRET not in repr(session.execute(text(f"SELECT * FROM {table}")).all())


def test_parts_that_come_again_are_listed_once(database, brand):
    number = begun(database, brand, export(), "ghost.json")
    lines = [line_of(place, one) for place, one in enumerate(Source(export(), "g.json").found(), start=1)]
    for part in (lines[:2], lines[:2], lines):
        with transaction() as session:
            assert article_imports.list_lines(session, number, part, database.uploads)
    assert states(number) == {FoundState.FOUND: 3}


def test_the_chosen_become_drafts_once_each_and_of_the_others_no_word_stays(database, brand, demo):
    number = begun(database, brand, export(5), "ghost.json")
    read(database, number)
    choose(number, 1, 3, 4)
    make(database, number)
    make(database, number)
    assert campaigns() == ["Post 0", "Post 2", "Post 3"]
    assert states(number) == {FoundState.MADE: 3, FoundState.NOT_CHOSEN: 2}
    with reading() as session:
        assert {one.status for one in session.scalars(select(Campaign))} == {CampaignStatus.DRAFT}
        assert all(one.content == {} for one in session.scalars(select(FoundArticle)))
        assert {one.source for one in session.scalars(select(Article))} == {""}
        assert [(row.found, row.made) for row in find_article_imports(session)] == [(5, 3)]
    assert batch_of(number).status is _S.DONE


def test_a_choice_of_nothing_and_a_second_choice_are_refused(database, brand):
    number = begun(database, brand, export(), "ghost.json")
    with transaction() as session, pytest.raises(WrongState):
        article_imports.choose(session, number, None)
    read(database, number)
    with pytest.raises(InvalidInput), transaction() as session:
        article_imports.choose(session, number, [77])
    choose(number, 2)
    with pytest.raises(WrongState), transaction() as session:
        article_imports.choose(session, number, [1])


def test_pictures_of_chosen_articles_come_into_the_library_and_no_others(database, brand):
    number = begun(database, brand, folder_of_posts(), "posts.zip")
    read(database, number)
    assert len(list(database.uploads.iterdir())) == 2
    with reading() as session:
        hill, _lake = parts_of(session, number, FoundState.FOUND)
    choose(number, hill.number)
    make(database, number)
    with transaction() as session:
        dropped = article_imports.drop_unused_pictures(session, number)
    with reading() as session:
        [item] = session.scalars(select(MediaItem)).all()
        assert item.alt == "A hill"
        [asset] = session.scalars(select(Asset)).all()
        [image] = [
            block
            for block in article_of(session, session.scalars(select(Campaign.id)).one()).article.blocks
            if isinstance(block, Image)
        ]
        assert asset.sha256 in image.src
        assert [one.partition(".")[0] for one in dropped] != [asset.sha256]
        assert [one.reason for one in parts_of(session, number, FoundState.REFUSED)]
    assert len(dropped) == 1


def test_a_picture_that_is_none_is_told_and_the_article_comes_without():
    source = Source(zipped({"one.md": "# One\n\nWords.\n\n![A hill](hill.png)\n", "hill.png": picture()[:60]}), "a.zip")
    [found] = [one for one in source.found() if isinstance(one, Imported)]
    given = fitted(found)
    assert given.pictures == {}
    assert [remark.code for remark in given.imported.article.warnings][-1:] == ["picture_refused"]


@pytest.mark.parametrize("listed", [True, False])
def test_called_off_nothing_more_is_made_and_the_source_goes(database, brand, listed):
    number = begun(database, brand, export(), "ghost.json")
    if listed:
        read(database, number)
    with transaction() as session:
        article_imports.cancel(session, number, database.imports)
    with transaction() as session:
        assert not article_imports.list_lines(session, number, [], database.uploads)
        assert not article_imports.make_drafts(session, number, database.uploads)
    assert list(database.imports.iterdir()) == []
    assert campaigns() == []
    assert batch_of(number).status is _S.CANCELLED


def test_a_source_without_an_article_says_so(database, brand):
    number = begun(database, brand, export(0, post(9, html="", title="Empty")), "ghost.json")
    read(database, number)
    batch = batch_of(number)
    assert (batch.status, batch.kept_as) == (_S.FAILED, "")
    assert batch.trouble


def test_pictures_on_the_web_are_fetched_for_each_draft_where_that_was_asked_for(database, brand):
    html = '<p>Words.</p><figure><img src="https://example.test/a.png" alt="A"></figure>'
    number = begun(database, brand, export(1, post(1, html=html)), "ghost.json", with_pictures=True)
    read(database, number)
    choose(number)
    make(database, number)
    with reading() as session:
        assert [row.wanted for row in session.scalars(select(PictureFetch))] == [["https://example.test/a.png"]]


def test_lists_that_nobody_came_back_for_are_called_off_and_what_stands_still_is_found(database, brand):
    old, fresh = (begun(database, brand, export(), f"{name}.json") for name in ("old", "fresh"))
    read(database, old)
    with transaction() as session:
        session.get_one(ArticleImport, old).created_at -= timedelta(days=8)
        session.get_one(ArticleImport, fresh).beat_at -= 2 * article_imports.STILL_AFTER
        assert article_imports.standing_still(session) == (fresh,)
        assert article_imports.forget_untouched(session, database.imports) == (old,)
    assert states(old) == {FoundState.NOT_CHOSEN: 3}
    with reading() as session, pytest.raises(NotFound):
        article_imports.get_import(session, 99)


def test_copies_that_nobody_reads_any_more_are_forgotten_after_an_hour(database, brand):
    number = begun(database, brand, export(), "ghost.json")
    lost, fresh = (keep_source(Source(export(), "ghost.json"), database.imports) for _ in range(2))
    long_ago = (now() - timedelta(hours=2)).timestamp()
    for name in (lost, batch_of(number).kept_as):
        os.utime(database.imports / name, (long_ago, long_ago))
    with reading() as session:
        assert article_imports.forget_orphans(session, database.imports) == 1
    assert {path.name for path in database.imports.iterdir()} == {fresh, batch_of(number).kept_as}


def test_what_became_a_draft_before_is_known_until_that_is_deleted(database, brand):
    first = begun(database, brand, export(2), "ghost.json")
    read(database, first)
    choose(first, 1)
    make(database, first)
    again = begun(database, brand, export(2), "ghost.json")
    read(database, again)
    with transaction() as session:
        assert made_before(session, session.get_one(ArticleImport, again)) == {("post-0", "Post 0")}
        delete_draft(session, session.scalars(select(Campaign.id)).one())
    with reading() as session:
        assert made_before(session, session.get_one(ArticleImport, again)) == set()
        assert [one.campaign_id for one in parts_of(session, first, FoundState.MADE)] == [None]
