"""Mail to whoever made a campaign: when it is held, when it has ended, once each, and what it says."""

from email import message_from_bytes, policy
from email.message import EmailMessage

import pytest
from sqlalchemy import select

from app.clock import now
from app.database.session import transaction
from app.models import Campaign, HoldCause, Message, MessageStatus, Notice, NoticeKind, Role, User
from app.services.campaign_news import tell_news
from app.services.delivery import Outcome, finish_if_balanced, record_outcomes
from app.services.holds import hold
from app.services.leases import give_back, lease_chunk
from app.services.notice_letters import compose_notice_letter
from app.services.retries import send_unknown_again
from app.services.users import FIRST_OWNER
from tests.factories.campaigns import make_sending
from tests.factories.mailing_lists import make_list
from tests.factories.subscribers import make_confirmed

_S = MessageStatus


@pytest.fixture
def team(database) -> dict[str, int]:
    """Two owners and an editor, each with an id."""
    with transaction() as session:
        users = {
            name: User(email=f"{name}@example.test", email_key=name, name=name.title(), role=role)
            for name, role in (("ada", Role.OWNER), ("bea", Role.OWNER), ("eve", Role.EDITOR))
        }
        session.add_all(users.values())
        session.flush()
        return {name: user.id for name, user in users.items()}


@pytest.fixture
def leaving(team) -> int:
    """A campaign of the editor's, to 3 people."""
    with transaction() as session:
        readers = make_list(session)
        make_confirmed(session, readers, 3)
        return make_sending(session, readers, name="Water in winter", created_by_id=team["eve"]).id


def end(campaign_id: int, *statuses: MessageStatus) -> None:
    with transaction() as session:
        held = lease_chunk(session, campaign_id, owner="w", host="h", lease_seconds=60)
        outcomes = [Outcome(row.message_id, one, now(), 1) for row, one in zip(held.rows, statuses, strict=True)]
        record_outcomes(session, held.lease, outcomes)
        give_back(session, held.lease)
        assert finish_if_balanced(session, campaign_id)


def put_on_hold(campaign_id: int) -> None:
    with transaction() as session:
        campaign = session.get_one(Campaign, campaign_id)
        hold(session, campaign, HoldCause.RELAY, "smtp.example.test refuses the password. Correct SMTP_URL.")


def news() -> int:
    with transaction() as session:
        return tell_news(session)


def letters() -> list[tuple[NoticeKind, str]]:
    with transaction() as session:
        return [(one.kind, one.email) for one in session.scalars(select(Notice).order_by(Notice.id))]


def newest_letter() -> EmailMessage:
    with transaction() as session:
        newest = session.scalars(select(Notice.id).order_by(Notice.id.desc()).limit(1)).one()
        _sender, _to, data = compose_notice_letter(session, newest)
    return message_from_bytes(data, policy=policy.default)


def test_whoever_made_a_campaign_is_told_once_that_it_is_held(leaving):
    assert news() == 0
    put_on_hold(leaving)
    assert (news(), news()) == (1, 0)
    assert letters() == [(NoticeKind.CAMPAIGN_HELD, "eve@example.test")]


def test_the_letter_about_a_hold_names_the_reason_its_cure_and_the_page(leaving):
    put_on_hold(leaving)
    news()
    letter = newest_letter()
    assert letter["Subject"] == "Held, it needs you: Water in winter"
    text = letter.get_body(("plain",)).get_content()
    assert "Hello Eve," in text
    assert "Correct SMTP_URL." in text
    assert f"http://127.0.0.1:8000/campaigns/{leaving}" in text


def test_the_letter_about_the_end_keeps_the_books(leaving):
    end(leaving, _S.SENT, _S.REFUSED, _S.UNKNOWN)
    assert news() == 1
    letter = newest_letter()
    assert letter["Subject"] == "Sent: Water in winter"
    text = " ".join(letter.get_body(("plain",)).get_content().split())
    assert "1 of 3 letters were accepted by their mail servers." in text
    assert "Of the rest: 1 refused, 1 of unknown fate." in text
    assert "3 people looked at = 3 letters + 0 left out." in text
    assert f"Report: http://127.0.0.1:8000/campaigns/{leaving}" in text


def test_every_owner_is_told_where_whoever_made_it_is_gone(leaving, team):
    with transaction() as session:
        session.get_one(User, team["eve"]).removed_at = now()
    put_on_hold(leaving)
    assert news() == 2
    assert [email for _kind, email in letters()] == ["ada@example.test", "bea@example.test"]


def test_the_first_starts_owner_gets_no_mail_before_there_is_a_mailbox(leaving, team):
    with transaction() as session:
        session.get_one(Campaign, leaving).created_by_id = None
        session.get_one(User, team["ada"]).email = FIRST_OWNER
        session.get_one(User, team["bea"]).role = Role.EDITOR
    put_on_hold(leaving)
    assert (news(), news()) == (0, 0)


def test_a_campaign_that_ends_again_is_told_again(leaving):
    end(leaving, _S.SENT, _S.SENT, _S.UNKNOWN)
    assert news() == 1
    with transaction() as session:
        send_unknown_again(session, leaving)
    assert news() == 0
    end(leaving, _S.SENT)
    assert news() == 1
    with transaction() as session:
        assert session.scalars(select(Message.status).distinct()).all() == [_S.SENT]


def test_the_news_leaves_within_two_days_or_not_at_all(leaving):
    put_on_hold(leaving)
    news()
    with transaction() as session:
        notice = session.scalars(select(Notice)).one()
        assert round((notice.expires_at - notice.created_at).total_seconds()) == 2 * 24 * 3600
