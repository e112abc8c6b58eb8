"""Articles of drafts: pasted and saved, never over what somebody else saved."""

import pytest

from app.database.session import transaction
from app.errors import WrongState
from app.models import Campaign, CampaignStatus
from app.services.articles import Source, article_of, paste_article, save_article
from emails.articles.article_json import article_to_json
from emails.articles.parse import parse_article
from emails.errors import ArticleBroken
from tests.factories.campaigns import CONTENT, make_campaign


@pytest.fixture
def draft(database) -> int:
    with transaction() as session:
        return make_campaign(session, subject="", name="New campaign").id


def test_a_pasted_article_replaces_the_old_one_and_names_the_campaign(draft):
    written = parse_article("# Water in winter\n\nDrink it.", kind="markdown")
    with transaction() as session:
        held = paste_article(session, draft, written, source=Source("# Water…", "markdown"))
    assert held.revision == 2
    with transaction() as session:
        campaign = session.get_one(Campaign, draft)
        assert (campaign.name, campaign.subject) == ("Water in winter", "Water in winter")
        assert article_of(session, draft).article == written


def test_a_subject_that_was_written_stays(draft):
    with transaction() as session:
        session.get_one(Campaign, draft).subject = "Mine"
        paste_article(session, draft, parse_article("Title\n\nWords.", kind="text"), source=Source(""))
    with transaction() as session:
        assert session.get_one(Campaign, draft).subject == "Mine"


def test_a_save_over_the_revision_it_began_from_is_kept(draft):
    changed = {**CONTENT, "title": "Changed"}
    with transaction() as session:
        assert save_article(session, draft, changed, revision=1) == 2
    with transaction() as session:
        held = article_of(session, draft)
        assert (held.article.title, held.revision) == ("Changed", 2)


def test_a_save_from_an_older_revision_overwrites_nothing(draft):
    with transaction() as session:
        save_article(session, draft, {**CONTENT, "title": "First"}, revision=1)
    with pytest.raises(WrongState, match="changed elsewhere"), transaction() as session:
        save_article(session, draft, {**CONTENT, "title": "Second"}, revision=1)
    with transaction() as session:
        assert article_of(session, draft).article.title == "First"


def test_a_document_that_is_no_article_is_refused_with_its_place(draft):
    with pytest.raises(ArticleBroken, match="nonsense"), transaction() as session:
        save_article(session, draft, {**CONTENT, "blocks": [{"type": "nonsense"}]}, revision=1)
    with transaction() as session:
        assert article_to_json(article_of(session, draft).article)["blocks"] == CONTENT["blocks"]


def test_unsafe_markup_does_not_survive_a_save(draft):
    block = {"type": "paragraph", "text": "a <script>alert(1)</script><b onclick=x>b</b>"}
    with transaction() as session:
        save_article(session, draft, {**CONTENT, "blocks": [block]}, revision=1)
    with transaction() as session:
        (kept,) = article_of(session, draft).article.blocks
        assert "script" not in kept.text
        assert "onclick" not in kept.text


def test_only_a_drafts_article_can_be_changed(draft):
    with transaction() as session:
        session.get_one(Campaign, draft).status = CampaignStatus.SENDING
    with pytest.raises(WrongState), transaction() as session:
        save_article(session, draft, CONTENT, revision=1)
