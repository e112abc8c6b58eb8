"""The team: one-time addresses, passwords, locks, and always one owner."""

from datetime import timedelta

import pytest
from sqlalchemy import func, select

from app import clock
from app.database.session import reading, transaction
from app.errors import InvalidInput, NotFound, WrongState
from app.models import AuditEntry, LinkPurpose, Notice, NoticeKind, Role, SignInLink, User
from app.services import passwords, sign_in, users

GOOD = "warm bread on a Sunday"
BASE = "https://news.example.test"


def create(email="ada@example.test", role=Role.OWNER, password=GOOD):
    with transaction() as session:
        user_id = users.create_user(session, email, role=role).id
        if password:
            users.choose_password(session, user_id, password)
    return user_id


def enter(email, password):
    with reading() as session:
        attempt = sign_in.check_password(session, email, password)
    with transaction() as session:
        return sign_in.record_attempt(session, attempt)


def token_of(path):
    assert path.startswith("/sign-in/")
    return path.removeprefix("/sign-in/")


def notices():
    with reading() as session:
        return session.scalars(select(Notice).order_by(Notice.id)).all()


def later(monkeypatch, **by):
    moment = clock.now() + timedelta(**by)
    monkeypatch.setattr("app.services.sign_in.now", lambda: moment)


def test_a_fresh_house_gives_one_way_in_until_somebody_came(database):
    with transaction() as session:
        first = users.ensure_first_owner(session)
    with transaction() as session:
        second = users.ensure_first_owner(session)
    assert first != second
    with pytest.raises(NotFound), transaction() as session:
        sign_in.use_link(session, token_of(first))
    with transaction() as session:
        owner, purpose = sign_in.use_link(session, token_of(second))
        assert (owner.role, purpose) == (Role.OWNER, LinkPurpose.SIGN_IN)
    with transaction() as session:
        assert users.ensure_first_owner(session) is None


def test_a_house_with_a_team_gives_no_way_in(database):
    create(password="")
    with transaction() as session:
        assert users.ensure_first_owner(session) is None


def test_a_one_time_address_lets_in_once_and_looking_does_not_use_it_up(database):
    user_id = create()
    with transaction() as session:
        token = token_of(sign_in.make_link(session, user_id, LinkPurpose.SIGN_IN))
    for _ in range(3):
        with reading() as session:
            assert sign_in.look_at_link(session, token)[0].id == user_id
    with transaction() as session:
        assert sign_in.use_link(session, token)[0].id == user_id
    with pytest.raises(NotFound, match="used already"), transaction() as session:
        sign_in.use_link(session, token)


def test_the_token_itself_is_not_kept(database):
    user_id = create()
    with transaction() as session:
        token = token_of(sign_in.make_link(session, user_id, LinkPurpose.SIGN_IN))
    with reading() as session:
        kept = session.scalars(select(SignInLink)).one()
    assert token not in kept.token_hash
    assert len(kept.token_hash) == 64


@pytest.mark.parametrize(
    ("purpose", "hours"), [(LinkPurpose.SIGN_IN, 24), (LinkPurpose.PASSWORD, 24), (LinkPurpose.INVITATION, 7 * 24)]
)
def test_a_one_time_address_ends(database, monkeypatch, purpose, hours):
    user_id = create()
    with transaction() as session:
        token = token_of(sign_in.make_link(session, user_id, purpose))
    later(monkeypatch, hours=hours - 1)
    with reading() as session:
        sign_in.look_at_link(session, token)
    later(monkeypatch, hours=hours + 1)
    with pytest.raises(NotFound), transaction() as session:
        sign_in.use_link(session, token)


@pytest.mark.parametrize("token", ["", "x", "é" * 43, "\x00", "a" * 10_000, "\ud800"])
def test_a_token_nobody_made_is_refused(database, token):
    with pytest.raises(NotFound), transaction() as session:
        sign_in.use_link(session, token)


@pytest.mark.parametrize("email", ["ada@example.test", "ADA@Example.TEST", " ada@example.test "])
def test_the_right_password_lets_in(database, email):
    user_id = create()
    assert enter(email, GOOD).id == user_id


@pytest.mark.parametrize(("email", "password"), [("ada@example.test", "wrong"), ("bo@example.test", GOOD), ("", "")])
def test_a_wrong_pair_lets_nobody_in(database, email, password):
    create()
    assert enter(email, password) is None


def test_someone_without_a_password_cannot_come_in_with_an_empty_one(database):
    create(password="")
    assert enter("ada@example.test", "") is None


def test_ten_failures_lock_an_account_for_a_quarter_of_an_hour(database, monkeypatch):
    create()
    for _ in range(10):
        assert enter("ada@example.test", "wrong") is None
    assert enter("ada@example.test", GOOD) is None
    later(monkeypatch, minutes=14)
    assert enter("ada@example.test", GOOD) is None
    later(monkeypatch, minutes=16)
    assert enter("ada@example.test", GOOD) is not None


def test_coming_in_forgets_earlier_failures(database):
    create()
    for _ in range(3):
        for _ in range(9):
            enter("ada@example.test", "wrong")
        assert enter("ada@example.test", GOOD) is not None


@pytest.mark.parametrize(
    "password", ["short", "x" * 201, "a" * 20, "passwordpassword", "ada@example.test", "qwertyqwerty1234567"]
)
def test_a_password_that_is_guessed_first_is_refused(password):
    with pytest.raises(InvalidInput) as refusal:
        passwords.check_strength(password, email="ada@example.test")
    assert set(refusal.value.fields) == {"password"}


@pytest.mark.parametrize(
    "password", [GOOD, "fifteen letters", "x" * 100 + "wörter für später", "ひらがなとカタカナと漢字を使う言葉"]
)
def test_long_and_foreign_passwords_are_fine(password):
    passwords.check_strength(password, email="ada@example.test")
    assert passwords.is_right(passwords.hash_password(password), password)


def test_a_weak_password_is_not_set(database):
    user_id = create()
    with pytest.raises(InvalidInput), transaction() as session:
        users.choose_password(session, user_id, "short")
    assert enter("ada@example.test", GOOD) is not None


def test_a_new_password_ends_every_session_and_every_other_address(database):
    user_id = create()
    with transaction() as session:
        epoch = users.get_user(session, user_id).sign_in_epoch
        token = token_of(sign_in.make_link(session, user_id, LinkPurpose.PASSWORD))
        assert users.find_signed_in(session, user_id, epoch) is not None
    with pytest.raises(InvalidInput, match="current"), transaction() as session:
        users.change_password(session, user_id, current="wrong", new="cold rain in November")
    with transaction() as session:
        renewed = users.change_password(session, user_id, current=GOOD, new="cold rain in November").sign_in_epoch
    with reading() as session:
        assert users.find_signed_in(session, user_id, epoch) is None
        assert users.find_signed_in(session, user_id, renewed) is not None
        with pytest.raises(NotFound):
            sign_in.look_at_link(session, token)
    assert enter("ada@example.test", GOOD) is None


def test_an_invitation_is_mailed_with_its_one_time_address(database):
    with transaction() as session:
        users.invite(session, "bo@example.test", role=Role.EDITOR, base_url=BASE)
    (letter,) = notices()
    assert (letter.kind, letter.email) == (NoticeKind.INVITATION, "bo@example.test")
    token = token_of(letter.payload["url"].removeprefix(BASE))
    with reading() as session:
        user, purpose = sign_in.look_at_link(session, token)
    assert (user.email, user.role, purpose) == ("bo@example.test", Role.EDITOR, LinkPurpose.INVITATION)


def test_a_second_invitation_ends_the_first(database):
    with transaction() as session:
        user_id = users.invite(session, "bo@example.test", role=Role.EDITOR, base_url=BASE).id
    with transaction() as session:
        users.invite_again(session, user_id, base_url=BASE)
    first, second = (token_of(one.payload["url"].removeprefix(BASE)) for one in notices())
    with reading() as session:
        sign_in.look_at_link(session, second)
        with pytest.raises(NotFound):
            sign_in.look_at_link(session, first)


def test_a_forgotten_password_is_answered_by_mail_to_people_here_and_leaves_nothing_of_strangers(database):
    create()
    for email in ("ADA@example.test", "stranger@example.test", "no address", "x" * 5000):
        with transaction() as session:
            users.forgot_password(session, email, base_url=BASE)
    assert [(one.kind, one.email) for one in notices()] == [(NoticeKind.PASSWORD, "ada@example.test")]
    with reading() as session:
        assert session.scalars(select(func.count()).select_from(User)).one() == 1
        assert session.scalars(select(func.count()).select_from(SignInLink)).one() == 1
        asked = session.scalars(select(AuditEntry).where(AuditEntry.act == "user.password_asked")).all()
    assert len(asked) == 4


def test_nobody_is_buried_in_password_letters(database):
    create()
    for _ in range(8):
        with transaction() as session:
            users.forgot_password(session, "ada@example.test", base_url=BASE)
    assert len(notices()) == 3


def test_the_last_owner_stays(database):
    owner, editor = create(), create("bo@example.test", Role.EDITOR)
    for act in (users.remove_user, lambda session, one: users.change_role(session, one, Role.EDITOR)):
        with pytest.raises(WrongState, match="last owner"), transaction() as session:
            act(session, owner)
    with transaction() as session:
        users.change_role(session, editor, Role.OWNER)
        users.remove_user(session, owner)
    with reading() as session:
        assert [one.id for one in users.team(session)] == [editor]


def test_somebody_removed_is_out_at_once_and_can_be_taken_in_anew(database):
    create()
    gone = create("bo@example.test", Role.EDITOR)
    with transaction() as session:
        epoch = users.get_user(session, gone).sign_in_epoch
        token = token_of(sign_in.make_link(session, gone, LinkPurpose.SIGN_IN))
        users.remove_user(session, gone)
        assert users.find_signed_in(session, gone, epoch) is None
    assert enter("bo@example.test", GOOD) is None
    with pytest.raises(NotFound), transaction() as session:
        sign_in.use_link(session, token)
    with transaction() as session:
        back = users.create_user(session, "BO@example.test", role=Role.VIEWER)
        assert (back.id, back.role, back.password_hash) == (gone, Role.VIEWER, "")


def test_two_people_do_not_share_an_address(database):
    create()
    with pytest.raises(InvalidInput, match="already"), transaction() as session:
        users.create_user(session, "Ada@example.test", role=Role.VIEWER)


def test_the_first_owner_gives_an_address_and_a_time_zone(database):
    with transaction() as session:
        owner, _ = sign_in.use_link(session, token_of(users.ensure_first_owner(session)))
        users.edit_profile(session, owner.id, name="Ada", email="Ada@example.test", time_zone="Europe/Paris")
    with reading() as session:
        assert sign_in.find_user(session, "ada@example.test").time_zone == "Europe/Paris"
