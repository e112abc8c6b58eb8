"""What the team does with a letter's copy on the web: tags, corrections; and the letter as it left for somebody."""

from email import message_from_bytes, policy

import pytest

from app.database.session import reading, transaction
from app.models import Brand, Campaign, Correction, Role
from app.services.archive_tags import set_tags
from emails.articles.blocks import Article, Paragraph, Sponsor
from tests.factories.issues import make_archive, make_issue
from tests.factories.sent_letters import make_left

FORM = {"count": "2", "title": "Water", "b0-type": "paragraph", "b0-text": "Drink two litres.", "b1-type": "sponsor",
        "b1-name": "Acme", "b1-text": "Paid by Acme", "note": "We wrote three.", "noted_on": "2026-04-02"}  # fmt: skip


@pytest.fixture
def issue(app) -> int:
    written = Article("Water", (Paragraph("Drink three litres."), Sponsor("Acme", "Paid by Acme")))
    with transaction() as session:
        return make_issue(session, make_archive(session), "water", written).id


def test_a_correction_stands_on_the_web_at_once_and_in_the_history(owner, issue):
    form = owner.get(f"/campaigns/{issue}/correction").text
    assert "Drink three litres." in form
    answer = owner.post(f"/campaigns/{issue}/correction", {**FORM, "revision": "0"})
    assert (answer.status_code, answer.location) == (303, f"/campaigns/{issue}#on-the-web")
    web = owner.get("/archive/the-spring/water/").text
    for words in ("Drink two litres.", "Corrected on 2 April 2026", "We wrote three."):
        assert words in web
    page = owner.get(f"/campaigns/{issue}").text
    assert "What the web shows was corrected" in page
    owner.post(f"/campaigns/{issue}/correction/take-back")
    assert "Drink three litres." in owner.get("/archive/the-spring/water/").text


def test_an_act_on_the_blocks_shows_what_it_did_and_keeps_nothing(owner, issue):
    answer = owner.post(f"/campaigns/{issue}/correction", {**FORM, "revision": "0", "act": "remove:0"})
    assert answer.status_code == 200
    assert "Drink two litres." not in answer.text
    assert "We wrote three." in answer.text
    asked = {**FORM, "revision": "0", "act": "add:0:heading"}
    part = owner.post(f"/campaigns/{issue}/correction", asked, headers={"HX-Request": "true"})
    assert part.text.lstrip().startswith('<div id="column"')
    with reading() as session:
        assert session.query(Correction).count() == 0


@pytest.mark.parametrize(
    ("change", "status", "words"),
    [
        ({"count": "1"}, 422, "The sponsor’s line cannot be taken out"),
        ({"noted_on": "soon"}, 422, "Write the day as"),
        ({"revision": "7"}, 409, "changed elsewhere meanwhile"),
        ({"count": "x"}, 422, "The form is not complete"),
    ],
)
def test_what_cannot_be_shown_is_refused_with_what_was_typed(owner, issue, change, status, words):
    answer = owner.post(f"/campaigns/{issue}/correction", {**FORM, "revision": "0", **change})
    assert answer.status_code == status
    assert words in answer.text
    assert "We wrote three." in answer.text


def test_tags_are_kept_with_the_place_in_the_archive_and_refused_under_their_field(owner, issue):
    owner.post(f"/campaigns/{issue}/archive", {"archive": "public", "tags": "Springs, Wells"})
    assert 'value="Springs, Wells"' in owner.get(f"/campaigns/{issue}").text
    assert owner.get("/archive/the-spring/tag/wells/").status_code == 200
    wrong = {"archive": "public", "tags": "x" * 41}
    part = owner.post(f"/campaigns/{issue}/archive", wrong, headers={"HX-Request": "true"}).text
    assert 'id="tags-error"' in part
    assert "x" * 41 in part
    owner.post(f"/campaigns/{issue}/archive", {"archive": "public"})
    assert 'value="Springs, Wells"' in owner.get(f"/campaigns/{issue}").text


def test_the_letter_as_it_left_is_shown_and_kept_as_a_file(owner, app):
    with transaction() as session:
        campaign, person = make_left(session)
        who = f"/campaigns/{campaign.id}/people/{person.id}"
    assert f"{who}/letter" in owner.get(who).text
    page = owner.get(f"{who}/letter").text
    assert "These are the words and links that left" in page
    assert "Hi Zoë of Kraków," in owner.get(f"{who}/letter/frame").text
    assert "List-Unsubscribe" in owner.get(f"{who}/letter/frame?view=source").text
    answer = owner.get(f"{who}/letter.eml")
    mail = message_from_bytes(answer.data, policy=policy.default)
    assert mail["Subject"] == "For Zoë"
    assert answer.mimetype == "message/rfc822"
    assert answer.headers["Content-Disposition"].startswith("attachment;")
    assert owner.get(f"/campaigns/{campaign.id}/people/999/letter").status_code == 404


def test_a_viewer_looks_and_corrects_nothing(owner, issue, visit):
    viewer = visit(Role.VIEWER)
    assert viewer.get(f"/campaigns/{issue}/correction").status_code == 403
    assert viewer.post(f"/campaigns/{issue}/correction", FORM).status_code == 403
    assert "Correct what the web shows" not in viewer.get(f"/campaigns/{issue}").text


def test_the_archives_page_tells_where_its_feed_its_search_and_its_sitemap_are(owner, issue):
    with transaction() as session:
        session.query(Brand).one().base_url = "https://letters.spring.test"
        set_tags(session, issue, "Springs")
        assert session.get_one(Campaign, issue).indexed_at is not None
    page = owner.get("/settings/archive").text
    assert "https://letters.spring.test/sitemap.xml" in page
    assert "letters.spring.test" in page
