"""Bringing articles in on screen: one opens as a letter, many are chosen from, and what is left out is told."""

from io import BytesIO

import pytest
from sqlalchemy import select

from app.database.session import reading, transaction
from app.models import Article, ArticleImport, Campaign, CampaignStatus, PictureFetch, Role
from app.outside.http import Fetched
from app.pages.forms import pasted
from app.services import picture_fetches
from app.services.article_sources import Source, fetch_source
from app.services.articles import article_of
from emails.articles.blocks import Heading, Image, List, Paragraph
from tests.emails.articles.samples import ghost, para, png, word, zipped
from tests.factories.brands import make_brand
from tests.factories.ready import make_ready
from workers import runtime
from workers.jobs import article_imports as job

NEW = "/content/articles/new"
POSTS = ghost(
    {"title": "First", "slug": "first", "html": "<p>Words of the first.</p>"},
    {"title": "Second & last", "slug": "second", "html": "<p>Words of the second.</p>"},
    {"title": "Nothing", "slug": "nothing", "html": ""},
).encode()


@pytest.fixture
def brand(app) -> int:
    with transaction() as session:
        return make_brand(session).id


def give(visitor, data: bytes, name: str, **fields):
    form = {"way": "file", "file": (BytesIO(data), name), **fields}
    return visitor.post(NEW, form, content_type="multipart/form-data")


def number_in(location: str) -> int:
    return int(location.partition("#")[0].rpartition("/")[2])


def blocks(location: str):
    with reading() as session:
        return article_of(session, number_in(location)).article.blocks


def work(settings, visitor, page: str) -> str:
    runtime.use_settings(settings)
    job.run(number_in(page))
    return visitor.get(page).text


def test_without_a_brand_the_next_step_is_taught(owner):
    assert "/settings/brand" in owner.get(NEW).text


def test_pasted_words_open_as_a_letter(owner, brand):
    answer = owner.post(NEW, {"way": "text", "text": "# Water\n\nDrink **enough** of it.\n\n## Why\n\nIt is cold."})
    assert answer.status_code == 303
    assert [type(block) for block in blocks(answer.location)] == [Paragraph, Heading, Paragraph]
    with reading() as session:
        [campaign] = session.scalars(select(Campaign))
        assert (campaign.name, campaign.subject, campaign.created_by_id) == ("Water", "Water", owner.user.id)
        assert "**enough**" in session.scalars(select(Article)).one().source


def test_a_rich_paste_keeps_what_its_plain_words_lost(owner, brand):
    html = "<h1>Why</h1><ul><li>One</li><li>Two</li></ul><p>End <script>alert(1)</script></p>"
    answer = owner.post(NEW, {"way": "text", "text": "Why One Two End", "html": html})
    assert [type(block) for block in blocks(answer.location)] == [List, Paragraph]
    assert "alert" not in owner.get(answer.location).text


def test_a_word_document_brings_its_words(owner, brand):
    answer = give(owner, word(para("Water", "Title") + para("Drink enough of it.")), "water.docx")
    assert blocks(answer.location) == (Paragraph("Drink enough of it."),)


def test_a_zip_with_one_article_brings_its_picture_and_tells_what_is_left_out(owner, brand, settings):
    data = zipped({"one.md": "# One\n\nWords.\n\n![A hill](hill.png)\n", "hill.png": png(), "notes.pdf": b"%PDF-1.7"})
    answer = give(owner, data, "one.zip")
    [image] = [block for block in blocks(answer.location) if isinstance(block, Image)]
    with owner.get(image.src) as answered:
        assert answered.status_code == 200
    page = owner.get(answer.location).text
    assert "Left out: notes.pdf" in page
    assert "hill" in owner.get("/content/media").text


@pytest.mark.parametrize(
    ("data", "name", "words"),
    [
        (b"", "empty.txt", "It is empty"),
        (b"%PDF-1.7", "a.pdf", "It is a PDF"),
        (b"PK\x03\x04broken", "a.zip", "broken"),
        (b"\x00\x01\x02\x03", "a.txt", "binary data"),
    ],
)
def test_what_is_no_article_is_said_at_its_field(owner, brand, data, name, words):
    answer = give(owner, data, name)
    assert answer.status_code == 422
    assert 'id="file-error" role="alert"' in answer.text
    assert words in answer.text
    with reading() as session:
        assert session.scalars(select(Campaign)).all() == []


def test_a_page_is_fetched_by_its_address(owner, brand, monkeypatch):
    html = b"<html><title>Water</title><body><article><h1>Water</h1><p>" + b"Drink enough. " * 60 + b"</p></article>"

    def fetched(url: str) -> Fetched:
        return Fetched(html, "text/html", url)

    monkeypatch.setattr(pasted, "fetch_source", lambda url: fetch_source(url, fetched))
    answer = owner.post(NEW, {"way": "address", "address": " example.test/water "})
    assert blocks(answer.location)[0].text.startswith("Drink enough.")
    with reading() as session:
        assert session.scalars(select(Article)).one().source == ""


def test_an_address_of_our_own_house_is_refused_at_its_field(owner, brand):
    answer = owner.post(NEW, {"way": "address", "address": "http://127.0.0.1/admin"})
    assert answer.status_code == 422
    assert 'id="address-error"' in answer.text
    assert "private network" in answer.text
    assert 'value="http://127.0.0.1/admin"' in answer.text


def test_many_articles_are_listed_chosen_and_made_drafts(owner, brand, settings):
    page = give(owner, POSTS, "ghost.json").location
    assert page == "/content/articles/1"
    assert "0 articles found so far." in owner.get(page).text
    assert 'hx-get="/content/articles/1/live"' in owner.get(page).text
    listed = work(settings, owner, page)
    assert "Of 3 parts, 2 can become a draft." in listed
    assert "Second &amp; last" in listed
    assert owner.post(f"{page}/choose").status_code == 422
    assert owner.post(f"{page}/choose", {"article": ["2"]}).status_code == 303
    made = work(settings, owner, page)
    assert "1 of 1 chosen articles are drafts now." in made
    with reading() as session:
        assert [one.name for one in session.scalars(select(Campaign))] == ["Second & last"]
    assert "ghost.json" in owner.get("/content/articles").text
    assert owner.part(f"{page}/live").headers["HX-Refresh"] == "true"


def test_called_off_no_draft_is_made(owner, brand, settings):
    page = give(owner, POSTS, "ghost.json").location
    work(settings, owner, page)
    assert owner.post(f"{page}/cancel").status_code == 303
    assert owner.post(f"{page}/choose", {"all": "1"}).status_code == 409
    assert list(settings.imports.iterdir()) == []


def test_a_draft_s_article_is_replaced_only_where_that_is_said(owner, brand):
    with transaction() as session:
        campaign = make_ready(session)[0].id
    where = {"way": "text", "text": "# New\n\nNew words.", "campaign": campaign}
    answer = owner.post(NEW, where)
    assert answer.status_code == 422
    assert "Say that it may be replaced." in answer.text
    assert "New words." in answer.text
    answer = owner.post(NEW, {**where, "replace": "1"})
    assert number_in(answer.location) == campaign
    assert blocks(answer.location) == (Paragraph("New words."),)
    with transaction() as session:
        session.get_one(Campaign, campaign).status = CampaignStatus.SCHEDULED
    assert owner.post(NEW, {**where, "replace": "1"}).status_code == 409


def test_pictures_on_other_sites_are_told_and_brought_on_request(owner, brand, settings):
    text = "# Water\n\n![A hill](https://example.test/hill.png)\n\nWords."
    page = owner.post(NEW, {"way": "text", "text": text}).location
    assert "1 picture lies on another site" in owner.get(page).text
    assert owner.post(f"{page}/pictures").status_code == 303
    assert "The pictures are being brought here" in owner.get(page).text
    assert "0 of 1 tried." in owner.part(f"{page}/pictures/live").text
    with transaction() as session:
        [row] = session.scalars(select(PictureFetch))
        picture_fetches.note(session, row.id, "https://example.test/hill.png", "It is <gone>.", settings.uploads)
        picture_fetches.finish(session, row.id)
    told = owner.get(page).text
    assert "It is &lt;gone&gt;." in told
    assert "Try again" in told
    assert owner.part(f"{page}/pictures/live").headers["HX-Refresh"] == "true"


def test_asked_for_at_once_the_pictures_are_on_their_way(owner, brand):
    text = "# Water\n\n![A hill](https://example.test/hill.png)\n\nWords."
    owner.post(NEW, {"way": "text", "text": text, "with_pictures": "1"})
    with reading() as session:
        [row] = session.scalars(select(PictureFetch))
        assert row.wanted == ["https://example.test/hill.png"]


def test_a_viewer_reads_and_brings_nothing(visit, owner, brand, settings):
    page = give(owner, POSTS, "ghost.json").location
    listed = work(settings, owner, page)
    assert "Make drafts" in listed
    viewer = visit(Role.VIEWER)
    assert "Make drafts" not in viewer.get(page).text
    assert "Bring an article" not in viewer.get("/content/articles").text
    assert give(viewer, POSTS, "ghost.json").status_code == 403
    with reading() as session:
        assert len(session.scalars(select(ArticleImport)).all()) == 1
    assert Source("x").title == "Pasted text"
