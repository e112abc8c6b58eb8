"""Letters written whole: kept as typed, checked before they leave, tracked, and read as blocks for the web."""

import pytest

from app.clock import now
from app.database.session import reading, transaction
from app.errors import InvalidInput, WrongState
from app.models import Article, Campaign, CampaignStatus, Link
from app.services.articles import article_of
from app.services.brands import get_brand
from app.services.campaigns import duplicate_campaign
from app.services.issues import read_issue
from app.services.letters import campaign_hash, compile_campaign, preview
from app.services.preflight import check_campaign
from app.services.scheduling import Leave, schedule
from app.services.sources import check_text, leave_source, source_of, write_source
from emails.articles.blocks import Paragraph
from emails.render.source.letter import Kind, kind_of
from tests.factories.ready import make_ready

HTML = """<h1>Water in winter</h1>
<p>Hello {{ subscriber.first_name | default('there') }}, drink <a href="https://shop.example.test">enough</a> of it.</p>
<p>{{ brand.name }}, {{ brand.address }}. <a href="{{ links.unsubscribe }}">Unsubscribe</a></p>"""
MJML = f"<mjml><mj-body><mj-section><mj-column><mj-text>{HTML}</mj-text></mj-column></mj-section></mj-body></mjml>"


def whole(session, text: str = HTML) -> int:
    campaign = make_ready(session)[0]
    write_source(session, campaign.id, text)
    return campaign.id


def messages(session, campaign_id: int) -> list[str]:
    return [f"{one.id}: {one.place}" for one in check_campaign(session, campaign_id).blocks]


@pytest.mark.parametrize("text", [HTML, MJML])
def test_a_whole_letter_passes_pre_flight_and_shows_what_was_written(database, text):
    with transaction() as session:
        campaign_id = whole(session, text)
        assert messages(session, campaign_id) == []
        letter = preview(session, campaign_id)
        assert "drink" in letter.html
        assert "1 Quay Street, Galway" in letter.text
        assert "Warm paper" not in letter.html


def test_what_the_law_wants_is_asked_for_with_its_cure(database):
    with transaction() as session:
        campaign_id = whole(session, "<p>Hello, this letter has no way out and nobody who wrote it; what a pity.</p>")
        found = check_campaign(session, campaign_id).blocks
        assert [one.id for one in found] == ["postal_address", "postal_address", "unsubscribe", "unsubscribe"]
        assert found[0].cure == "Write {{ brand.address }} into the letter."
        assert found[2].cure == "Write {{ links.unsubscribe }} as the address of a link."


def test_a_broken_source_is_kept_and_cannot_leave(database):
    with transaction() as session:
        campaign_id = whole(session, f"{HTML}\n<script>x</script>")
        assert source_of(session, campaign_id).source.text.endswith("<script>x</script>")
        found = check_campaign(session, campaign_id).blocks
        assert (found[0].id, found[0].place) == ("source", "Source, line 4")
        assert "<script>: no mail program runs scripts" in found[0].message
        with pytest.raises(InvalidInput):
            schedule(session, campaign_id, Leave(now()))


def test_it_leaves_as_it_is_with_its_links_counted(database):
    with transaction() as session:
        campaign_id = whole(session)
        schedule(session, campaign_id, Leave(now()))
    with transaction() as session:
        session.get_one(Campaign, campaign_id).status = CampaignStatus.PREPARING
    with transaction() as session:
        assert compile_campaign(session, campaign_id)
    with reading() as session:
        links = session.query(Link.number, Link.url).filter_by(campaign_id=campaign_id).all()
        assert [tuple(link) for link in links] == [(1, "https://shop.example.test")]


def test_an_uploaded_picture_gets_its_public_address(database):
    picture = f"/media/{'a' * 64}.png"
    with transaction() as session:
        campaign_id = whole(session, f'{HTML}<img src="{picture}" alt="x">')
        assert f'src="http://127.0.0.1:8000{picture}"' in preview(session, campaign_id).html


def test_the_source_is_part_of_what_is_approved(database):
    with transaction() as session:
        campaign_id = whole(session)
        before = campaign_hash(session, campaign_id)
        write_source(session, campaign_id, f"{HTML}<p>More</p>")
        assert campaign_hash(session, campaign_id) != before


def test_nobody_overwrites_what_another_wrote_meanwhile(database):
    with transaction() as session:
        campaign_id = whole(session)
        revision = source_of(session, campaign_id).revision
        assert write_source(session, campaign_id, "<p>One</p>", revision=revision) == revision + 1
        with pytest.raises(WrongState, match="changed elsewhere"):
            write_source(session, campaign_id, "<p>Two</p>", revision=revision)
        assert source_of(session, campaign_id).source.text == "<p>One</p>"


def test_only_a_draft_can_be_written(database):
    with transaction() as session:
        campaign_id = whole(session)
        session.get_one(Campaign, campaign_id).status = CampaignStatus.SENT
        session.flush()
        with pytest.raises(WrongState):
            write_source(session, campaign_id, "x")
        with pytest.raises(WrongState):
            leave_source(session, campaign_id)


def test_a_source_that_is_too_long_is_refused(database):
    with transaction() as session:
        campaign_id = whole(session)
        with pytest.raises(InvalidInput, match="200,000 fit"):
            write_source(session, campaign_id, "x" * 200_001)
    assert check_text("x" * 200_001)[0][0].message == "This has 200,001 characters; 200,000 fit."


def test_what_can_be_read_of_it_becomes_blocks_for_the_web_and_for_going_on(database):
    with transaction() as session:
        campaign_id = whole(session, MJML)
        article = article_of(session, campaign_id).article
        assert article.title == "Water in winter"
        first = next(block for block in article.blocks if isinstance(block, Paragraph))
        assert "{{ subscriber.first_name" in first.text
        leave_source(session, campaign_id)
        assert source_of(session, campaign_id) is None
        assert "Water in winter" in preview(session, campaign_id).html
        assert session.get_one(Article, session.get_one(Campaign, campaign_id).article_id).source == MJML


def test_a_copy_is_written_whole_too(database):
    with transaction() as session:
        copy = duplicate_campaign(session, whole(session, MJML))
        assert source_of(session, copy.id).source.text == MJML


def test_what_it_is_written_in_is_seen_at_its_beginning():
    assert kind_of("\n<!-- x --><mjml>") is Kind.MJML
    assert kind_of("<html>") is Kind.HTML


def test_its_page_on_the_web_has_its_words_and_nobodys_way_out(database):
    with transaction() as session:
        campaign = session.get_one(Campaign, whole(session, MJML))
        brand = get_brand(session, campaign.brand_id)
        brand.slug, campaign.slug, campaign.started_at = "the-spring", "water", now()
        issue = read_issue(session, brand, campaign)
        assert issue.title == "Water in winter"
        assert "Hello there, drink" in issue.page.body
        assert 'href="https://shop.example.test"' in issue.page.body
        assert "Unsubscribe" not in issue.page.body
