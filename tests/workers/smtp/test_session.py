"""The conversation alone, without sockets: what is written after each answer."""

import pytest

from app.models.message import Reason
from workers.smtp.actions import Action, AskToBegin, Close, Encrypt, Finished, Letter, Ready, Write, WriteBody
from workers.smtp.outcome import Deferred, Refused, Sent, Unknown, Untouched
from workers.smtp.relay import Relay, StartTls
from workers.smtp.session import Session

LETTER = Letter(7, "bounce+7@news.example.test", "ada@example.test", b"Subject: hello\r\n\r\nHi\r\n")


def begun(relay: Relay | None = None, ehlo: bytes = b"250 hello\r\n") -> Session:
    session = Session(relay or Relay("mail.test"), "me.test")
    session.receive(b"220 hi\r\n")
    assert session.receive(ehlo) == [Ready()]
    return session


def written(actions: list[Action]) -> bytes:
    return b"".join(action.data for action in actions if isinstance(action, Write))


def finished(actions: list[Action]) -> Finished:
    [only] = [action for action in actions if isinstance(action, Finished)]
    return only


def at_data(session: Session) -> list[Action]:
    session.hand_over(LETTER)
    session.receive(b"250 ok\r\n")
    session.receive(b"250 ok\r\n")
    return session.receive(b"354 go\r\n")


def test_a_letter_goes_through_mail_rcpt_data_and_the_dot():
    session = begun()
    assert written(session.hand_over(LETTER)) == b"MAIL FROM:<bounce+7@news.example.test>\r\n"
    assert written(session.receive(b"250 ok\r\n")) == b"RCPT TO:<ada@example.test>\r\n"
    assert written(session.receive(b"250 ok\r\n")) == b"DATA\r\n"
    assert session.receive(b"354 go\r\n") == [AskToBegin(LETTER)]
    [body] = session.begin(allowed=True)
    assert isinstance(body, WriteBody)
    assert body.body == LETTER.body
    assert session.body_left() == 600
    actions = session.receive(b"250 2.0.0 kept\r\n")
    assert actions == [Finished(LETTER, Sent(250, "2.0.0", "kept")), Ready()]


def test_patience_is_that_of_rfc_5321():
    session = Session(Relay("mail.test"), "me.test")
    [ehlo] = session.receive(b"220 hi\r\n")
    session.receive(b"250 hello\r\n")
    [mail] = session.hand_over(LETTER)
    [rcpt] = session.receive(b"250 ok\r\n")
    [data] = session.receive(b"250 ok\r\n")
    session.receive(b"354 go\r\n")
    [body] = session.begin(allowed=True)
    assert [ehlo.patience, mail.patience, rcpt.patience, data.patience, body.patience, session.body_left()] == [
        300,
        300,
        300,
        120,
        180,
        600,
    ]


def test_a_letter_that_may_not_begin_closes_the_connection_without_a_dot():
    session = begun()
    at_data(session)
    assert session.begin(allowed=False) == [Finished(LETTER, Untouched()), Close()]
    assert session.closed


def test_a_refused_recipient_is_followed_by_rset_and_the_next_letter():
    session = begun()
    session.hand_over(LETTER)
    session.receive(b"250 ok\r\n")
    actions = session.receive(b"550 5.1.1 nobody\r\n")
    assert isinstance(finished(actions).outcome, Refused)
    assert written(actions) == b"RSET\r\n"
    assert session.receive(b"250 ok\r\n") == [Ready()]


@pytest.mark.parametrize("step", ["mail", "rcpt", "data"])
def test_a_421_before_the_dot_defers_and_closes(step: str):
    session = begun()
    session.hand_over(LETTER)
    for _ in range(["mail", "rcpt", "data"].index(step)):
        session.receive(b"250 ok\r\n")
    actions = session.receive(b"421 4.3.2 closing\r\n")
    assert isinstance(finished(actions).outcome, Deferred)
    assert actions[-1] == Close()
    assert session.closed


def test_a_rset_that_fails_closes_without_blaming_anybody():
    session = begun()
    session.hand_over(LETTER)
    session.receive(b"450 later\r\n")
    assert session.receive(b"500 what\r\n") == [Close()]


def test_a_server_that_answers_twice_is_not_believed():
    session = begun()
    session.hand_over(LETTER)
    actions = session.receive(b"250 ok\r\n250 ok\r\n")
    assert isinstance(finished(actions).outcome, Deferred)
    assert session.closed


@pytest.mark.parametrize("ahead", [b"250 kept\r\n", b"25"])
def test_an_answer_ahead_of_the_letter_never_counts_as_sent(ahead: bytes):
    session = begun()
    session.hand_over(LETTER)
    session.receive(b"250 ok\r\n")
    session.receive(b"250 ok\r\n")
    actions = session.receive(b"354 go\r\n" + ahead)
    assert isinstance(finished(actions).outcome, Deferred)
    assert session.closed


def test_a_250_before_the_dot_has_left_never_counts_as_sent():
    session = begun()
    at_data(session)
    session.begin(allowed=True)
    assert isinstance(finished(session.receive(b"250 kept\r\n")).outcome, Deferred)


def test_a_5xx_while_the_body_is_still_leaving_is_a_refusal():
    session = begun()
    at_data(session)
    session.begin(allowed=True)
    outcome = finished(session.receive(b"552 5.3.4 too big\r\n")).outcome
    assert isinstance(outcome, Refused)
    assert outcome.reason is Reason.MAILBOX_FULL


def test_a_connection_lost_after_the_dot_is_unknown_and_before_it_deferred():
    for left, kind in ((True, Unknown), (False, Deferred)):
        session = begun()
        at_data(session)
        session.begin(allowed=True)
        if left:
            session.body_left()
        assert isinstance(finished(session.lost("dropped")).outcome, kind)


def test_nonsense_after_the_dot_is_unknown():
    session = begun()
    at_data(session)
    session.begin(allowed=True)
    session.body_left()
    assert isinstance(finished(session.receive(b"HTTP/1.1 200 OK\r\n")).outcome, Unknown)


def test_a_421_right_behind_the_250_leaves_the_letter_sent():
    session = begun()
    at_data(session)
    session.begin(allowed=True)
    session.body_left()
    actions = session.receive(b"250 kept\r\n421 idle too long\r\n")
    assert isinstance(finished(actions).outcome, Sent)
    assert session.closed


def test_the_hundredth_letter_ends_the_connection_politely():
    session = begun(Relay("mail.test", letters=1))
    at_data(session)
    session.begin(allowed=True)
    session.body_left()
    assert written(session.receive(b"250 kept\r\n")) == b"QUIT\r\n"
    assert session.receive(b"221 bye\r\n") == [Close()]


def test_a_name_outside_ascii_is_refused_where_smtputf8_is_not_offered():
    session = begun()
    letter = Letter(1, "a@b.test", "josé@example.test", b"")
    done, then = session.hand_over(letter)
    assert isinstance(done, Finished)
    assert isinstance(done.outcome, Refused)
    assert done.outcome.reason is Reason.SMTPUTF8_UNSUPPORTED
    assert not done.outcome.suppress
    assert then == Ready()


def test_a_name_outside_ascii_travels_where_smtputf8_is_offered():
    session = begun(ehlo=b"250-hi\r\n250 SMTPUTF8\r\n")
    letter = Letter(1, "a@b.test", "josé@example.test", b"")
    assert written(session.hand_over(letter)) == b"MAIL FROM:<a@b.test> SMTPUTF8\r\n"
    assert written(session.receive(b"250 ok\r\n")) == "RCPT TO:<josé@example.test>\r\n".encode()


@pytest.mark.parametrize("address", ["a@b.test>\r\nRCPT TO:<evil@x.test", "a b@c.test", "a<b@c.test", "a\x00@b.test"])
def test_an_address_cannot_carry_commands(address: str):
    session = begun(ehlo=b"250-hi\r\n250 SMTPUTF8\r\n")
    actions = session.hand_over(Letter(1, "s@x.test", address, b""))
    assert isinstance(finished(actions).outcome, Refused)
    assert written(actions) == b""


def test_starttls_is_used_where_offered_and_ehlo_is_said_again():
    session = Session(Relay("mail.test"), "me.test")
    session.receive(b"220 hi\r\n")
    assert written(session.receive(b"250-hi\r\n250 STARTTLS\r\n")) == b"STARTTLS\r\n"
    assert session.receive(b"220 go\r\n") == [Encrypt()]
    assert written(session.encrypted()) == b"EHLO me.test\r\n"
    assert session.receive(b"250 hi\r\n") == [Ready()]


def test_starttls_required_but_not_offered_is_trouble():
    session = Session(Relay("mail.test", starttls=StartTls.REQUIRE), "me.test")
    session.receive(b"220 hi\r\n")
    [close] = session.receive(b"250 hi\r\n")
    assert isinstance(close, Close)
    assert "STARTTLS" in close.trouble


def test_starttls_never_is_not_used_even_where_offered():
    begun(Relay("mail.test", starttls=StartTls.NEVER), ehlo=b"250-hi\r\n250 STARTTLS\r\n")


def test_bytes_behind_the_answer_to_starttls_are_an_attack():
    session = Session(Relay("mail.test"), "me.test")
    session.receive(b"220 hi\r\n")
    session.receive(b"250-hi\r\n250 STARTTLS\r\n")
    actions = session.receive(b"220 go\r\n250 AUTH PLAIN\r\n")
    assert session.closed
    assert isinstance(actions[-1], Close)


def test_a_password_never_travels_in_clear_unless_allowed():
    relay = Relay("mail.test", user="ada", password="pw", starttls=StartTls.OPPORTUNISTIC)
    session = Session(relay, "me.test")
    session.receive(b"220 hi\r\n")
    actions = session.receive(b"250-hi\r\n250 AUTH PLAIN\r\n")
    assert written(actions) == b""
    assert "in clear" in actions[-1].trouble


def test_an_old_server_without_ehlo_is_greeted_with_helo():
    session = Session(Relay("mail.test"), "me.test")
    session.receive(b"220 hi\r\n")
    assert written(session.receive(b"502 what?\r\n")) == b"HELO me.test\r\n"
    assert session.receive(b"250 hi\r\n") == [Ready()]


@pytest.mark.parametrize("said", [b"554 no service\r\n", b"421 busy\r\n", b"garbage\r\n"])
def test_a_bad_greeting_is_trouble_that_names_server_and_words(said: bytes):
    session = Session(Relay("mail.test", 2525), "me.test")
    [close] = session.receive(said)
    assert isinstance(close, Close)
    assert close.trouble.startswith("mail.test:2525, greeting: ")
