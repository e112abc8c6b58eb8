"""Reports, the first page and a list's growth, rich and empty: narrow and wide, light and dark, without script too."""

import random
from datetime import timedelta

import pytest
from playwright.sync_api import expect
from sqlalchemy import select

from app.clock import now
from app.database.session import transaction
from app.models import Article, EventKind, MessageStatus, Reason, Subscription, Variant
from app.services.letters import compile_campaign_letter, letter_plan
from tests.browser.conformity import NARROW, hold
from tests.factories.campaigns import make_campaign
from tests.factories.events import AUTOMATED, HUMAN, UNDECIDED, click, make_ended, make_event, recount
from tests.factories.mailing_lists import make_list
from tests.factories.ready import READY, make_ready


@pytest.fixture
def reported(server) -> dict[str, int]:
    """Four ended campaigns of one brand, the last told richly; one due today, one held; two lists."""
    chance = random.Random(7)
    with transaction() as session:
        draft, readers = make_ready(session, people=60)
        compiled = compile_campaign_letter(session, draft, letter_plan(session, draft, tracked=True))
        for place, row in enumerate(session.scalars(select(Subscription).order_by(Subscription.id))):
            row.created_at = row.confirmed_at = now() - timedelta(days=6 * place)
        for name in ("Tea in autumn", "The long summer", "Spring water", "Water in winter"):
            campaign, messages = make_ended(
                session, readers, urls=tuple(link.url for link in compiled.links), name=name,
                ended_at=now(), started_at=now() - timedelta(days=2),
            )  # fmt: skip
            session.query(Variant).filter_by(campaign_id=campaign.id).update({"compiled": compiled.to_json()})
            session.get_one(Article, campaign.article_id).content = READY
            for message in messages[:45]:
                at = now() - timedelta(hours=48 * chance.random() ** 2)
                make_event(session, message, verdict=chance.choice((HUMAN, HUMAN, UNDECIDED, AUTOMATED)), at=at)
                if chance.random() < 0.4:
                    click(session, message, verdict=chance.choice((HUMAN, HUMAN, AUTOMATED)), at=at)
            for message in messages[50:53]:
                make_event(session, message, EventKind.UNSUBSCRIBED, None)
            make_event(session, messages[50], EventKind.REASON_GIVEN, None, facts={"reason": "too_many", "words": ""})
            made = {"reason": "other", "words": "I moved to the coast."}
            make_event(session, messages[51], EventKind.REASON_GIVEN, None, facts=made)
            for message, reason in zip(messages[55:], (Reason.ADDRESS_BAD, Reason.POLICY), strict=False):
                message.status, message.reason = MessageStatus.REFUSED, reason
            recount(session, campaign)
        make_campaign(session, name="Due today", status="scheduled", send_at=now())
        make_campaign(session, name="Held back", status="held", hold_cause="relay", trouble="Correct SMTP_URL.")
        return {"campaign": campaign.id, "list": readers.id, "empty": make_list(session).id}


def test_every_page_is_sound(signed_in, reported):
    page = signed_in("/")
    hold(page)
    for path in (
        f"/campaigns/{reported['campaign']}",
        f"/campaigns/{reported['campaign']}/report/people?did=clicked&link=1",
        f"/campaigns/{reported['campaign']}/report/groups",
        "/reports",
        f"/lists/{reported['list']}/report",
        f"/lists/{reported['empty']}/report",
    ):
        page.goto(path)
        hold(page)


def test_the_chart_is_drawn_from_the_table(signed_in, reported):
    page = signed_in(f"/campaigns/{reported['campaign']}")
    expect(page.locator(".chart canvas")).to_have_count(1)


def test_the_report_reads_without_script(signed_in, reported):
    page = signed_in(f"/campaigns/{reported['campaign']}", scripts=False)
    page.get_by_text("The same as a table").click()
    expect(page.locator("#over-time")).to_be_visible()
    expect(page.frame_locator(".click-letter").get_by_text("1 · ").first).to_be_visible()


def test_reports_with_nothing_to_tell_are_sound(signed_in):
    hold(signed_in("/reports", width=NARROW))


def test_a_campaign_that_nobody_has_opened_yet_is_sound(signed_in, server):
    with transaction() as session:
        campaign, _messages = make_ended(session, people=3)
    page = signed_in(f"/campaigns/{campaign.id}", width=NARROW)
    expect(page.get_by_text("Nobody has opened it yet, as far as can be told.")).to_be_visible()
    hold(page)
