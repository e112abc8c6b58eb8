"""Ways in: a one-time address, a password, an invitation, a forgotten password; and what ends a session."""

import re

import pytest

from app.clock import now
from app.database.session import reading, transaction
from app.models import LinkPurpose, Notice, Role, SignInLink, User
from app.services import passwords, sign_in, users
from tests.app.pages.visitor import Visitor

GOOD = "four plain words in a row"


def set_password(visitor: Visitor, password: str = GOOD) -> None:
    with transaction() as session:
        session.get_one(User, visitor.user.id).password_hash = passwords.hash_password(password)


def make_link(user: User, purpose: LinkPurpose) -> str:
    with transaction() as session:
        return sign_in.make_link(session, user.id, purpose)


def is_signed_in(visitor: Visitor) -> bool:
    return visitor.get("/people").status_code == 200


@pytest.fixture
def first_link(app) -> str:
    with transaction() as session:
        return users.ensure_first_owner(session)


def test_looking_at_a_one_time_address_does_not_use_it_up(stranger, first_link):
    for _time in range(3):
        page = stranger.get(first_link)
        assert page.status_code == 200
        assert "Sign in" in page.text
    assert stranger.client.head(first_link).status_code == 200
    assert not is_signed_in(stranger)
    assert stranger.post(first_link).status_code == 303
    assert is_signed_in(stranger)


def test_a_one_time_address_works_once(app, first_link):
    assert Visitor(app).post(first_link).status_code == 303
    second = Visitor(app)
    assert second.post(first_link).status_code == 404
    assert not is_signed_in(second)
    assert "no longer works" in second.get(first_link).text


def test_the_first_owner_says_who_they_are_and_signs_in_with_that(app, stranger, first_link):
    assert stranger.post(first_link).location == "/welcome"
    facts = {"name": "Olive", "email": "olive@example.test", "password": GOOD, "time_zone": "Europe/Paris"}
    assert stranger.post("/welcome", facts).status_code == 303
    assert is_signed_in(stranger)
    other = Visitor(app)
    assert other.post("/sign-in", {"email": "OLIVE@example.test", "password": GOOD}).status_code == 303
    assert is_signed_in(other)


def test_an_owner_who_has_a_password_is_not_welcomed_again(owner):
    set_password(owner)
    assert owner.get("/welcome").location == "/"


def test_signing_in_gives_a_new_session(app, visit):
    set_password(visit(Role.EDITOR))
    stranger = Visitor(app)
    with stranger.client.session_transaction() as session:
        session["planted"] = "by somebody else"
    assert stranger.post("/sign-in", {"email": "editor@example.test", "password": GOOD}).status_code == 303
    with stranger.client.session_transaction() as session:
        assert "planted" not in session
        assert "csrf_token" not in session or session["csrf_token"] != "a token kept in the session"


def test_a_wrong_password_says_the_same_for_strangers_and_colleagues(app, visit):
    set_password(visit(Role.EDITOR))
    answers = [
        Visitor(app).post("/sign-in", {"email": email, "password": "wrong"})
        for email in ("editor@example.test", "nobody@example.test")
    ]
    texts = [re.sub(r'value="[^"]*"', "", answer.text) for answer in answers]
    assert [answer.status_code for answer in answers] == [422, 422]
    assert texts[0] == texts[1]


def test_the_eleventh_try_in_a_minute_is_slowed_down(app):
    stranger = Visitor(app)
    tries = [stranger.post("/sign-in", {"email": "x@example.test", "password": "x"}).status_code for _ in range(11)]
    assert tries == [422] * 10 + [429]


@pytest.mark.parametrize("foreign", ["https://evil.test/", "//evil.test", "/\\evil.test", "javascript:alert(1)"])
def test_after_signing_in_nobody_is_sent_to_another_site(app, visit, foreign):
    set_password(visit(Role.EDITOR))
    answer = Visitor(app).post("/sign-in", {"email": "editor@example.test", "password": GOOD, "next": foreign})
    assert answer.location == "/"


def test_after_signing_in_the_page_that_was_asked_for_opens(app, visit):
    set_password(visit(Role.EDITOR))
    stranger = Visitor(app)
    assert stranger.get("/lists?x=1").location == "/sign-in?next=/lists?x%3D1"
    asked = {"email": "editor@example.test", "password": GOOD, "next": "/lists?x=1"}
    assert stranger.post("/sign-in", asked).location == "/lists?x=1"


def test_a_forgotten_password_writes_a_letter_only_to_colleagues_and_says_nothing(app, visit):
    visit(Role.EDITOR)
    known, unknown = (
        Visitor(app).post("/sign-in/forgotten", {"email": email}).text.replace(email, "")
        for email in ("editor@example.test", "nobody@example.test")
    )
    assert known == unknown
    with reading() as session:
        assert [one.email for one in session.query(Notice)] == ["editor@example.test"]


def test_a_new_password_ends_every_session_and_does_not_sign_in(app, visit):
    editor = visit(Role.EDITOR)
    assert is_signed_in(editor)
    stranger = Visitor(app)
    answer = stranger.post(make_link(editor.user, LinkPurpose.PASSWORD), {"password": GOOD})
    assert answer.location == "/sign-in"
    assert not is_signed_in(stranger)
    assert not is_signed_in(editor)


def test_a_weak_password_leaves_the_one_time_address_usable(app, visit):
    link = make_link(visit(Role.EDITOR).user, LinkPurpose.PASSWORD)
    stranger = Visitor(app)
    refused = stranger.post(link, {"password": "short"})
    assert refused.status_code == 422
    assert "at least 15 characters" in refused.text
    assert stranger.post(link, {"password": GOOD}).status_code == 303


def test_somebody_invited_chooses_a_name_and_a_password_and_is_in(app, owner):
    owner.post("/settings/team/invite", {"email": "new@example.test", "role": "viewer"})
    with reading() as session:
        path = session.query(Notice).one().payload["url"].removeprefix("http://127.0.0.1:8000")
    stranger = Visitor(app)
    assert "new@example.test" in stranger.get(path).text
    assert stranger.post(path, {"name": "Nova", "password": GOOD}).status_code == 303
    assert is_signed_in(stranger)
    with reading() as session:
        nova = session.query(User).filter_by(email_key="new@example.test").one()
        assert (nova.name, nova.role) == ("Nova", Role.VIEWER)


def test_a_session_in_use_is_renewed_once_a_day_and_not_by_every_answer(owner):
    assert "Set-Cookie" in owner.get("/people").headers
    assert "Set-Cookie" not in owner.get("/people").headers
    assert "Set-Cookie" not in owner.get("/static/favicon.svg", buffered=True).headers
    with owner.client.session_transaction() as session:
        session["renewed"] = "2020-01-01"
    assert "Set-Cookie" not in owner.part("/people").headers
    assert "Set-Cookie" in owner.get("/people").headers


def test_signing_out_ends_the_session(owner):
    assert owner.post("/sign-out").location == "/sign-in"
    assert not is_signed_in(owner)


def test_changing_the_password_keeps_this_session_and_ends_the_others(app, owner):
    set_password(owner)
    elsewhere = Visitor(app, owner.user)
    new = {"current": GOOD, "password": "five other words for tomorrow"}
    assert owner.post("/settings/account/password", new).status_code == 303
    assert is_signed_in(owner)
    assert not is_signed_in(elsewhere)


def test_signing_out_everywhere_keeps_this_session(app, owner):
    elsewhere = Visitor(app, owner.user)
    owner.post("/settings/account/sign-out-everywhere")
    assert is_signed_in(owner)
    assert not is_signed_in(elsewhere)


def test_a_removed_colleague_is_out_at_once(owner, visit):
    editor = visit(Role.EDITOR)
    assert is_signed_in(editor)
    owner.post(f"/settings/team/{editor.user.id}/remove")
    assert not is_signed_in(editor)


def test_an_old_link_says_so_and_offers_a_way_on(app, visit):
    link = make_link(visit(Role.EDITOR).user, LinkPurpose.SIGN_IN)
    with transaction() as session:
        session.query(SignInLink).one().expires_at = now()
    page = Visitor(app).get(link)
    assert page.status_code == 404
    assert "/sign-in/forgotten" in page.text
