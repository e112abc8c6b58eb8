"""How a campaign leaves: chosen on its page, told in words, changed while it leaves."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from app.clock import now
from app.database.session import reading, transaction
from app.models import AuditEntry, Campaign, CampaignStatus, DeparturePlan, Message, MessageStatus, Role, Sender
from app.services.campaigns import duplicate_campaign
from app.services.content_hash import campaign_hash
from tests.app.services.leaving import freeze, go, look, send_what_may, status_of
from tests.factories.departures import make_plan, make_planned, make_warm_up
from tests.factories.ready import make_ready

TYPED = {
    "first": "100", "unit": "people", "minutes": "30", "bounce_limit": "4,5", "complaint_limit": "0.1",
    "deferral_limit": "", "unsubscribe_limit": "1 %", "days": ["0", "1", "2"], "opens": "09:00", "closes": "17:30",
    "departure_zone": "Europe/Paris", "finish_by": "",
}  # fmt: skip


@pytest.fixture
def draft(app) -> int:
    with transaction() as session:
        return make_ready(session, people=300)[0].id


def plan(campaign_id: int) -> DeparturePlan:
    with reading() as session:
        return session.get_one(DeparturePlan, campaign_id)


def save(visitor, campaign_id: int, **changes):
    return visitor.post(f"/campaigns/{campaign_id}/departure", data=TYPED | changes)


def test_what_is_chosen_is_kept_and_told_in_a_sentence(draft, visit):
    editor = visit(Role.EDITOR)
    assert save(editor, draft).status_code == 303
    kept = plan(draft)
    assert (kept.canary_count, kept.canary_percent, kept.canary_minutes) == (100, None, 30)
    assert (kept.bounce_limit, kept.complaint_limit, kept.deferral_limit, kept.unsubscribe_limit) == (4.5, 0.1, 20, 1)
    assert (kept.days, kept.from_minute, kept.to_minute, kept.zone) == ("012", 540, 1050, "Europe/Paris")
    page = editor.get(f"/campaigns/{draft}").text
    assert "first 100 people, then 30 minutes to look, Mon–Wed, 09:00–17:30 Paris" in page


def test_the_part_alone_answers_scripts(draft, visit):
    answer = visit(Role.EDITOR).post(
        f"/campaigns/{draft}/departure", data=TYPED | {"unit": "percent", "first": "5"}, headers={"HX-Request": "true"}
    )
    assert answer.status_code == 200
    assert answer.text.lstrip().startswith("<details")
    assert "first 5%, then 30 minutes to look" in answer.text
    assert plan(draft).canary_percent == 5


REFUSED = (
    ({"first": "some"}, "Write a whole number from 1 to 1,000,000."),
    ({"first": "51", "unit": "percent"}, "Write a whole number from 1 to 50."),
    ({"minutes": "3"}, "Write how many minutes, from 5 to 2880."),
    ({"bounce_limit": "0"}, "Write a share above 0 and up to 100 percent."),
    ({"opens": "25:00"}, "Write a time of day like 09:30."),
    ({"opens": "09:75"}, "Write a time of day like 09:30."),
    ({"opens": "09:00", "closes": "09:10"}, "Leave at least 15 minutes between the two."),
    ({"departure_zone": "Moon/Base"}, "“Moon/Base” is no time zone."),
    ({"finish_by": "2020-01-01T09:00"}, "This time has passed."),
    ({"finish_by": "tomorrow"}, "“tomorrow” is not a time."),
)


def test_what_makes_no_sense_is_said_at_its_field_and_kept_as_typed(draft, visit):
    editor = visit(Role.EDITOR)
    for changes, said in REFUSED:
        answer = save(editor, draft, **changes)
        assert answer.status_code == 422
        assert said in answer.text
        assert f'value="{next(iter(changes.values()))}"' in answer.text
    with reading() as session:
        assert session.get(DeparturePlan, draft) is None


def test_everything_that_is_wrong_is_said_at_once_and_that_nothing_was_saved(draft, visit):
    changes = {"first": "-3", "minutes": "soon", "complaint_limit": "0", "opens": "25:00", "finish_by": "tomorrow"}
    answer = save(visit(Role.EDITOR), draft, **changes)
    assert answer.status_code == 422
    for field in ("canary", "canary_minutes", "complaint_limit", "opens", "finish_by"):
        assert answer.text.count(f'id="departure-{field}-error"') == 1
    assert "Not saved yet: 5 things below need changing." in answer.text


def test_readers_of_the_team_may_not_choose_it(draft, visit):
    viewer = visit(Role.VIEWER)
    assert save(viewer, draft).status_code == 403
    assert "How it leaves" not in viewer.get(f"/campaigns/{draft}").text


def test_no_approval_covers_when_letters_leave(draft, visit):
    with reading() as session:
        before = campaign_hash(session, draft)
    save(visit(Role.EDITOR), draft)
    with reading() as session:
        assert campaign_hash(session, draft) == before


def test_a_copy_leaves_in_the_same_way_but_has_no_end(draft, visit):
    end = (now() + timedelta(days=3)).strftime("%Y-%m-%dT%H:%M")
    save(visit(Role.EDITOR), draft, finish_by=end)
    assert plan(draft).finish_by is not None
    copy = go(duplicate_campaign, draft).id
    assert (plan(copy).canary_count, plan(copy).days, plan(copy).finish_by) == (100, "012", None)


@pytest.fixture
def waiting(app) -> int:
    """Three of ten have left, well."""
    with transaction() as session:
        campaign = make_planned(session, people=10, canary_count=3).id
    freeze(campaign)
    send_what_may(campaign)
    look()
    return campaign


def test_the_page_tells_for_what_it_waits_and_how_the_first_ones_did(waiting, visit):
    page = visit(Role.EDITOR).get(f"/campaigns/{waiting}").text
    assert "The first letters have left" in page
    assert "The other 7 wait until" in page
    assert page.count("0 of 3 (0%)") == 4
    assert "Let the rest go now" in page
    assert "Let the rest go now" not in visit(Role.VIEWER).get(f"/campaigns/{waiting}/live").text


def test_first_letters_that_did_badly_promise_nothing(waiting, visit):
    with transaction() as session:
        sent = session.scalars(select(Message).where(Message.status == MessageStatus.SENT).limit(1)).one()
        sent.status = MessageStatus.REFUSED
    page = visit(Role.EDITOR).get(f"/campaigns/{waiting}").text
    assert "1 of 3 (33.33%)" in page
    assert "the other 7 are about to be held" in page
    assert "leave by themselves" not in page


def test_a_person_lets_the_rest_go(waiting, visit):
    editor = visit(Role.EDITOR)
    assert editor.post(f"/campaigns/{waiting}/let-go").status_code == 303
    assert status_of(waiting) == CampaignStatus.SENDING
    page = editor.get(f"/campaigns/{waiting}").text
    assert "The rest was let go (of 3: 0 bounced, 0 complained, 0 put off, 0 unsubscribed)" in page


def test_once_it_leaves_only_hours_and_end_change(waiting, visit):
    editor = visit(Role.EDITOR)
    assert 'name="first"' not in editor.get(f"/campaigns/{waiting}").text
    assert save(editor, waiting, first="7").status_code == 303
    assert (plan(waiting).canary_count, plan(waiting).days) == (3, "012")
    with transaction() as session:
        session.get_one(Campaign, waiting).status = CampaignStatus.SENT
    assert save(editor, waiting).status_code == 409
    assert "How it leaves" not in editor.get(f"/campaigns/{waiting}/live").text


def test_a_campaign_held_by_its_first_letters_tells_the_figures_and_the_way_on(app, visit):
    with transaction() as session:
        campaign = make_planned(session, people=10, canary_count=4).id
    freeze(campaign)
    send_what_may(campaign, MessageStatus.REFUSED)
    look()
    editor = visit(Role.EDITOR)
    page = editor.get(f"/campaigns/{campaign}").text
    assert "Held: its first letters did badly" in page
    assert "1 of 4 (25%)" in page
    assert "Let the rest go" in page
    assert editor.post(f"/campaigns/{campaign}/resume").status_code == 303
    assert status_of(campaign) == CampaignStatus.SENDING


def test_hours_are_told_while_it_waits_for_them(app, visit):
    with transaction() as session:
        campaign = make_planned(session, people=10).id
    freeze(campaign)
    opens = (now() + timedelta(hours=3)).hour * 60
    with transaction() as session:
        make_plan(session, session.get_one(Campaign, campaign), from_minute=opens, to_minute=opens + 60)
    look()
    page = visit(Role.VIEWER).get(f"/campaigns/{campaign}").text
    assert "Outside its hours" in page
    assert "The other 10 go on" in page


def test_a_warming_domain_is_told_before_and_while_letters_wait(draft, visit):
    with transaction() as session:
        sender = session.get_one(Sender, session.get_one(Campaign, draft).sender_id)
        make_warm_up(session, 50, 100, 500, domain=sender.email.rpartition("@")[2])
        campaign = make_planned(session, people=60).id
    page = visit(Role.EDITOR).get(f"/campaigns/{draft}").text
    assert "50 more letters may leave today. This campaign needs about 3 days" in page
    freeze(campaign)
    send_what_may(campaign)
    look()
    page = visit(Role.VIEWER).get(f"/campaigns/{campaign}").text
    assert "50 of 50 letters have left today. 10 letters wait until" in page
    assert "tomorrow 100 may leave" in page


def test_who_changed_how_it_leaves_is_kept(draft, visit):
    save(visit(Role.EDITOR), draft)
    with reading() as session:
        acts = session.scalars(select(AuditEntry.act).where(AuditEntry.noun_id == draft)).all()
    assert "campaign.departure_planned" in acts
