"""The second step: it makes a person a subscriber with both steps proven, once, and undoes only what was theirs."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from app.clock import now
from app.database.session import reading, transaction
from app.errors import NotFound
from app.models import (
    Consent,
    ConsentAct,
    Event,
    EventKind,
    Form,
    MailingList,
    Notice,
    NoticeKind,
    SignUp,
    Subscriber,
    Subscription,
    SubscriptionStatus,
    SuppressionReason,
)
from app.services import confirmations, suppressions
from app.services.confirmations import Outcome, Press
from app.services.forms import FormDetails, edit_form
from tests.factories.brands import make_brand
from tests.factories.forms import WORDING, make_sign_up, make_sign_up_form
from tests.factories.mailing_lists import make_list
from tests.factories.subscribers import make_subscriber, subscribe

NADIA = "nadia@example.test"
PRESS = Press("198.51.100.9", "Safari")


@pytest.fixture
def house(database) -> tuple[Form, MailingList, MailingList]:
    with transaction() as session:
        brand = make_brand(session)
        readers, weekend = make_list(session, brand), make_list(session, brand)
        form = make_sign_up_form(session, readers, weekend, brand=brand)
        return form, readers, weekend


def sign_up(form: Form, **given) -> int:
    with transaction() as session:
        return make_sign_up(session, form, NADIA, **given).id


def confirm(number: int) -> Outcome:
    with transaction() as session:
        return confirmations.confirm(session, number, PRESS)


def all_of(model) -> list:
    with reading() as session:
        return list(session.scalars(select(model).order_by(model.id)))


def test_confirming_makes_a_subscriber_on_every_list_of_the_form(house):
    form, readers, weekend = house
    number = sign_up(form, details={"first_name": "Nadia", "town": "Lyon"}, language="fr")
    assert confirm(number) is Outcome.DONE
    [person] = all_of(Subscriber)
    assert (person.email, person.first_name, person.language, person.fields) == (NADIA, "Nadia", "fr", {"town": "Lyon"})
    assert {(one.list_id, one.status) for one in all_of(Subscription)} == {
        (readers.id, SubscriptionStatus.CONFIRMED),
        (weekend.id, SubscriptionStatus.CONFIRMED),
    }


def test_both_steps_are_proven_with_wording_version_times_and_places(house):
    form = house[0]
    asked_at = now() - timedelta(hours=3)
    confirm(sign_up(form, created_at=asked_at, user_agent="Firefox"))
    added, confirmed = (one for one in all_of(Consent) if one.list_id == house[1].id)
    assert (added.act, added.basis, added.wording_version, added.form_id) == (ConsentAct.ADDED, WORDING, 1, form.id)
    assert (added.ip_address, added.user_agent, added.asked_at) == ("203.0.113.7", "Firefox", asked_at)
    assert (confirmed.act, confirmed.ip_address, confirmed.user_agent) == (ConsentAct.CONFIRMED, *PRESS_FACTS)
    assert (confirmed.asked_at, confirmed.basis) == (asked_at, WORDING)
    assert {one.kind for one in all_of(Event)} == {EventKind.ADDED, EventKind.CONFIRMED}


PRESS_FACTS = (PRESS.ip_address, PRESS.user_agent)


def test_the_proof_names_the_wording_that_was_shown_and_not_a_later_one(house):
    form = house[0]
    number = sign_up(form)
    with transaction() as session:
        edit_form(session, form.id, FormDetails("Website", "Another wording", [house[1].id, house[2].id]))
    confirm(number)
    assert {(one.basis, one.wording_version) for one in all_of(Consent)} == {(WORDING, 1)}


def test_confirming_again_changes_nothing_even_after_leaving(house):
    number = sign_up(house[0])
    confirm(number)
    with transaction() as session:
        for one in session.scalars(select(Subscription)):
            one.status = SubscriptionStatus.UNSUBSCRIBED
    before = [len(all_of(model)) for model in (Consent, Event, Notice)]
    assert confirm(number) is Outcome.DONE
    assert [len(all_of(model)) for model in (Consent, Event, Notice)] == before
    assert {one.status for one in all_of(Subscription)} == {SubscriptionStatus.UNSUBSCRIBED}


def test_a_known_person_keeps_what_we_knew_and_gaps_are_filled(house):
    with transaction() as session:
        make_subscriber(session, NADIA, first_name="Nadège", fields={"town": "Paris"})
    confirm(sign_up(house[0], details={"first_name": "N", "last_name": "Roux", "town": "Lyon", "field": "x"}))
    [person] = all_of(Subscriber)
    assert (person.first_name, person.last_name) == ("Nadège", "Roux")
    assert person.fields == {"town": "Paris", "field": "x"}


def test_whoever_left_comes_back_with_both_steps(house):
    form, readers, _weekend = house
    with transaction() as session:
        person = make_subscriber(session, NADIA)
        row = subscribe(session, person, readers)
        row.status, row.unsubscribed_at = SubscriptionStatus.UNSUBSCRIBED, now()
    confirm(sign_up(form))
    acts = [one.act for one in all_of(Consent) if one.list_id == readers.id]
    assert acts == [ConsentAct.RESUBSCRIBED, ConsentAct.CONFIRMED]
    assert {one.status for one in all_of(Subscription)} == {SubscriptionStatus.CONFIRMED}


@pytest.mark.parametrize("reason", [SuppressionReason.UNSUBSCRIBED, SuppressionReason.ERASED])
def test_a_fresh_consent_lifts_what_its_owner_once_asked_for(house, reason):
    with transaction() as session:
        suppressions.suppress(session, suppressions.hash_of(NADIA), reason)
    assert confirm(sign_up(house[0])) is Outcome.DONE
    with reading() as session:
        assert not suppressions.is_suppressed(session, suppressions.hash_of(NADIA))


@pytest.mark.parametrize("reason", [SuppressionReason.COMPLAINT, SuppressionReason.LEGAL, SuppressionReason.BY_HAND])
def test_what_others_decided_stands(house, reason):
    with transaction() as session:
        suppressions.suppress(session, suppressions.hash_of(NADIA), reason)
    assert confirm(sign_up(house[0])) is Outcome.NOT_POSSIBLE
    assert all_of(Subscriber) == []


def test_after_seven_days_it_is_too_late(house):
    assert confirm(sign_up(house[0], created_at=now() - timedelta(days=7, minutes=1))) is Outcome.TOO_LATE
    assert confirm(sign_up(house[0], created_at=now() - timedelta(days=6, hours=23))) is Outcome.DONE


def test_a_forgotten_sign_up_is_not_found(house):
    with pytest.raises(NotFound):
        confirm(4711)


def test_a_list_that_was_put_away_is_left_out(house):
    form, readers, weekend = house
    number = sign_up(form)
    with transaction() as session:
        session.get_one(MailingList, weekend.id).archived_at = now()
    assert confirm(number) is Outcome.DONE
    assert [one.list_id for one in all_of(Subscription)] == [readers.id]


def test_a_confirmed_sign_up_no_longer_tells_who_it_was(house):
    confirm(sign_up(house[0], details={"first_name": "Nadia"}))
    [row] = all_of(SignUp)
    assert (row.email, row.domain, row.details, row.ip_address) == ("", "", {}, "")


def test_a_welcome_letter_goes_once_where_the_form_has_one(house):
    form = house[0]
    with transaction() as session:
        row = session.get_one(Form, form.id)
        row.welcome_subject, row.welcome_text = "Welcome", "Good that you are here."
    first, second = sign_up(form), sign_up(form)
    confirm(first)
    confirm(second)
    assert [(one.kind, one.email) for one in all_of(Notice)] == [(NoticeKind.WELCOME, NADIA)]
