"""The reply table of sending, cell by cell."""

from datetime import timedelta

import pytest

from app.models.message import Reason
from workers.smtp.outcome import Deferred, Refused, Sent, Unknown, Untouched
from workers.smtp.replies import Stage, judge, judge_lost, next_try
from workers.smtp.reply import Reply, ReplyReader


def reply(text: str) -> Reply:
    [only] = ReplyReader().feed(text.encode() + b"\r\n")
    return only


def test_a_250_after_the_dot_is_sent():
    assert judge(Stage.DOT, reply("250 2.0.0 queued as 4XyZ")) == Sent(250, "2.0.0", "queued as 4XyZ")


@pytest.mark.parametrize("stage", [Stage.CONNECT, Stage.GREETING, Stage.EHLO, Stage.STARTTLS, Stage.AUTH])
@pytest.mark.parametrize("said", ["421 4.3.2 busy", "450 4.7.1 later", "535 5.7.8 wrong", "554 5.1.1 no service"])
def test_failures_before_a_letter_leave_it_untouched(stage: Stage, said: str):
    assert isinstance(judge(stage, reply(said)), Untouched)
    assert isinstance(judge_lost(stage, "dropped"), Untouched)


@pytest.mark.parametrize("stage", [Stage.MAIL, Stage.RCPT, Stage.DATA, Stage.DOT])
@pytest.mark.parametrize(
    "said", ["421 4.3.2 closing", "450 4.2.0 greylisted", "451 later", "450 5.1.1 odd", "452 4.3.1 x"]
)
def test_every_4xx_defers(stage: Stage, said: str):
    outcome = judge(stage, reply(said))
    assert isinstance(outcome, Deferred)
    assert outcome.reason is Reason.TEMPORARY
    assert outcome.code == int(said[:3])


@pytest.mark.parametrize("enhanced", ["5.1.1", "5.1.2", "5.1.3", "5.1.6", "5.1.10", "5.2.1", "5.4.4"])
def test_a_bad_address_at_rcpt_is_refused_and_suppressed_at_once(enhanced: str):
    outcome = judge(Stage.RCPT, reply(f"550 {enhanced} no such user"))
    assert outcome == Refused(Reason.ADDRESS_BAD, 550, enhanced, "no such user", suppress=True)


@pytest.mark.parametrize("enhanced", ["5.1.1", "5.2.1"])
def test_a_bad_address_named_only_after_the_dot_suppresses_nobody(enhanced: str):
    outcome = judge(Stage.DOT, reply(f"550 {enhanced} no such user"))
    assert isinstance(outcome, Refused)
    assert not outcome.suppress


@pytest.mark.parametrize("stage", [Stage.RCPT, Stage.DOT])
@pytest.mark.parametrize("said", ["552 quota exceeded", "552 5.2.2 full", "550 5.2.2 full", "554 5.3.4 too big"])
def test_a_full_mailbox_or_too_big_a_letter_is_soft(stage: Stage, said: str):
    outcome = judge(stage, reply(said))
    assert isinstance(outcome, Refused)
    assert outcome.reason is Reason.MAILBOX_FULL
    assert not outcome.suppress


def test_a_mailbox_full_for_now_defers_and_stays_soft():
    outcome = judge(Stage.RCPT, reply("452 4.2.2 over quota"))
    assert outcome == Deferred(Reason.MAILBOX_FULL, 452, "4.2.2", "over quota")


POLICY = [
    "550 5.7.1 not allowed",
    "550 5.7.25 no reverse name",
    "550 5.7.26 not authenticated",
    "550 5.7.27 SPF",
    "550 5.7.29 no TLS",
    "550 5.7.515 access denied",
    "550 5.1.7 bad sender",
    "550 5.1.8 bad sender domain",
    "550 this looks like spam",
    "554 Your IP is blocked",
    "554 5.0.0 Service unavailable; listed on a Blacklist",
    "552 5.7.0 this message was blocked because of its attachment",
    "550 5.1.1 message identified as SPAM",
]


@pytest.mark.parametrize("stage", [Stage.RCPT, Stage.DOT])
@pytest.mark.parametrize("said", POLICY)
def test_policy_is_about_us_and_never_suppresses(stage: Stage, said: str):
    outcome = judge(stage, reply(said))
    assert isinstance(outcome, Refused)
    assert outcome.reason is Reason.POLICY
    assert not outcome.suppress


def test_an_address_that_contains_spam_is_still_just_a_bad_address():
    outcome = judge(Stage.RCPT, reply("550 5.1.1 <spam@blocked.example.test>: user unknown"))
    assert isinstance(outcome, Refused)
    assert outcome.suppress


@pytest.mark.parametrize("stage", [Stage.MAIL, Stage.DATA])
@pytest.mark.parametrize(
    "said", ["550 5.1.1 no", "552 too big", "554 5.7.1 go away", "503 5.5.1 bad sequence", "550 no"]
)
def test_a_5xx_at_mail_or_data_is_about_us_and_the_person_stays_pending(stage: Stage, said: str):
    outcome = judge(stage, reply(said))
    assert isinstance(outcome, Untouched)
    assert outcome.code == int(said[:3])


@pytest.mark.parametrize("stage", [Stage.RCPT, Stage.DOT])
@pytest.mark.parametrize("said", ["550 no", "554 5.0.0 no", "571 no", "550 5.6.0 bad content", "550 4.1.1 odd"])
def test_any_other_5xx_is_refused_without_suppression(stage: Stage, said: str):
    outcome = judge(stage, reply(said))
    assert isinstance(outcome, Refused)
    assert outcome.reason is Reason.REFUSED_OTHERWISE
    assert not outcome.suppress


@pytest.mark.parametrize("stage", [Stage.MAIL, Stage.RCPT, Stage.DATA, Stage.BODY])
def test_a_drop_before_the_dot_left_defers(stage: Stage):
    assert judge_lost(stage, "dropped") == Deferred(Reason.CONNECTION_LOST, reply="dropped")


def test_a_drop_after_the_dot_is_unknown():
    assert judge_lost(Stage.DOT, "timed out") == Unknown(Reason.CONNECTION_LOST, reply="timed out")


def test_an_answer_to_the_dot_that_is_neither_yes_nor_no_is_unknown():
    assert isinstance(judge(Stage.DOT, reply("354 what?")), Unknown)


def test_the_ladder_climbs_until_48_hours_have_passed():
    waits = [next_try(attempt) for attempt in range(1, 10)]
    minutes, hours = 60, 3600
    seconds = [5 * minutes, 15 * minutes, 45 * minutes, 2 * hours, 6 * hours, 12 * hours, 12 * hours, 12 * hours]
    assert waits == [*(timedelta(seconds=one) for one in seconds), None]


def test_what_the_server_said_is_kept_in_200_printable_bytes():
    outcome = judge(Stage.RCPT, reply("550 5.7.1 \x1b[31m" + "é" * 300))
    assert isinstance(outcome, Refused)
    assert len(outcome.reply.encode()) <= 200
    assert outcome.reply.startswith("?[31m??")
    assert outcome.reply.isprintable()
