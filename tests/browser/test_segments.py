"""A segment is put together as one chooses, counted at each step, and narrows a campaign; by keyboard too."""

from playwright.sync_api import expect
from sqlalchemy import select

from app.database.session import reading
from app.models import CampaignSegment, Segment
from app.queries.segment_rules import read_rule
from tests.browser.scenes import segments


def test_a_rule_is_put_together_and_counted_at_each_step(windows, settings, signed_in):
    segments(settings)
    page = signed_in("/segments/new")
    page.get_by_label("Name").fill("In Lyon or without a town")
    page.get_by_label("What").select_option("field:town")
    value = page.get_by_label("Value")
    value.fill("Lyon")
    value.press("Tab")
    expect(page.locator("#builder")).to_contain_text("1 of 5 people fit now")
    page.get_by_role("button", name="Or a further condition in group 1").press("Enter")
    second = page.get_by_role("group", name="Condition 2")
    second.get_by_label("What").select_option("field:town")
    second.get_by_label("Question").select_option("empty")
    expect(page.locator("#builder")).to_contain_text("5 of 5 people fit now")
    page.get_by_role("button", name="And another group").click()
    page.get_by_role("group", name="Group 2").get_by_label("What").select_option("list")
    expect(page.locator("#builder")).to_contain_text("Choose a list")
    page.get_by_role("group", name="Group 2").get_by_label("Value").select_option("1")
    expect(page.locator("#builder")).to_contain_text("town is “Lyon” or town is empty")
    page.get_by_role("button", name="Make the segment").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("In Lyon or without a town")
    with reading() as session:
        made = session.scalars(select(Segment).order_by(Segment.id.desc())).first()
        assert [len(group) for group in read_rule(made.rule).groups] == [2, 1]


def test_a_campaign_is_narrowed_by_ticking(windows, settings, signed_in):
    segments(settings)
    page = signed_in("/campaigns/1")
    expect(page.locator("#state-people")).to_contain_text("in Lyon, and whoever clicks")
    page.get_by_label("Nobody wrote to them", exact=True).first.check()
    expect(page.locator("#state-people")).to_contain_text("Nobody wrote to them")
    with reading() as session:
        chosen = select(CampaignSegment.segment_id).where(CampaignSegment.campaign_id == 1)
        assert set(session.scalars(chosen)) == {1, 2}
