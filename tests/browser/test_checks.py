"""Checks of a draft begin when somebody looks at them, tell how far they are, and bring what they found."""

from playwright.sync_api import expect

from app.database.session import transaction
from app.models.preflight import CheckKind
from app.outside import links, spam_filter
from app.outside.links import Visit
from tests.factories.ready import make_ready
from workers import runtime
from workers.jobs.preflight import check


def test_checks_begin_by_themselves_and_bring_their_findings(signed_in, settings, monkeypatch):
    monkeypatch.setattr(links, "visit_all", lambda some: [Visit(one, 404) for one in some])
    monkeypatch.setattr(spam_filter, "find_program", lambda: "")
    runtime.use_settings(settings)
    with transaction() as session:
        campaign_id = make_ready(session)[0].id
    page = signed_in(f"/campaigns/{campaign_id}")
    page.locator("#long-checks").scroll_into_view_if_needed()
    expect(page.locator("#long-checks .state-live")).to_have_count(4)
    for kind in (CheckKind.LINKS, CheckKind.PEOPLE, CheckKind.DOMAIN):
        check(campaign_id, kind.value)
    expect(page.locator("#long-checks")).to_contain_text("3 people, no gap")
    check(campaign_id, CheckKind.SPAM.value)
    expect(page.get_by_text("answers that there is no such page (404)").first).to_be_visible()
    expect(page.locator("#state-check")).to_have_text("2 things need a reason")
    expect(page.get_by_role("button", name="Check again")).to_be_visible()
