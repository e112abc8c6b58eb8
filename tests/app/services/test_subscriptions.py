"""Consent: every change once, with its proof and event; goodbyes hold, and can be taken back for a day."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from app import clock
from app.database.session import reading, transaction
from app.errors import InvalidInput, NotFound, WrongState
from app.models import (
    Article,
    Campaign,
    CampaignList,
    Consent,
    ConsentAct,
    ConsentWay,
    Event,
    EventKind,
    ListUse,
    Message,
    Subscriber,
    SubscriptionStatus,
    SuppressionReason,
)
from app.services import subscriptions, suppressions
from app.services.subscribers import Person, add_person, erase_person
from app.services.subscriptions import Proof, subscription_of

ONE_CLICK = Proof(ConsentWay.ONE_CLICK, ip_address="192.0.2.7", user_agent="Mail\r\nX: y")


@pytest.fixture
def letter(brand, demo, amara):
    """A letter of a campaign to Demo, which left out another list that Amara is on."""
    with transaction() as session:
        person = session.get(Subscriber, amara)
        article = Article(content={})
        session.add(article)
        session.flush()
        campaign = Campaign(name="Spring", brand_id=brand, article_id=article.id)
        session.add(campaign)
        session.flush()
        session.add(CampaignList(campaign_id=campaign.id, list_id=demo, use=ListUse.INCLUDE))
        message = Message(campaign_id=campaign.id, subscriber_id=amara, address_hash=person.address_hash)
        session.add(message)
        session.flush()
        return message.id


def status(list_id, person_id):
    with reading() as session:
        found = subscription_of(session, person_id, list_id)
        return found.status if found else None


def said(person_id, act):
    with reading() as session:
        return session.scalars(
            select(Consent).where(Consent.subscriber_id == person_id, Consent.act == act).order_by(Consent.id)
        ).all()


def test_unsubscribing_twice_is_recorded_once(demo, amara, proof):
    with transaction() as session:
        assert subscriptions.unsubscribe(session, amara, [demo], proof) == (demo,)
    with transaction() as session:
        assert subscriptions.unsubscribe(session, amara, [demo], proof) == ()
    assert len(said(amara, ConsentAct.UNSUBSCRIBED)) == 1
    with reading() as session:
        kinds = session.scalars(select(Event.kind).order_by(Event.id)).all()
    assert kinds.count(EventKind.UNSUBSCRIBED) == 1


def test_an_unconfirmed_person_is_confirmed_once(demo, proof):
    with transaction() as session:
        bo = add_person(session, Person("bo@example.test"), [demo], proof, confirmed=False).id
    with transaction() as session:
        assert subscriptions.confirm(session, bo, demo, proof)
        assert not subscriptions.confirm(session, bo, demo, proof)
    assert status(demo, bo) is SubscriptionStatus.CONFIRMED
    assert len(said(bo, ConsentAct.CONFIRMED)) == 1


def test_adding_somebody_who_left_does_not_bring_her_back(demo, amara, proof):
    with transaction() as session:
        subscriptions.unsubscribe(session, amara, [demo], proof)
    with transaction() as session:
        assert not subscriptions.add(session, amara, demo, proof, confirmed=True)
    assert status(demo, amara) is SubscriptionStatus.UNSUBSCRIBED


def test_joining_needs_a_basis_and_a_list_that_is_there(demo, amara, proof):
    with pytest.raises(InvalidInput), transaction() as session:
        subscriptions.add(session, amara, demo, Proof(ConsentWay.TEAM), confirmed=True)
    with pytest.raises(NotFound), transaction() as session:
        subscriptions.add(session, amara, demo + 1000, proof, confirmed=True)


def test_a_letter_takes_its_reader_off_the_lists_it_came_by(demo, other, amara, letter):
    with transaction() as session:
        assert subscriptions.unsubscribe_by_message(session, letter, ONE_CLICK) == (demo,)
    assert status(demo, amara) is SubscriptionStatus.UNSUBSCRIBED
    assert status(other, amara) is SubscriptionStatus.CONFIRMED
    (proof_kept,) = said(amara, ConsentAct.UNSUBSCRIBED)
    assert (proof_kept.message_id, proof_kept.way, proof_kept.ip_address) == (letter, ConsentWay.ONE_CLICK, "192.0.2.7")
    assert "\n" not in proof_kept.user_agent
    with reading() as session:
        event = session.scalars(select(Event).where(Event.kind == EventKind.UNSUBSCRIBED)).one()
        assert (event.message_id, event.campaign_id) == (letter, session.get(Message, letter).campaign_id)


def test_leaving_everything_holds_for_every_list_and_every_import(demo, other, amara, letter, proof):
    with transaction() as session:
        left = subscriptions.unsubscribe_by_message(session, letter, ONE_CLICK, everything=True)
    assert set(left) == {demo, other}
    with reading() as session:
        assert suppressions.is_suppressed(session, suppressions.hash_of("amara@example.test"))
    with pytest.raises(WrongState), transaction() as session:
        subscriptions.resubscribe(session, amara, [demo], proof)


def test_undoing_brings_back_what_was_left_from_that_letter_and_no_more(demo, other, amara, letter, proof):
    with transaction() as session:
        subscriptions.unsubscribe(session, amara, [other], proof)
        subscriptions.unsubscribe_by_message(session, letter, ONE_CLICK, everything=True)
    with transaction() as session:
        assert subscriptions.undo_by_message(session, letter, ONE_CLICK) == (demo,)
    with transaction() as session:
        assert subscriptions.undo_by_message(session, letter, ONE_CLICK) == ()
    assert status(demo, amara) is SubscriptionStatus.CONFIRMED
    assert status(other, amara) is SubscriptionStatus.UNSUBSCRIBED
    with reading() as session:
        assert not suppressions.is_suppressed(session, suppressions.hash_of("amara@example.test"))


def test_undoing_a_day_later_changes_nothing(demo, amara, letter, monkeypatch):
    with transaction() as session:
        subscriptions.unsubscribe_by_message(session, letter, ONE_CLICK)
    later = clock.now() + timedelta(hours=25)
    monkeypatch.setattr("app.services.subscriptions.now", lambda: later)
    with transaction() as session:
        assert subscriptions.undo_by_message(session, letter, ONE_CLICK) == ()
    assert status(demo, amara) is SubscriptionStatus.UNSUBSCRIBED


def test_undoing_does_not_lift_a_complaint(demo, amara, letter):
    with transaction() as session:
        subscriptions.unsubscribe_by_message(session, letter, ONE_CLICK, everything=True)
        suppressions.suppress(
            session, suppressions.hash_of("amara@example.test"), SuppressionReason.COMPLAINT, message_id=letter
        )
    with transaction() as session:
        assert subscriptions.undo_by_message(session, letter, ONE_CLICK) == ()
    assert status(demo, amara) is SubscriptionStatus.UNSUBSCRIBED


def test_an_unconfirmed_person_who_comes_back_is_still_unconfirmed(demo, proof):
    with transaction() as session:
        bo = add_person(session, Person("bo@example.test"), [demo], proof, confirmed=False).id
        subscriptions.unsubscribe(session, bo, None, proof)
        assert subscriptions.resubscribe(session, bo, [demo], proof) == (demo,)
    assert status(demo, bo) is SubscriptionStatus.UNCONFIRMED


def test_a_letter_to_somebody_erased_changes_nothing(demo, amara, letter):
    with transaction() as session:
        erase_person(session, amara)
    with transaction() as session:
        assert subscriptions.unsubscribe_by_message(session, letter, ONE_CLICK, everything=True) == ()
        assert subscriptions.undo_by_message(session, letter, ONE_CLICK) == ()


def test_a_letter_that_is_not_known_is_refused(database):
    with pytest.raises(NotFound), transaction() as session:
        subscriptions.unsubscribe_by_message(session, 4711, ONE_CLICK)
