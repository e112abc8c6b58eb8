"""One person's timeline tells consent, letters and why a letter did not come, newest first."""

from datetime import timedelta

from app.clock import now
from app.database.session import reading, transaction
from app.models import (
    Article,
    Brand,
    Campaign,
    ConsentAct,
    ConsentWay,
    Event,
    EventKind,
    Exclusion,
    MailingList,
    Message,
    MessageStatus,
    Reason,
    Subscriber,
    SuppressionReason,
)
from app.queries.person_timeline import EntryKind, timeline
from app.services import subscriptions, suppressions
from app.services.subscriptions import Proof


def test_a_timeline_tells_everything_newest_first(database):
    with transaction() as session:
        brand = Brand(name="Clearer Days")
        article = Article(content={})
        session.add_all([brand, article])
        session.flush()
        demo = MailingList(brand_id=brand.id, name="Demo", name_key="demo", public_id="1")
        person = Subscriber(email="bo@example.test", email_key="bo@example.test", address_hash="h" * 32)
        first, second = (
            Campaign(name=name, brand_id=brand.id, article_id=article.id, started_at=now() + timedelta(hours=hours))
            for name, hours in (("First", 1), ("Second", 3))
        )
        session.add_all([demo, person, first, second])
        session.flush()
        letter = Message(
            campaign_id=first.id,
            subscriber_id=person.id,
            address_hash="h" * 32,
            status=MessageStatus.SENT,
            sent_at=now() + timedelta(hours=2),
        )
        session.add_all([letter, Exclusion(campaign_id=second.id, subscriber_id=person.id, reason=Reason.UNSUBSCRIBED)])
        session.flush()
        agreed = Proof(ConsentWay.TEAM, basis="at the fair")
        subscriptions.add(session, person.id, demo.id, agreed, confirmed=True)
        subscriptions.unsubscribe(session, person.id, None, Proof(ConsentWay.ONE_CLICK, message_id=letter.id))
        suppressions.suppress(session, "h" * 32, SuppressionReason.ADDRESS_BAD, message_id=letter.id)
        person_id = person.id
    with reading() as session:
        entries = timeline(session, person_id)
    assert [one.kind for one in entries[:2]] == [EntryKind.LEFT_OUT, EntryKind.LETTER]
    assert (entries[0].campaign_name, entries[0].reason) == ("Second", Reason.UNSUBSCRIBED)
    assert (entries[1].campaign_name, entries[1].status) == ("First", MessageStatus.SENT)
    consents = [one for one in entries if one.kind is EntryKind.CONSENT]
    assert [one.act for one in consents] == [ConsentAct.UNSUBSCRIBED, ConsentAct.CONFIRMED, ConsentAct.ADDED]
    assert (consents[0].campaign_name, consents[0].list_name) == ("First", "Demo")
    assert [one.detail for one in entries if one.kind is EntryKind.FACT] == ["address_bad"]


def test_a_timeline_tells_what_readers_did_by_themselves(database):
    with transaction() as session:
        person = Subscriber(email="bo@example.test", email_key="bo@example.test", address_hash="h" * 32)
        session.add(person)
        session.flush()
        said = {"reason": "too_many", "words": "Every day"}
        session.add(Event(kind=EventKind.REASON_GIVEN, subscriber_id=person.id, facts=said))
        session.add(Event(kind=EventKind.PAUSED, subscriber_id=person.id, facts={"until": "2027-01-31T00:00:00+00:00"}))
        person_id = person.id
    with reading() as session:
        told = {one.fact: (one.detail, one.basis) for one in timeline(session, person_id)}
    assert told == {
        EventKind.REASON_GIVEN: ("too_many", "Every day"),
        EventKind.PAUSED: ("2027-01-31T00:00:00+00:00", ""),
    }
