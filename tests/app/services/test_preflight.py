"""The report of a campaign: the letter's own findings, what long checks kept, and for whom a gap would show."""

from datetime import timedelta

import pytest

from app.clock import now
from app.database.session import reading, transaction
from app.errors import InvalidInput, WrongState
from app.models import Campaign, LetterCheck, MailingList, Sender, Subscriber
from app.models.preflight import CheckKind, CheckStatus
from app.services import letter_checks, preflight, scheduling
from app.services.campaigns import CampaignChanges, lists_of, update_campaign
from app.services.check_subjects import links_to_visit, subjects_of, whole_message
from app.services.letter_checks import Result, ask_for, fail, finish, hand_on, note_progress, standing, take_up
from app.services.preflight import check_campaign
from emails.preflight.report import Finding, Severity
from tests.factories.ready import make_ready
from tests.factories.subscribers import make_subscriber, subscribe

GREETING = "Hi {{ subscriber.first_name }},"
FOUND = Finding("link_dead", Severity.REASON, "Block 2, call to action", "It is gone.", "Correct it.")


@pytest.fixture
def ready(database) -> int:
    """Three people without a first name; the greeting has a default."""
    with transaction() as session:
        return make_ready(session)[0].id


def change(campaign_id: int, **changes) -> None:
    with transaction() as session:
        update_campaign(session, campaign_id, CampaignChanges(**changes))


def found(campaign_id: int, **given) -> dict[str, Finding]:
    with reading() as session:
        return {finding.id: finding for finding in check_campaign(session, campaign_id, **given).checks}


def asked(campaign_id: int, *kinds: CheckKind, again: bool = False) -> int:
    with transaction() as session:
        subjects = subjects_of(session, campaign_id)
        return ask_for(session, campaign_id, {kind: subjects[kind] for kind in kinds or subjects}, again=again)


def taken(campaign_id: int, kind: CheckKind):
    with transaction() as session:
        return take_up(session, campaign_id, kind)


def finished(claim, *findings: Finding, facts=None) -> bool:
    with transaction() as session:
        return finish(session, claim, Result(findings, facts))


def test_a_gap_is_told_with_its_place_and_how_many_it_hits(ready):
    change(ready, greeting=GREETING)
    gap = found(ready)["people_gap"]
    assert (gap.severity, gap.place, gap.count) == (Severity.REASON, "Greeting", 3)
    assert "merge_tag_default" not in found(ready)


def test_nobody_is_hit_where_everybody_has_the_field(ready):
    change(ready, greeting=GREETING)
    with transaction() as session:
        for person in session.query(Subscriber):
            person.first_name = "Ada"
    assert not {"people_gap", "merge_tag_default", "people_unchecked"} & set(found(ready))


def test_many_people_are_not_tried_while_a_page_waits_but_the_gate_knows(ready, monkeypatch):
    monkeypatch.setattr(preflight, "FEW_PEOPLE", 2)
    change(ready, greeting=GREETING)
    assert found(ready)["people_unchecked"].severity is Severity.REASON
    assert "people_gap" in found(ready, whole=True)
    with pytest.raises(InvalidInput, match="not known yet"), transaction() as session:
        scheduling.send_now(session, ready)


def test_a_kept_trial_counts_with_whoever_came_since(ready, monkeypatch):
    monkeypatch.setattr(preflight, "FEW_PEOPLE", 2)
    change(ready, greeting=GREETING)
    asked(ready, CheckKind.PEOPLE)
    with reading() as session:
        upto = preflight.newest_subscriber(session)
    finished(taken(ready, CheckKind.PEOPLE), facts={"checked": 3, "hit": 0, "upto": upto})
    assert not {"people_gap", "people_unchecked"} & set(found(ready))
    with transaction() as session:
        campaign = session.get_one(Campaign, ready)
        subscribe(session, make_subscriber(session), session.get_one(MailingList, lists_of(session, campaign.id)[0]))
    assert found(ready)["people_gap"].count == 1
    monkeypatch.setattr(preflight, "MOST_SINCE", 0)
    assert "people_unchecked" in found(ready)


def test_a_letter_that_fails_for_everybody_is_blocked_and_for_some_needs_a_reason(ready):
    change(ready, greeting="Since {{ field.since | date }}, {{ subscriber.first_name }}")
    with transaction() as session:
        for person in session.query(Subscriber):
            person.fields = {"since": "no date at all"}
    failed = found(ready)["people_failed"]
    assert failed.severity is Severity.BLOCK
    assert "A field is no date" in failed.message
    assert "no date at all" not in failed.message
    with transaction() as session:
        for person in session.query(Subscriber).limit(1):
            person.fields = {"since": "2026-01-02"}
    assert found(ready)["people_failed"].severity is Severity.REASON


def test_what_a_check_found_counts_for_the_very_letter_it_looked_at(ready):
    assert asked(ready) == 4
    finished(taken(ready, CheckKind.LINKS), FOUND)
    assert found(ready)["link_dead"] == FOUND
    change(ready, subject="Another subject, same links")
    assert "link_dead" in found(ready)
    with transaction() as session:
        row = session.query(LetterCheck).filter_by(kind=CheckKind.LINKS).one()
        row.subject_hash = "0" * 64
    assert "link_dead" not in found(ready)


def test_asking_twice_asks_once_and_again_means_again(ready):
    asked(ready)
    assert asked(ready) == 0
    finished(taken(ready, CheckKind.DOMAIN))
    assert asked(ready) == 0
    assert asked(ready, again=True) == 1
    change(ready, subject="Changed words")
    assert asked(ready) == 2


def test_only_a_draft_is_asked_about(ready):
    with transaction() as session:
        scheduling.send_now(session, ready)
    with pytest.raises(WrongState):
        asked(ready)


def test_one_worker_has_a_check_and_the_next_turn_voids_the_last(ready, monkeypatch):
    asked(ready, CheckKind.SPAM)
    first = taken(ready, CheckKind.SPAM)
    assert taken(ready, CheckKind.SPAM) is None
    monkeypatch.setattr(letter_checks, "STILL_AFTER", timedelta(seconds=-1))
    second = taken(ready, CheckKind.SPAM)
    assert second.turn > first.turn
    assert not finished(first, FOUND)
    assert finished(second)
    assert taken(ready, CheckKind.SPAM) is None


def test_a_check_asked_for_anew_takes_nothing_from_the_old_turn(ready):
    asked(ready, CheckKind.SPAM)
    old = taken(ready, CheckKind.SPAM)
    change(ready, subject="Changed words")
    asked(ready, CheckKind.SPAM)
    with transaction() as session:
        assert not note_progress(session, old, done=1, total=2)
        assert not fail(session, old, "too late")
    assert taken(ready, CheckKind.SPAM).subject_hash != old.subject_hash


def test_what_is_handed_on_goes_on_where_it_stood(ready):
    asked(ready, CheckKind.PEOPLE)
    claim = taken(ready, CheckKind.PEOPLE)
    with transaction() as session:
        assert hand_on(session, claim, done=2, total=3, facts={"cursor": 7})
    again = taken(ready, CheckKind.PEOPLE)
    assert (again.done, again.facts) == (2, {"cursor": 7})


def test_a_check_that_dies_three_times_is_given_up(ready, monkeypatch):
    monkeypatch.setattr(letter_checks, "STILL_AFTER", timedelta(seconds=-1))
    asked(ready, CheckKind.SPAM)
    assert all(taken(ready, CheckKind.SPAM) for _ in range(3))
    assert taken(ready, CheckKind.SPAM) is None
    with reading() as session:
        row = session.query(LetterCheck).one()
        assert (row.status, "three attempts" in row.trouble) == (CheckStatus.FAILED, True)


def test_what_nobody_is_at_is_rung_again(ready):
    asked(ready, CheckKind.SPAM, CheckKind.LINKS)
    taken(ready, CheckKind.LINKS)
    with reading() as session:
        assert standing(session) == ()
    with transaction() as session:
        for row in session.query(LetterCheck):
            row.asked_at = now() - timedelta(minutes=1)
    with reading() as session:
        assert standing(session) == ((ready, CheckKind.SPAM),)


def test_the_links_to_visit_are_those_of_the_letter_once_each(ready):
    with reading() as session:
        assert links_to_visit(session, ready).addresses == ("https://example.test", "https://example.test/find")


def test_without_a_sender_there_is_no_message_to_judge(ready):
    with transaction() as session:
        assert b"\r\nSubject: Water in winter" in whole_message(session, ready)
        campaign = session.get_one(Campaign, ready)
        session.delete(session.get_one(Sender, campaign.sender_id))
        campaign.sender_id = None
        session.flush()
        assert set(subjects_of(session, ready)) == {CheckKind.LINKS, CheckKind.PEOPLE}
        with pytest.raises(WrongState):
            whole_message(session, ready)
