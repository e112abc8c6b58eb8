"""The page of a campaign that has left its draft: what it says in each state, and what can be decided there."""

import pytest
from sqlalchemy import select

from app.clock import now
from app.database.session import reading, transaction
from app.models import (
    Campaign,
    CampaignStatus,
    Chunk,
    Event,
    EventKind,
    HoldCause,
    Message,
    MessageStatus,
    Reason,
    Role,
    SubscriptionStatus,
    SuppressionReason,
)
from app.services.delivery import Outcome, finish_if_balanced, record_outcomes
from app.services.holds import hold
from app.services.leases import give_back, lease_chunk, leases_of
from app.services.scheduling import cancel, pause
from app.services.suppressions import suppress
from tests.factories.campaigns import make_campaign, make_sending
from tests.factories.mailing_lists import make_list
from tests.factories.subscribers import make_confirmed, make_subscriber, subscribe

_S = MessageStatus
ENDS = (_S.SENT, _S.SENT, _S.REFUSED, _S.REFUSED, _S.UNKNOWN, _S.UNKNOWN)
CURE = "smtp.example.test refuses the password. Correct SMTP_URL, then resume."


@pytest.fixture
def leaving(app) -> int:
    """A campaign to 8 people in a worker's hand: 2 accepted, 2 refused, 2 unknown, 2 to go."""
    with transaction() as session:
        readers = make_list(session)
        make_confirmed(session, readers, 8)
        campaign_id = make_sending(session, readers).id
        held = lease_chunk(session, campaign_id, owner="w", host="h", lease_seconds=60)
        record_outcomes(
            session, held.lease, [outcome(row.message_id, one) for row, one in zip(held.rows, ENDS, strict=False)]
        )
    return campaign_id


def outcome(message_id: int, status: MessageStatus) -> Outcome:
    if status is _S.REFUSED:
        return Outcome(message_id, status, now(), 3, Reason.POLICY, code=550, enhanced="5.7.1", reply="blocked")
    return Outcome(message_id, status, now(), 1)


@pytest.fixture
def ended(leaving) -> int:
    finish(leaving)
    return leaving


def finish(campaign_id: int) -> None:
    with transaction() as session:
        for lease in leases_of(session, "w"):
            give_back(session, lease)
        held = lease_chunk(session, campaign_id, owner="w", host="h", lease_seconds=60)
        record_outcomes(session, held.lease, [Outcome(row.message_id, _S.SENT, now(), 1) for row in held.rows])
        give_back(session, held.lease)
        assert finish_if_balanced(session, campaign_id)


def put_on_hold(campaign_id: int, cause: HoldCause) -> None:
    with transaction() as session:
        hold(session, session.get_one(Campaign, campaign_id), cause, CURE)


def rows(campaign_id: int, status: MessageStatus | None = None) -> list[Message]:
    with reading() as session:
        found = select(Message).where(Message.campaign_id == campaign_id).order_by(Message.id)
        return list(session.scalars(found if status is None else found.where(Message.status == status)))


def text(answer) -> str:
    """The answer's words, as one line."""
    return " ".join(answer.text.split())


def test_the_sentence_counts_every_state_and_tells_rate_and_time_left(owner, leaving):
    assert "2 of 8 accepted, 2 unknown, 2 refused. 12 a minute, about 10 seconds left." in text(
        owner.get(f"/campaigns/{leaving}")
    )


def test_pausing_is_acknowledged_once_no_letter_is_in_hand(owner, leaving):
    with transaction() as session:
        pause(session, leaving)
    assert "Pausing: letters in hand are being finished." in owner.part(f"/campaigns/{leaving}/live").text
    with transaction() as session:
        give_back(session, leases_of(session, "w")[0])
    assert "Nothing further leaves until you resume." in owner.part(f"/campaigns/{leaving}/live").text


def test_a_cancelled_campaign_is_watched_until_no_letter_is_in_hand(owner, leaving):
    with transaction() as session:
        cancel(session, leaving)
    page = owner.part(f"/campaigns/{leaving}/live").text
    assert "Cancelling: letters in hand are being finished." in page
    assert "hx-get" in page
    with transaction() as session:
        give_back(session, leases_of(session, "w")[0])
    page = owner.part(f"/campaigns/{leaving}/live").text
    assert "2 cancelled" in page
    assert "hx-get" not in page


def test_a_campaign_that_stands_still_is_asked_about_less_often(owner, leaving):
    assert "every 1500ms" in owner.get(f"/campaigns/{leaving}").text
    with transaction() as session:
        pause(session, leaving)
        give_back(session, leases_of(session, "w")[0])
    assert "every 10000ms" in owner.get(f"/campaigns/{leaving}").text


def test_a_held_campaign_says_why_and_offers_to_go_on(owner, leaving):
    put_on_hold(leaving, HoldCause.RELAY)
    page = owner.get(f"/campaigns/{leaving}").text
    assert "Held: the mail server takes no letters" in page
    assert CURE in page
    assert f"/campaigns/{leaving}/resume" in page
    assert f"/campaigns/{leaving}/unschedule" not in page


def test_a_letter_that_was_changed_goes_back_to_draft_and_not_on(owner, app):
    with transaction() as session:
        campaign = make_campaign(session, make_list(session), status=CampaignStatus.SCHEDULED)
    put_on_hold(campaign.id, HoldCause.CHANGED)
    page = owner.get(f"/campaigns/{campaign.id}").text
    assert f"/campaigns/{campaign.id}/unschedule" in page
    assert f"/campaigns/{campaign.id}/resume" not in page


def test_whose_letter_the_senders_died_at_is_named(owner, leaving):
    put_on_hold(leaving, HoldCause.POISON)
    last = rows(leaving)[-1]
    with transaction() as session:
        chunk = session.scalars(select(Chunk)).one()
        chunk.deaths, chunk.suspects = 3, [last.id]
    page = text(owner.get(f"/campaigns/{leaving}"))
    assert f"/campaigns/{leaving}/people/{last.subscriber_id}" in page
    assert "If you resume, this letter is left out and everybody else gets theirs." in page


def test_the_confirmation_says_plainly_that_some_may_get_it_twice(owner, ended):
    page = owner.get(f"/campaigns/{ended}/send-again").text
    assert "Send again to 2 people?" in page
    assert "gets it twice" in page


def test_sending_again_lets_exactly_those_leave(owner, ended):
    assert owner.post(f"/campaigns/{ended}/send-again", {"letters": 2}).status_code == 303
    assert len(rows(ended, _S.PENDING)) == 2
    assert rows(ended, _S.UNKNOWN) == []


def test_another_number_than_was_agreed_to_is_asked_about_again(owner, ended):
    answer = owner.post(f"/campaigns/{ended}/send-again", {"letters": 1})
    assert answer.status_code == 409
    assert "The number has changed" in answer.text
    assert len(rows(ended, _S.UNKNOWN)) == 2


def test_what_is_left_as_it_is_stays_shown_and_is_not_asked_about_again(owner, ended):
    question = "We do not know whether these 2 letters arrived"
    assert question in owner.get(f"/campaigns/{ended}").text
    assert owner.post(f"/campaigns/{ended}/leave-unknown").status_code == 303
    page = text(owner.get(f"/campaigns/{ended}"))
    assert question not in page
    assert "We do not know whether 2 letters arrived. They were left as they are." in page


def test_the_refused_are_tried_again_but_for_those_who_must_not_be_written_to(owner, ended):
    with transaction() as session:
        suppress(session, rows(ended, _S.REFUSED)[0].address_hash, SuppressionReason.COMPLAINT)
    page = text(owner.get(f"/campaigns/{ended}"))
    assert "1 stays: the address must not be written to. 1 can be tried again" in page
    assert owner.post(f"/campaigns/{ended}/retry-refused").status_code == 303
    assert (len(rows(ended, _S.REFUSED)), len(rows(ended, _S.PENDING))) == (1, 1)


def test_a_second_press_says_that_there_is_nothing_left_to_try(owner, ended):
    owner.post(f"/campaigns/{ended}/retry-refused")
    owner.post(f"/campaigns/{ended}/retry-refused")
    assert "There is no letter left to try again." in owner.get(f"/campaigns/{ended}").text


def test_a_viewer_reads_and_decides_nothing(visit, ended):
    viewer = visit(Role.VIEWER)
    page = viewer.get(f"/campaigns/{ended}").text
    assert "We do not know whether these 2 letters arrived" in page
    for act in ("send-again", "leave-unknown", "retry-refused"):
        assert f"/campaigns/{ended}/{act}" not in page
        assert viewer.post(f"/campaigns/{ended}/{act}").status_code == 403


def test_people_are_found_by_state_reason_and_name_at_once(owner, ended):
    refused = owner.part(f"/campaigns/{ended}/people?status=refused&reason=policy").text
    assert refused.count('<th scope="row">') == 2
    assert "Nobody fits." in owner.part(f"/campaigns/{ended}/people?status=sent&reason=policy").text
    assert "Nobody fits." in owner.part(f"/campaigns/{ended}/people?status=refused&q=nobody").text
    assert owner.part(f"/campaigns/{ended}/people?status=nonsense").text.count('<th scope="row">') == 8


def test_a_deferred_letter_shows_when_it_is_tried_again(owner, leaving):
    with transaction() as session:
        lease = leases_of(session, "w")[0]
        waits = Outcome(rows(leaving, _S.PENDING)[0].id, _S.DEFERRED, now(), 1, Reason.TEMPORARY, now())
        record_outcomes(session, lease, [waits])
    assert "next try <time" in owner.part(f"/campaigns/{leaving}/people?status=deferred").text


def test_why_somebody_did_not_get_it_is_told_with_every_try_and_reply(owner, ended):
    person = rows(ended, _S.REFUSED)[0].subscriber_id
    page = owner.get(f"/campaigns/{ended}/people/{person}").text
    assert "It was tried 3 times." in page
    assert "It was refused: they have a provider that refuses our mail." in page
    assert "550 5.7.1 blocked" in page


def test_a_proof_is_part_of_the_story(owner, ended):
    message = rows(ended, _S.SENT)[0]
    with transaction() as session:
        session.add(Event(kind=EventKind.LETTER_PROVED, message_id=message.id, facts={"way": "click"}))
    page = owner.get(f"/campaigns/{ended}/people/{message.subscriber_id}").text
    assert "A link in the letter was followed, so it had arrived." in page


def test_a_letter_of_a_paused_campaign_says_what_it_waits_for(owner, leaving):
    with transaction() as session:
        pause(session, leaving)
    person = rows(leaving, _S.PENDING)[0].subscriber_id
    assert "The campaign is paused" in owner.get(f"/campaigns/{leaving}/people/{person}").text


def test_the_history_tells_who_did_what(owner, ended):
    owner.post(f"/campaigns/{ended}/leave-unknown")
    page = text(owner.get(f"/campaigns/{ended}"))
    assert "2 letters of unknown fate were left as they are by Owner" in page
    assert "Ended" in page


def test_books_that_do_not_balance_say_so(owner, ended):
    with transaction() as session:
        session.delete(session.get_one(Message, rows(ended)[0].id))
    assert "The books do not balance" in owner.get(f"/campaigns/{ended}").text


def test_one_person_left_out_is_spoken_of_as_one(owner, app):
    unconfirmed, unsubscribed = SubscriptionStatus.UNCONFIRMED, SubscriptionStatus.UNSUBSCRIBED
    with transaction() as session:
        readers = make_list(session)
        make_confirmed(session, readers, 1)
        for status in (unconfirmed, unconfirmed, unsubscribed):
            subscribe(session, make_subscriber(session), readers, status)
        campaign_id = make_sending(session, readers).id
    page = text(owner.get(f"/campaigns/{campaign_id}"))
    assert "4 people looked at = 1 letter +" in page
    assert "2 who have not confirmed yet" in page
    assert "1 who has unsubscribed" in page
