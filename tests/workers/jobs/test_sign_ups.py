"""The job that works off sign-ups, from the press to the letter that leaves."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from app.clock import now
from app.config import Settings
from app.database.session import reading, transaction
from app.models import FormList, Notice, NoticeKind, ReaderAct, ReaderRequest, SignUp
from tests.factories.brands import make_brand, make_sender
from tests.factories.forms import make_sign_up, make_sign_up_form
from tests.factories.mailing_lists import make_list
from tests.factories.subscribers import make_subscriber
from tests.fakes.smtp_server import smtp_server
from workers import runtime
from workers.jobs.notices import send_due
from workers.jobs.sign_ups import work_off


@pytest.fixture
def form(database: Settings):
    with smtp_server() as server:
        runtime.use_settings(database.model_copy(update={"smtp_url": f"smtp://127.0.0.1:{server.port}"}))
        with transaction() as session:
            brand = make_brand(session)
            make_sender(session, brand, email="news@salt.example")
            form = make_sign_up_form(session, make_list(session, brand), brand=brand)
        form.server = server
        yield form


def test_a_sign_up_becomes_one_letter_that_leaves(form):
    with transaction() as session:
        make_sign_up(session, form)
    work_off()
    work_off()
    send_due()
    [letter] = form.server.accepted
    assert letter.recipient == "nadia@example.test"
    assert b"/confirm/" in letter.body
    assert b"news@salt.example" in letter.body


def test_one_that_cannot_be_decided_holds_up_no_other(form):
    with transaction() as session:
        make_sign_up(session, form, "x" * 70 + "@example.test", list_ids=[])
        make_sign_up(session, form)
        session.query(FormList).delete()
    work_off()
    with reading() as session:
        assert all(row.weighed_at for row in session.scalars(select(SignUp)))


def test_reminders_and_forgetting_are_part_of_it(form):
    with transaction() as session:
        day_ago = now() - timedelta(hours=25)
        make_sign_up(session, form, created_at=day_ago, weighed_at=day_ago, mailed_at=day_ago)
        old = now() - timedelta(days=31)
        make_sign_up(session, form, "old@example.test", created_at=old, weighed_at=old)
    work_off()
    with reading() as session:
        assert [one.kind for one in session.scalars(select(Notice))] == [NoticeKind.CONFIRM_REMINDER]
        assert [one.email for one in session.scalars(select(SignUp))] == ["nadia@example.test"]


def test_wishes_of_more_than_a_month_ago_are_forgotten_with_it(form):
    with transaction() as session:
        person = make_subscriber(session)
        for days in (31, 29):
            at = now() - timedelta(days=days)
            wish = {"act": ReaderAct.CHANGE_ADDRESS, "brand_id": form.brand_id, "email": f"new{days}@example.test"}
            session.add(ReaderRequest(subscriber_id=person.id, created_at=at, **wish))
    work_off()
    with reading() as session:
        assert list(session.scalars(select(ReaderRequest.email))) == ["new29@example.test"]
