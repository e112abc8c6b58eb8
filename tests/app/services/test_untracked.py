"""People, lists and brands that are not to be counted get bare letters, and what was sent can be shown."""

import pytest
from sqlalchemy import select, update

from app.clock import now
from app.database.session import transaction
from app.errors import InvalidInput
from app.models import (
    AuditEntry,
    Brand,
    Campaign,
    CampaignStatus,
    Link,
    MailingList,
    Message,
    Subscriber,
    Tracking,
    Variant,
)
from app.services.audience import freeze_page
from app.services.leases import lease_chunk
from app.services.letters import campaign_hash, compile_campaign, load_compiled
from app.services.untracked import set_brand_tracking, set_list_counted, set_person_counted
from app.urls import letter_links
from emails.content import Recipient
from emails.render.personalise import render_letter
from tests.factories.ready import make_ready

BASE = "http://127.0.0.1:8000"


@pytest.fixture
def ready(database) -> int:
    with transaction() as session:
        return make_ready(session)[0].id


def freeze(campaign_id: int) -> None:
    with transaction() as session:
        values = {"status": CampaignStatus.PREPARING, "approved_hash": campaign_hash(session, campaign_id)}
        session.execute(update(Campaign).where(Campaign.id == campaign_id).values(**values))
    with transaction() as session:
        assert compile_campaign(session, campaign_id)
        while freeze_page(session, campaign_id):
            pass


def lease_labels(campaign_id: int) -> list[str]:
    """The sides that the people of a leased chunk are given, in order; the rows say the same."""
    with transaction() as session:
        leased = lease_chunk(session, campaign_id, owner="w", host="h", lease_seconds=60)
        labels = dict(session.execute(select(Variant.id, Variant.label)).all())
        kept = session.scalars(select(Message.variant_id).order_by(Message.id)).all()
        assert kept == [row.variant_id for row in leased.rows]
        assert set(leased.envelopes) == set(labels)
        return [labels[row.variant_id] for row in leased.rows]


def test_everybody_is_counted_unless_somebody_says_otherwise(ready):
    freeze(ready)
    assert lease_labels(ready) == ["A", "A", "A"]


def test_a_person_who_is_not_to_be_counted_gets_the_bare_letter_even_when_said_after_the_freeze(ready):
    freeze(ready)
    with transaction() as session:
        person = session.scalars(select(Message.subscriber_id).order_by(Message.id)).all()[1]
        set_person_counted(session, person, counted=False)
    assert lease_labels(ready) == ["A", "A bare", "A"]


def test_people_of_an_uncounted_list_get_the_bare_letter(ready):
    freeze(ready)
    with transaction() as session:
        set_list_counted(session, session.scalars(select(MailingList.id)).one(), counted=False)
    assert lease_labels(ready) == ["A bare"] * 3


def test_the_bare_letter_leads_nowhere_through_us_and_asks_for_no_picture(ready):
    freeze(ready)
    with transaction() as session:
        sides = {one.label: load_compiled(session, one.id) for one in session.scalars(select(Variant))}
    shown = {
        label: render_letter(one, Recipient("a@example.test"), letter_links(7, BASE)) for label, one in sides.items()
    }
    token = letter_links(7, BASE).track_token
    assert f"{BASE}/o/{token}.gif" in shown["A"].html
    assert f"/{token}" in shown["A"].text
    for part in (shown["A bare"].html, shown["A bare"].text):
        assert token not in part
        assert "https://example.test/find" in part


def test_a_brand_that_counts_nothing_has_only_the_bare_letter_and_no_numbered_link(ready):
    with transaction() as session:
        set_brand_tracking(session, session.scalars(select(Brand.id)).one(), "off")
    freeze(ready)
    assert lease_labels(ready) == ["A bare"] * 3
    with transaction() as session:
        assert session.scalars(select(Link)).all() == []


def test_a_letter_of_a_brand_that_wants_totals_says_so(ready):
    with transaction() as session:
        set_brand_tracking(session, session.scalars(select(Brand.id)).one(), "totals")
    freeze(ready)
    with transaction() as session:
        kept = dict(session.execute(select(Variant.label, Variant.tracking)).all())
    assert kept == {"A": Tracking.TOTALS, "A bare": Tracking.OFF}


def test_an_approval_falls_when_the_brand_counts_otherwise(ready):
    with transaction() as session:
        before = campaign_hash(session, ready)
        set_brand_tracking(session, session.scalars(select(Brand.id)).one(), "totals")
        assert campaign_hash(session, ready) != before


def test_a_choice_that_is_none_of_ours_is_refused_with_the_cure(ready):
    with transaction() as session, pytest.raises(InvalidInput) as refused:
        set_brand_tracking(session, session.scalars(select(Brand.id)).one(), "everything")
    assert "tracking" in refused.value.fields


def test_asking_twice_keeps_the_first_time_and_each_is_in_the_audit(ready):
    with transaction() as session:
        person = session.scalars(select(Subscriber)).first()
        set_person_counted(session, person.id, counted=False)
        first = person.untracked_at
        set_person_counted(session, person.id, counted=False)
        assert person.untracked_at == first <= now()
        set_person_counted(session, person.id, counted=True)
        assert person.untracked_at is None
        acts = session.scalars(select(AuditEntry.act).order_by(AuditEntry.id)).all()
    assert acts[-3:] == ["person.uncounted", "person.uncounted", "person.counted"]
