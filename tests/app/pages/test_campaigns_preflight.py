"""The step "Check and send": what runs beside it, and who must have looked before a letter leaves."""

import re

import pytest

from app.database.session import reading, transaction
from app.models import ApprovalRule, Brand, Campaign, CampaignStatus, LetterCheck, Notice, NoticeKind, Role, Subscriber
from app.models.preflight import CheckKind
from app.services.campaigns import CampaignChanges, update_campaign
from app.services.letter_checks import Result, finish, take_up
from app.services.notice_letters import compose_notice_letter
from tests.factories.ready import make_ready

LIVE = {"HX-Request": "true"}


@pytest.fixture
def draft(app) -> int:
    with transaction() as session:
        campaign, _readers = make_ready(session, brand="Two Pairs of Eyes")
        return campaign.id


@pytest.fixture
def guarded(draft) -> int:
    with transaction() as session:
        session.get_one(Brand, session.get_one(Campaign, draft).brand_id).approval_rule = ApprovalRule.SECOND_PERSON
    return draft


def seen_on(visitor, campaign_id: int) -> str:
    return re.search(r'name="seen" value="([0-9a-f]{64})"', visitor.get(f"/campaigns/{campaign_id}").text)[1]


def status_of(campaign_id: int) -> CampaignStatus:
    with reading() as session:
        return session.get_one(Campaign, campaign_id).status


def test_checks_are_asked_for_and_told_until_they_stand(owner, draft):
    assert "Not checked yet" in owner.get(f"/campaigns/{draft}").text
    assert owner.post(f"/campaigns/{draft}/checks").status_code == 303
    part = owner.get(f"/campaigns/{draft}/checks")
    assert part.text.count("Waits for a worker") == 4
    assert 'hx-trigger="every' in part.text
    assert "HX-Trigger" not in part.headers
    with transaction() as session:
        for kind in CheckKind:
            finish(session, take_up(session, draft, kind), Result(facts={"checked": 3}), done=3)
    part = owner.get(f"/campaigns/{draft}/checks")
    assert part.headers["HX-Trigger"] == "checks-done"
    assert "3 people, no gap" in part.text
    assert re.search(r"checked <time [^>]*>\d\d:\d\d</time>", part.text)


def test_checking_again_begins_everything_anew_and_answers_with_the_part(owner, draft):
    owner.post(f"/campaigns/{draft}/checks")
    with transaction() as session:
        finish(session, take_up(session, draft, CheckKind.DOMAIN), Result())
    answer = owner.client.post(
        f"/campaigns/{draft}/checks", data={"csrf_token": owner.token, "again": "yes"}, headers=LIVE
    )
    assert answer.text.strip().startswith("<section") or 'id="long-checks"' in answer.text
    with reading() as session:
        assert {row.ended_at for row in session.query(LetterCheck)} == {None}


def test_those_who_would_see_a_gap_are_named(owner, draft):
    with transaction() as session:
        update_campaign(session, draft, CampaignChanges(greeting="Hi {{ subscriber.first_name }},"))
        session.query(Subscriber).first().first_name = "Ada"
        nameless = session.query(Subscriber).order_by(Subscriber.id.desc()).first().email
    page = owner.get(f"/campaigns/{draft}").text
    assert "For 2 of 3 people" in page
    assert f">{nameless}</a>" in page


def test_a_letter_that_cannot_be_made_is_not_checked_and_says_why(owner, draft):
    with transaction() as session:
        update_campaign(session, draft, CampaignChanges(greeting="Hi {{ subscriber."))
    owner.post(f"/campaigns/{draft}/checks")
    assert "Mend its merge tags first" in owner.get(f"/campaigns/{draft}").text
    with reading() as session:
        assert session.query(LetterCheck).count() == 0


def test_one_asks_another_approves_and_the_letter_leaves(owner, visit, guarded):
    editor = visit(Role.EDITOR)
    assert owner.post(f"/campaigns/{guarded}/send").status_code == 422
    owner.post(f"/campaigns/{guarded}/approval/ask", {"seen": seen_on(owner, guarded), "note": "Look at the button"})
    own = owner.get(f"/campaigns/{guarded}").text
    assert "Approve this letter" not in own
    assert "Look at the button" in editor.get(f"/campaigns/{guarded}").text
    editor.post(f"/campaigns/{guarded}/approval/answer", {"seen": seen_on(editor, guarded), "answer": "approved"})
    assert "Editor approved this letter" in owner.get(f"/campaigns/{guarded}").text
    assert owner.post(f"/campaigns/{guarded}/send").status_code == 303
    assert status_of(guarded) is CampaignStatus.SCHEDULED


def test_an_edit_voids_the_approval_and_the_page_says_so(owner, visit, guarded):
    editor = visit(Role.EDITOR)
    owner.post(f"/campaigns/{guarded}/approval/ask", {"seen": seen_on(owner, guarded)})
    editor.post(f"/campaigns/{guarded}/approval/answer", {"seen": seen_on(editor, guarded), "answer": "approved"})
    owner.post(f"/campaigns/{guarded}/look", {"subject": "Another subject"})
    assert "was changed after Editor approved it" in owner.get(f"/campaigns/{guarded}").text
    assert owner.post(f"/campaigns/{guarded}/send").status_code == 422
    assert status_of(guarded) is CampaignStatus.DRAFT


def test_an_old_page_approves_nothing(owner, visit, guarded):
    editor = visit(Role.EDITOR)
    owner.post(f"/campaigns/{guarded}/approval/ask", {"seen": seen_on(owner, guarded)})
    old = seen_on(editor, guarded)
    owner.post(f"/campaigns/{guarded}/look", {"subject": "Another subject"})
    answer = {"seen": old, "answer": "approved"}
    editor.post(f"/campaigns/{guarded}/approval/answer", answer)
    assert "changed meanwhile" in editor.get(f"/campaigns/{guarded}").text


def test_sending_back_shows_the_words_to_who_asked(owner, visit, guarded):
    editor = visit(Role.EDITOR)
    owner.post(f"/campaigns/{guarded}/approval/ask", {"seen": seen_on(owner, guarded)})
    back = {"seen": seen_on(editor, guarded), "answer": "returned", "words": "Name the study."}
    editor.post(f"/campaigns/{guarded}/approval/answer", back)
    page = owner.get(f"/campaigns/{guarded}").text
    assert "Editor sent it back" in page
    assert "Name the study." in page


def test_an_owner_sets_the_rule_and_nobody_else(owner, visit, draft):
    with reading() as session:
        brand = session.get_one(Campaign, draft).brand_id
    address, rule = f"/settings/brand/{brand}/approval", {"approval_rule": "second_person"}
    assert visit(Role.EDITOR).post(address, rule).status_code == 403
    owner.post(address, {"approval_rule": "three_people"})
    assert owner.post(address, rule).status_code == 303
    with reading() as session:
        assert session.get_one(Brand, brand).approval_rule is ApprovalRule.SECOND_PERSON


def test_who_may_approve_has_mail_and_who_asked_gets_the_answer(owner, visit, guarded):
    editor = visit(Role.EDITOR)
    visit(Role.VIEWER)
    owner.post(f"/campaigns/{guarded}/approval/ask", {"seen": seen_on(owner, guarded), "note": "Please today"})
    assert "waits for an approval" in owner.get("/campaigns").text
    back = {"seen": seen_on(editor, guarded), "answer": "returned", "words": "Name the study."}
    editor.post(f"/campaigns/{guarded}/approval/answer", back)
    assert "waits for an approval" not in owner.get("/campaigns").text
    with reading() as session:
        notices = session.query(Notice).order_by(Notice.id).all()
        assert [(one.kind, one.email) for one in notices] == [
            (NoticeKind.APPROVAL_ASKED, "editor@example.test"),
            (NoticeKind.APPROVAL_ANSWERED, "owner@example.test"),
        ]
        letters = [compose_notice_letter(session, one.id)[2].decode() for one in notices]
    assert all(f"/campaigns/{guarded}#step-check" in letter.replace("=\r\n", "") for letter in letters)
    assert "Please today" in letters[0]
    assert "Name the study." in letters[1]
