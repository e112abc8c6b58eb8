"""The Delivery page: what leaves, what is held and its cure, who asked for patience, and who does what."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from app.clock import now
from app.database.session import reading, transaction
from app.models import (
    AuditEntry,
    Campaign,
    CampaignStatus,
    DomainPace,
    HoldCause,
    HostBeat,
    MessageStatus,
    Notice,
    NoticeKind,
    NoticeStatus,
    Role,
    WaitsFor,
)
from app.services.delivery import Outcome, record_outcomes
from app.services.holds import hold
from app.services.leases import give_back, lease_chunk
from app.services.mailboxes import note_look
from app.services.mx_groups import Found, keep
from tests.factories.campaigns import make_campaign, make_sending
from tests.factories.departures import make_plan, make_warm_up
from tests.factories.mailing_lists import make_list
from tests.factories.subscribers import make_confirmed
from tests.factories.transports import make_transport

SENT, DEFERRED = MessageStatus.SENT, MessageStatus.DEFERRED


def sending(name: str, *ends: MessageStatus, people: int = 4, domain: str = "example.test") -> int:
    """A campaign whose first letters ended so, a moment ago; nobody has it in hand."""
    with transaction() as session:
        readers = make_list(session)
        make_confirmed(session, readers, people, domain=domain)
        campaign_id = make_sending(session, readers, name=name).id
        held = lease_chunk(session, campaign_id, owner="o", host="h", lease_seconds=60)
        later, at = now() + timedelta(minutes=5), now() - timedelta(seconds=30)
        rows = zip(held.rows, ends, strict=False)
        outcomes = [Outcome(row.message_id, end, at, 1, next_at=later, code=250) for row, end in rows]
        record_outcomes(session, held.lease, outcomes)
        give_back(session, held.lease)
        return campaign_id


def held(name: str, cause: HoldCause = HoldCause.RELAY) -> int:
    campaign_id = sending(name, SENT)
    with transaction() as session:
        hold(session, session.get_one(Campaign, campaign_id), cause, "Mend it or correct SMTP_URL, then resume.")
    return campaign_id


def slow(group: str, per_minute: float = 300, said: str = "421 4.7.0 too fast") -> None:
    with transaction() as session:
        row = {"slowed_at": now(), "changed_at": now(), "said": said}
        session.add(DomainPace(domain=group, per_minute=per_minute, **row))


def test_before_anything_left_the_page_says_what_will_stand_there(owner):
    page = owner.get("/delivery").text
    assert "Nothing is on its way." in page
    assert "No campaign is on its way" in page
    assert "Nobody. A provider that answers" in page


def test_campaigns_stand_there_with_their_pace_and_what_is_to_go(owner):
    sending("Water in winter", SENT, SENT, DEFERRED)
    page = owner.get("/delivery").text
    assert "4 letters a minute are leaving, of one campaign." in page
    assert "Water in winter" in page
    for count, words in (("2", "accepted by their mail server"), ("1", "to go"), ("1", "waiting to be tried again")):
        assert f'<span class="number">{count}</span> {words}' in page


def test_letters_that_are_due_while_none_leaves_are_no_silence(owner):
    sending("Water in winter")
    assert "Letters are due, and none has been accepted in the last minute." in owner.get("/delivery").text


def test_only_letters_to_retry_are_told_so(owner):
    campaign_id = sending("Water in winter", *(DEFERRED,) * 4)
    page = owner.get("/delivery").text
    assert "What was put off is tried again at its time." in page
    assert "The next retry is" in page
    with transaction() as session:
        session.get_one(Campaign, campaign_id).status = CampaignStatus.PAUSED
    assert "Nothing further leaves until somebody resumes it." in owner.get("/delivery").text


def test_a_held_campaign_goes_on_from_here(owner):
    campaign_id = held("Water in winter")
    page = owner.get("/delivery").text
    assert "One campaign needs you." in page
    assert "Held: the mail server takes no letters" in page
    assert "correct SMTP_URL, then resume." in page
    assert "1 of 4 accepted before." in page
    answer = owner.post(f"/delivery/campaigns/{campaign_id}/resume")
    assert (answer.status_code, answer.location) == (303, "/delivery")
    assert "“Water in winter” goes on." in owner.get("/delivery").text
    with reading() as session:
        assert session.get_one(Campaign, campaign_id).status == CampaignStatus.SENDING
        assert "campaign.resumed" in session.scalars(select(AuditEntry.act)).all()


def test_what_was_changed_after_its_approval_cannot_be_resumed_from_here(owner):
    campaign_id = held("Water in winter", HoldCause.CHANGED)
    assert f"/delivery/campaigns/{campaign_id}/resume" not in owner.get("/delivery").text
    assert owner.post(f"/delivery/campaigns/{campaign_id}/resume").status_code == 409


def test_a_provider_that_asked_for_patience_stands_there_with_its_words_and_domains(owner):
    slow("google.com", said="421 4.7.28 <b>too fast</b>")
    with transaction() as session:
        keep(session, [Found(f"clinic{number}.test", "google.com") for number in range(5)])
    page = owner.get("/delivery").text
    assert "421 4.7.28 &lt;b&gt;too fast&lt;/b&gt;" in page
    assert "300 a minute" in page
    assert "takes the mail of clinic0.test, clinic1.test, clinic2.test and 2 more" in page
    assert "free by itself" in page


def test_letters_that_wait_for_a_provider_are_counted_by_its_chunks(owner, monkeypatch):
    monkeypatch.setattr("app.services.audience.LARGE_GROUP", 3)
    sending("Water in winter", SENT, DEFERRED, people=5, domain="slow.test")
    slow("slow.test")
    assert "4 letters wait for it" in owner.get("/delivery").text


def test_somebody_frees_a_provider_and_that_is_written_down(owner):
    slow("google.com")
    assert owner.post("/delivery/slowed/google.com/free").status_code == 303
    assert "google.com is free." in owner.get("/delivery").text
    owner.post("/delivery/slowed/google.com/free")
    assert "google.com was free already." in owner.get("/delivery").text
    with reading() as session:
        assert session.get(DomainPace, "google.com") is None
        [entry] = session.scalars(select(AuditEntry))
        assert (entry.act, entry.user_id, entry.facts["group"]) == ("pace.freed", owner.user.id, "google.com")


def test_a_viewer_sees_everything_and_changes_nothing(visit):
    viewer = visit(Role.VIEWER)
    campaign_id = held("Water in winter")
    slow("google.com")
    page = viewer.get("/delivery").text
    assert "google.com" in page
    assert "Free it" not in page
    assert "Resume" not in page
    assert viewer.post("/delivery/slowed/google.com/free").status_code == 403
    assert viewer.post(f"/delivery/campaigns/{campaign_id}/resume").status_code == 403


def test_a_queue_that_is_away_is_said_with_what_to_look_at(owner):
    assert "The queue does not answer." in owner.get("/delivery").text


def test_machines_are_told_by_their_newest_start_and_when_they_were_seen(owner):
    with transaction() as session:
        for host, ago in (("alpha.1", timedelta(hours=5)), ("alpha.2", timedelta()), ("beta.1", timedelta(hours=2))):
            session.add(HostBeat(host=host, at=now() - ago, boot_seconds=1))
        session.add(HostBeat(host="gone.1", at=now() - timedelta(days=3), boot_seconds=1))
    page = owner.get("/delivery").text
    assert page.count("alpha") == 1
    assert "seen just now" in page
    assert "seen 2 hours ago" in page
    assert "gone.1" not in page


def test_system_letters_that_wait_and_that_failed_are_told(owner):
    with transaction() as session:
        facts = {"email": "ada@example.test", "expires_at": now() + timedelta(hours=1)}
        session.add(Notice(kind=NoticeKind.CONFIRM, **facts))
        session.add(Notice(kind=NoticeKind.INVITATION, status=NoticeStatus.FAILED, reply="550 5.1.1 no user", **facts))
    page = owner.get("/delivery").text
    assert "the oldest since just now" in page
    assert "550 5.1.1 no user" in page


@pytest.mark.parametrize(("trouble", "told"), [("LoginError: wrong password", "cannot be read"), ("", "read just now")])
def test_a_mailbox_is_told_with_its_trouble_or_its_last_look(owner, settings, trouble, told):
    url = "imaps://news%40example.test:secret@mail.example.test/INBOX"
    owner.app.extensions["settings"] = watched = settings.model_copy(update={"inbox_url": url})
    assert "not read yet" in owner.get("/delivery").text
    with transaction() as session:
        note_look(session, watched.mailbox.name, trouble)
    page = owner.get("/delivery").text
    assert told in page
    assert trouble in page
    assert "secret" not in page


def test_the_way_out_is_named_with_its_limit_and_never_its_password(owner, settings):
    url = "smtp://mailer:hunter2@mail.example.test:587?per_minute=900"
    owner.app.extensions["settings"] = settings.model_copy(update={"smtp_url": url})
    page = owner.get("/delivery").text
    assert "mail.example.test:587" in page
    assert "of 900 at most" in page
    assert "hunter2" not in page


def test_the_live_part_is_the_page_without_its_frame(owner):
    make = owner.part("/delivery/live").text
    assert make.lstrip().startswith('<div id="delivery"')
    assert "<html" not in make
    assert 'hx-trigger="every 10000ms"' in make
    sending("Water in winter", SENT)
    assert 'hx-trigger="every 2000ms"' in owner.part("/delivery/live").text


def test_a_campaign_that_is_prepared_says_how_many_it_has_looked_at(owner):
    with transaction() as session:
        make_campaign(session, name="Soon", status="preparing", candidates=1_200)
    assert "1,200 people so far" in owner.get("/delivery").text


def test_transports_stand_there_and_why_one_is_set_aside(owner):
    with transaction() as session:
        make_transport(session, "Main server")
        spare = make_transport(session, "Spare", per_minute=900)
        spare.aside_since, spare.aside_until = now(), now() + timedelta(minutes=5)
        spare.aside_reason = "refused the password"
    page = owner.get("/delivery").text
    assert "Main server" in page
    assert "Set aside" in page
    assert "refused the password. Tried again" in page


def test_a_campaign_that_waits_by_its_plan_says_for_what_and_a_domain_that_warms_up_how_far_it_is(owner):
    campaign_id = sending("Water in winter", SENT)
    with transaction() as session:
        campaign = session.get_one(Campaign, campaign_id)
        campaign.move_to(CampaignStatus.WAITING)
        make_plan(session, campaign, waits_for=WaitsFor.QUOTA, waits_until=now() + timedelta(hours=3))
        make_warm_up(session, 3, 50)
    page = owner.get("/delivery").text
    assert "Enough for today: the rest goes on" in page
    assert "1 of 3 today" in page
    assert "day 1 of 2" in page


def test_what_its_first_letters_hold_is_let_go_by_the_words_of_its_own_page(owner):
    held("Spring", HoldCause.CANARY)
    page = owner.get("/delivery").text
    assert "Let the rest go" in page
    assert "Resume" not in page
