"""What follows a sign-up: one letter a day, one reminder, nothing for the suppressed, and forgetting."""

import threading
from datetime import timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import select, update

from app.clock import now
from app.database.session import reading, transaction
from app.errors import InvalidInput
from app.models import (
    Consent,
    ConsentAct,
    Form,
    Notice,
    NoticeKind,
    OptIn,
    SignUp,
    Subscriber,
    SubscriptionStatus,
    SuppressionReason,
)
from app.services import sign_ups, suppressions
from app.services.sign_up_limits import WITH_PUZZLE, WITHOUT_PUZZLE, network_of
from app.services.sign_ups import Answers, Taken, Visitor, check_answers
from app.services.subscriptions import subscription_of
from tests.factories.forms import make_sign_up, make_sign_up_form
from tests.factories.mailing_lists import make_list
from tests.factories.subscribers import make_subscriber, subscribe

FIELDS = [
    {"name": "first_name", "label": "First name", "required": True},
    {"name": "town", "label": "Town", "required": False},
]
NADIA = "nadia@example.test"


@pytest.fixture
def form(database) -> Form:
    with transaction() as session:
        return make_sign_up_form(session)


def take(form: Form, email: str = NADIA, *, ip: str = "203.0.113.7", challenge: str | None = None) -> Taken:
    with transaction() as session:
        return sign_ups.take(session, form.id, Answers(email, challenge=challenge), Visitor(ip, "Firefox"))


def weigh_all() -> None:
    with reading() as session:
        waiting = sign_ups.unweighed(session)
    for one in waiting:
        with transaction() as session:
            sign_ups.weigh(session, one)


def notices(kind: NoticeKind = NoticeKind.CONFIRM) -> list[Notice]:
    with reading() as session:
        return list(session.scalars(select(Notice).where(Notice.kind == kind)))


def later(**ago) -> None:
    """Makes everything that was signed up and mailed look that much older."""
    with transaction() as session:
        for row in session.scalars(select(SignUp)):
            row.created_at -= timedelta(**ago)
            row.mailed_at = row.mailed_at and row.mailed_at - timedelta(**ago)


def test_a_sign_up_makes_nobody_a_subscriber_before_it_is_confirmed(form):
    assert take(form) is Taken.KEPT
    weigh_all()
    assert [one.email for one in notices()] == [NADIA]
    with reading() as session:
        assert session.query(Subscriber).count() == 0


def test_an_address_is_written_to_once_a_day(form):
    for n in range(4):
        take(form, ip=f"198.51.{n}.1")
        weigh_all()
    assert len(notices()) == 1
    later(hours=25)
    take(form)
    weigh_all()
    assert len(notices()) == 2


def test_two_workers_at_once_write_to_an_address_once(form):
    for n in range(6):
        take(form, ip=f"198.51.{n}.1")
    with reading() as session:
        waiting = sign_ups.unweighed(session)
    start = threading.Barrier(len(waiting))

    def work(number: int) -> None:
        start.wait()
        with transaction() as session:
            sign_ups.weigh(session, number)

    threads = [threading.Thread(target=work, args=(one,)) for one in waiting]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    assert len(notices()) == 1


def test_an_address_that_never_answers_is_written_to_three_times_a_month(form):
    for _ in range(6):
        take(form)
        weigh_all()
        later(hours=25)
    assert len(notices()) == 3


@pytest.mark.parametrize(
    "reason",
    [SuppressionReason.COMPLAINT, SuppressionReason.BY_HAND, SuppressionReason.LEGAL, SuppressionReason.ADDRESS_BAD],
)
def test_what_others_decided_is_not_undone_by_a_form(form, reason):
    with transaction() as session:
        suppressions.suppress(session, suppressions.hash_of(NADIA), reason)
    assert take(form) is Taken.KEPT
    weigh_all()
    assert notices() == []


@pytest.mark.parametrize("reason", [SuppressionReason.UNSUBSCRIBED, SuppressionReason.ERASED])
def test_whoever_left_everything_is_asked(form, reason):
    with transaction() as session:
        suppressions.suppress(session, suppressions.hash_of(NADIA), reason)
    take(form)
    weigh_all()
    assert len(notices()) == 1


def test_a_form_that_asks_once_subscribes_at_once_with_its_wording_as_proof(form):
    with transaction() as session:
        session.get_one(Form, form.id).opt_in = OptIn.SINGLE
    take(form)
    weigh_all()
    with reading() as session:
        person = session.query(Subscriber).one()
        proofs = session.query(Consent).order_by(Consent.id).all()
    assert person.email == NADIA
    assert [(one.act, one.form_id, one.wording_version, one.asked_at) for one in proofs] == [
        (ConsentAct.ADDED, form.id, 1, None),
        (ConsentAct.CONFIRMED, form.id, 1, None),
    ]
    assert notices() == []


def test_a_form_that_asks_once_asks_by_letter_whoever_left_before(form):
    with transaction() as session:
        row = session.get_one(Form, form.id)
        row.opt_in = OptIn.SINGLE
        person = make_subscriber(session, NADIA)
        [list_id] = sign_ups.confirmations.open_lists(session, form.id)
        subscribe(session, person, session.get_one(type(make_list(session)), list_id), SubscriptionStatus.UNSUBSCRIBED)
    take(form)
    weigh_all()
    assert len(notices()) == 1
    with reading() as session:
        assert subscription_of(session, person.id, list_id).status is SubscriptionStatus.UNSUBSCRIBED


def test_the_same_puzzle_counts_once(form):
    assert take(form, challenge="a" * 64) is Taken.KEPT
    assert take(form, "other@example.test", challenge="a" * 64) is Taken.REPLAYED


@pytest.mark.parametrize(
    ("challenge", "most"), [(None, WITHOUT_PUZZLE.network_hour), ("{:064d}", WITH_PUZZLE.network_hour)]
)
def test_a_network_signs_up_so_many_in_an_hour(form, challenge, most):
    taken = [
        take(form, f"p{n}@d{n}.example", ip=f"192.0.2.{n}", challenge=challenge and challenge.format(n))
        for n in range(most + 1)
    ]
    assert taken == [Taken.KEPT] * most + [Taken.OVER_LIMIT]
    assert take(form, "else@where.example", ip="192.0.3.1", challenge="f" * 64) is Taken.KEPT


def test_a_form_takes_so_many_without_a_puzzle_in_a_minute(form):
    taken = [take(form, f"p{n}@d{n}.example", ip=f"10.{n}.0.1") for n in range(WITHOUT_PUZZLE.form_minute + 1)]
    assert taken[-1] is Taken.OVER_LIMIT
    assert set(taken[:-1]) == {Taken.KEPT}


def test_a_domain_signs_up_so_many_without_a_puzzle_in_an_hour(form):
    with transaction() as session:
        for n in range(WITHOUT_PUZZLE.domain_hour):
            make_sign_up(session, form, f"p{n}@one.example", created_at=now() - timedelta(minutes=30))
    assert take(form, "late@one.example", ip="10.9.0.1") is Taken.OVER_LIMIT
    assert take(form, "else@two.example", ip="10.9.0.1") is Taken.KEPT


@pytest.mark.parametrize(
    ("address", "network"),
    [
        ("203.0.113.77", "203.0.113.0/24"),
        ("2001:db8:1:2:3::9", "2001:db8:1:2::/64"),
        ("::ffff:203.0.113.77", "203.0.113.0/24"),
        ("fe80::1%eth0", "fe80::/64"),
        ("nonsense", ""),
        ("", ""),
    ],
)
def test_a_network_is_a_24_or_a_64(address, network):
    assert network_of(address) == network


def remind_all() -> None:
    with reading() as session:
        late = sign_ups.unreminded(session)
    for one in late:
        with transaction() as session:
            sign_ups.remind(session, one)


def test_whoever_does_not_confirm_is_reminded_once(form):
    take(form)
    weigh_all()
    remind_all()
    assert notices(NoticeKind.CONFIRM_REMINDER) == []
    later(hours=25)
    remind_all()
    remind_all()
    take(form)
    weigh_all()
    later(hours=25)
    remind_all()
    assert len(notices(NoticeKind.CONFIRM_REMINDER)) == 1


def test_nobody_is_reminded_of_what_they_confirmed(form):
    take(form)
    weigh_all()
    later(hours=25)
    with transaction() as session:
        session.execute(update(SignUp).values(confirmed_at=now()))
    remind_all()
    assert notices(NoticeKind.CONFIRM_REMINDER) == []


def test_what_nobody_confirms_is_forgotten_after_a_month_with_its_letters(form):
    with transaction() as session:
        old = make_sign_up(session, form, created_at=now() - timedelta(days=31))
        make_sign_up(session, form, "new@example.test")
        done = now() - timedelta(days=31)
        make_sign_up(session, form, "done@example.test", created_at=done, confirmed_at=done)
    with transaction() as session:
        assert sign_ups.forget_unconfirmed(session, now()) == 1
        assert session.get(SignUp, old.id) is None
        assert session.query(SignUp).count() == 2


def test_answers_keep_only_what_the_form_asks_for():
    answers = check_answers(FIELDS, " Nadia@Example.test ", {"first_name": "Na\ndia", "town": "", "role": "owner"})
    assert answers.email == "Nadia@example.test"
    assert answers.details == {"first_name": "Na dia"}


def test_every_wrong_answer_is_named_at_once():
    with pytest.raises(InvalidInput) as refused:
        check_answers(FIELDS, "nobody", {"first_name": "", "town": "x" * 501})
    assert set(refused.value.fields) == {"email", "first_name", "town"}


@settings(deadline=None)
@given(st.text(), st.dictionaries(st.text(), st.text(max_size=600)), st.text(max_size=600))
def test_whatever_strangers_type_is_kept_tidy_or_refused(email, given_answers, town):
    answers, refused = None, {}
    try:
        answers = check_answers(FIELDS, email, {**given_answers, "town": town})
    except InvalidInput as refusal:
        refused = refusal.fields
    assert set(refused) <= {"email", "first_name", "town"}
    if answers is None:
        return
    assert answers.email.count("@") >= 1
    assert set(answers.details) <= {"first_name", "town"}
    assert all(len(one) <= 500 and "\n" not in one and "\x00" not in one for one in answers.details.values())
