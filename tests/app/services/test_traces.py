"""Erasure reaches wherever else an address or a reader's own words are written down."""

import pytest
from sqlalchemy import func, select

from app.clock import now
from app.database.session import transaction
from app.models import Event, EventKind, Form, FormWording, Notice, NoticeKind, ReaderRequest, SignUp, Subscriber
from app.models.reader_request import ReaderAct
from app.services.subscribers import erase_person
from tests.factories.subscribers import make_subscriber


@pytest.fixture
def traced(amara, brand) -> int:
    """Amara, who signed up, asked for a new address, moved once, and said why she left."""
    with transaction() as session:
        person = session.get_one(Subscriber, amara)
        form = Form(brand_id=brand, public_id="f", name="Form")
        session.add(form)
        session.flush()
        wording = FormWording(form_id=form.id, version=1, wording="Yes")
        session.add(wording)
        session.flush()
        about_her = {"email": "Amara@Example.Test", "address_hash": person.address_hash}
        session.add(SignUp(form_id=form.id, wording_id=wording.id, **about_her))
        session.add(SignUp(form_id=form.id, wording_id=wording.id, email="bo@example.test", address_hash="h" * 32))
        session.add(
            ReaderRequest(subscriber_id=amara, act=ReaderAct.CHANGE_ADDRESS, brand_id=brand, email="a@new.test")
        )
        said = {"reason": "other", "words": "My mother Amara has died"}
        session.add(Event(kind=EventKind.REASON_GIVEN, subscriber_id=amara, facts=said))
        for kind, email, payload in (
            (NoticeKind.CONFIRM, "AMARA@example.test", {}),
            (NoticeKind.READER_REQUEST, "a@new.test", {}),
            (NoticeKind.READER_REQUEST, "former@example.test", {"subscriber_id": amara}),
            (NoticeKind.READER_REQUEST, "bo@example.test", {"subscriber_id": amara + 1}),
            (NoticeKind.PASSWORD, "amara@example.test", {}),
        ):
            session.add(Notice(kind=kind, email=email, payload=payload, expires_at=now()))
        make_subscriber(session, "bo@example.test")
    return amara


def test_no_letter_and_no_sign_up_tells_the_address_any_more(traced):
    with transaction() as session:
        erase_person(session, traced)
        told = session.scalars(select(Notice.email).order_by(Notice.id)).all()
        assert told == ["", "", "", "bo@example.test", "amara@example.test"]
        assert session.scalars(select(SignUp.email)).all() == ["bo@example.test"]
        assert session.scalar(select(func.count()).select_from(ReaderRequest).where(ReaderRequest.email != "")) == 0


def test_own_words_go_and_the_reason_stays(traced):
    with transaction() as session:
        erase_person(session, traced)
        event = session.scalars(select(Event).where(Event.kind == EventKind.REASON_GIVEN)).one()
        assert event.facts == {"reason": "other", "words": ""}


def test_a_pause_goes_with_the_person(amara):
    with transaction() as session:
        session.get_one(Subscriber, amara).paused_until = now()
        erase_person(session, amara)
        assert session.get_one(Subscriber, amara).paused_until is None
