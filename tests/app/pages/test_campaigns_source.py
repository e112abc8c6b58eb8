"""A letter written whole, on the campaign's page: kept as it is typed, told what is wrong, turned into blocks."""

from io import BytesIO

import pytest

from app.database.session import reading, transaction
from app.models import Article, Campaign
from app.services.preflight import check_campaign
from tests.factories.ready import make_ready

MJML = (
    "<mjml><mj-body><mj-section><mj-column><mj-text><h1>Water</h1></mj-text></mj-column></mj-section></mj-body></mjml>"
)


@pytest.fixture
def campaign() -> int:
    with transaction() as session:
        return make_ready(session)[0].id


def article(campaign_id: int) -> Article:
    with reading() as session:
        return session.get_one(Article, session.get_one(Campaign, campaign_id).article_id)


def test_a_pasted_source_can_be_kept_whole(owner, campaign):
    assert owner.post(f"/campaigns/{campaign}/article/paste", {"text": MJML, "whole": "1"}).status_code == 303
    page = owner.get(f"/campaigns/{campaign}").text
    assert "Your letter in MJML" in page
    assert "A whole letter in MJML" in page
    assert "Every element, attribute and value is understood" in page
    assert 'class="designs"' not in page
    assert "<h1>Water</h1>" in owner.get(f"/campaigns/{campaign}/letter").text


def test_a_new_campaign_can_begin_with_a_whole_letter_from_a_file(owner, campaign):
    file = (BytesIO(b"\xef\xbb\xbf<h1>From a file</h1><p>x</p>"), "letter.html")
    answer = owner.post("/campaigns", {"whole": "1", "file": file}, content_type="multipart/form-data")
    made = int(answer.location.rpartition("/")[2])
    assert article(made).letter_kind == "html"
    assert "From a file" in owner.get(answer.location).text
    broken = owner.post("/campaigns", {"whole": "1", "file": (BytesIO(b"\xff\xfe"), "x.html")},
                        content_type="multipart/form-data")  # fmt: skip
    assert broken.status_code == 422
    assert "Save it as UTF-8" in broken.text


def test_typing_saves_and_tells_what_is_wrong_by_its_line(owner, campaign):
    owner.post(f"/campaigns/{campaign}/article/paste", {"text": MJML, "whole": "1"})
    revision = article(campaign).revision
    typed = {"source": MJML.replace("<h1>", "\r\n<h1 onclick='x'>"), "revision": str(revision)}
    part = owner.post(f"/campaigns/{campaign}/source", typed, headers={"HX-Request": "true"})
    assert 'data-line="2"' in part.text
    assert "onclick runs a script" in part.text
    assert part.headers["HX-Trigger"] == "letter-changed"
    assert f'value="{revision + 1}"' in part.text
    assert "1 thing must be mended" in part.text
    assert "onclick runs a script" in owner.get(f"/campaigns/{campaign}/letter").text
    stale = owner.post(f"/campaigns/{campaign}/source", typed, headers={"HX-Request": "true"})
    assert "changed elsewhere meanwhile" in stale.text
    assert owner.post(f"/campaigns/{campaign}/source", {"source": MJML, "revision": "1"}).status_code == 409


def test_without_script_saving_comes_back_to_the_step(owner, campaign):
    owner.post(f"/campaigns/{campaign}/article/paste", {"text": MJML, "whole": "1"})
    answer = owner.post(
        f"/campaigns/{campaign}/source", {"source": "<p>x</p>", "revision": str(article(campaign).revision)}
    )
    assert answer.status_code == 303
    assert article(campaign).letter_kind == "html"


def test_it_can_go_on_as_blocks(owner, campaign):
    owner.post(f"/campaigns/{campaign}/article/paste", {"text": MJML, "whole": "1"})
    owner.post(f"/campaigns/{campaign}/source/leave")
    page = owner.get(f"/campaigns/{campaign}").text
    assert 'class="designs"' in page
    assert "Your letter in MJML" not in page
    assert article(campaign).content["title"] == "Water"
    assert "Back to the whole letter" in page
    assert owner.post(f"/campaigns/{campaign}/source/back").status_code == 303
    assert article(campaign).letter_source == MJML
    assert "Back to the whole letter" not in owner.get(f"/campaigns/{campaign}").text
    assert owner.post(f"/campaigns/{campaign}/source/back").status_code == 409


def test_a_letter_in_mjml_to_begin_with_can_be_sent_but_for_its_words(owner, campaign):
    begun = owner.post("/campaigns", {"whole": "begin"}).location
    assert "Every element, attribute and value is understood" in owner.get(begun).text
    owner.post(f"/campaigns/{campaign}/article/paste", {"whole": "begin"})
    with reading() as session:
        assert check_campaign(session, campaign).blocks == ()


def test_a_source_of_the_most_characters_arrives_whole_in_any_script(owner, campaign):
    owner.post(f"/campaigns/{campaign}/article/paste", {"text": MJML, "whole": "1"})
    text = f"<p>{'ء' * 190_000}</p>"
    typed = {"source": text, "revision": str(article(campaign).revision)}
    assert owner.post(f"/campaigns/{campaign}/source", typed).status_code == 303
    assert article(campaign).letter_source == text
