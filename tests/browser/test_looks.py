"""How letters look, as it is chosen: a brand's colours with their figures, and a design for a campaign."""

import pytest
from playwright.sync_api import expect

from app.database.session import reading, transaction
from app.models import Campaign
from app.services.articles import Source, paste_article
from app.services.campaigns import NewCampaign, create_campaign
from emails.articles.blocks import Article, Paragraph
from tests.browser.conformity import axe_findings, hold
from tests.browser.furnished import furnish


@pytest.fixture
def draft(settings, server) -> str:
    furnish(settings)
    with transaction() as session:
        campaign = create_campaign(session, NewCampaign("Spring", 1, 1, include=(1,)))
        paste_article(session, campaign.id, Article("A title", (Paragraph("Words."),)), source=Source("Words.", "text"))
        return f"/campaigns/{campaign.id}"


def test_a_brands_colours_are_told_and_shown_while_one_types(signed_in, draft):
    page = signed_in("/settings/brand")
    told = page.get_by_role("region", name="In a letter")
    page.get_by_label("Accent", exact=True).fill("#FFD400")
    expect(told).to_contain_text("Words in #FFD400 would be hard to read")
    page.get_by_label("Paper", exact=True).fill("#FFF6E9")
    light = page.frame_locator("[data-sample=light] iframe:not(.letter-next)")
    expect(light.locator(".ground").first).to_have_css("background-color", "rgb(255, 246, 233)")
    page.get_by_label("Ink", exact=True).fill("#999")
    expect(told).to_contain_text("Ink: Too pale for words")
    assert axe_findings(page) == {}
    assert page.get_by_label("Pick: Accent").input_value() == "#ffd400"
    page.get_by_label("Ink", exact=True).fill("")
    page.get_by_label("Design", exact=True).select_option("midnight")
    expect(light.locator(".ground").first).to_have_css("background-color", "rgb(13, 17, 23)")
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.get_by_text("Saved.")).to_be_visible()
    assert page.get_by_label("Accent", exact=True).input_value() == "#FFD400"


def test_choosing_a_design_switches_the_letter_at_once_and_is_kept(signed_in, draft):
    page = signed_in(draft)
    letter = page.frame_locator("#letter iframe:not(.letter-next)")
    expect(letter.locator(".ground").first).to_have_css("background-color", "rgb(243, 239, 232)")
    page.route("**/look", lambda route: None)  # saving waits for ever; the letter does not
    page.get_by_label("Midnight").check()
    expect(letter.locator(".ground").first).to_have_css("background-color", "rgb(13, 17, 23)")
    page.unroute("**/look")
    with page.expect_response(lambda answer: "broadsheet" in (answer.request.post_data or "")):
        page.get_by_label("Broadsheet").check()
    expect(page.locator("#save-state")).to_contain_text("Saved")
    with reading() as session:
        assert session.query(Campaign).one().theme == "broadsheet"


def test_a_page_with_designs_to_choose_from_is_sound(signed_in, draft):
    hold(signed_in(draft))
