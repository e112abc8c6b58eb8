"""A campaign whose letters meet each fault once: every row ends as the table of replies says, and the books balance."""

import pytest

from app.models.message import MessageStatus, Reason
from tests.fakes.hostile_smtp_server import RESET, TRICKLE, flood, hostile_server
from tests.fakes.smtp_server import DROP, HANG
from workers.sending.pace import Pace
from workers.smtp.relay import Timeouts

STALL = Timeouts(connect=5, command=1, data=1, block=1, dot=1, goodbye=1)

# verb, answer, how the row ends, why
FATES = [
    ("RCPT", "450 4.2.0 later", MessageStatus.DEFERRED, Reason.TEMPORARY),
    ("RCPT", "452 4.2.2 full", MessageStatus.DEFERRED, Reason.MAILBOX_FULL),
    ("RCPT", "550 5.1.1 nobody", MessageStatus.REFUSED, Reason.ADDRESS_BAD),
    ("RCPT", "552 5.2.2 full", MessageStatus.REFUSED, Reason.MAILBOX_FULL),
    ("RCPT", "550 5.3.9 no", MessageStatus.REFUSED, Reason.REFUSED_OTHERWISE),
    ("RCPT", "421 4.3.2 closing", MessageStatus.DEFERRED, Reason.TEMPORARY),
    ("RCPT", DROP, MessageStatus.DEFERRED, Reason.CONNECTION_LOST),
    ("RCPT", "gibberish", MessageStatus.DEFERRED, Reason.CONNECTION_LOST),
    ("RCPT", f"250 fine|{TRICKLE}", MessageStatus.SENT, None),
    ("DATA", "451 4.3.0 later", MessageStatus.DEFERRED, Reason.TEMPORARY),
    ("DATA", flood(354), MessageStatus.DEFERRED, Reason.CONNECTION_LOST),
    ("DATA", DROP, MessageStatus.DEFERRED, Reason.CONNECTION_LOST),
    ("DATA", HANG, MessageStatus.DEFERRED, Reason.CONNECTION_LOST),
    ("DOT", "452 4.3.1 disk full", MessageStatus.DEFERRED, Reason.TEMPORARY),
    ("DOT", "554 5.3.0 no", MessageStatus.REFUSED, Reason.REFUSED_OTHERWISE),
    ("DOT", "421 4.3.2 closing", MessageStatus.DEFERRED, Reason.TEMPORARY),
    ("DOT", DROP, MessageStatus.UNKNOWN, Reason.CONNECTION_LOST),
    ("DOT", HANG, MessageStatus.UNKNOWN, Reason.CONNECTION_LOST),
    ("DOT", "gibberish", MessageStatus.UNKNOWN, Reason.CONNECTION_LOST),
    ("DOT", flood(250), MessageStatus.UNKNOWN, Reason.CONNECTION_LOST),
    ("DOT", f"250 kept|{TRICKLE}", MessageStatus.SENT, None),
]


@pytest.fixture(autouse=True)
def no_patience(monkeypatch):
    """All these people share one domain; what a 421 means for its other letters is tried in test_pace.py."""
    monkeypatch.setattr(Pace, "hear", lambda self, domain, outcome: None)


@pytest.mark.parametrize("extensions", [(), ("PIPELINING",)], ids=["lock-step", "pipelining"])
def test_every_row_ends_as_the_table_says_and_the_books_balance(sending, extensions):
    with hostile_server(extensions=extensions) as server:
        campaign = sending(2 * len(FATES))
        for (verb, answer, *_), person in zip(FATES, campaign.people[::2], strict=True):
            server.say_to(person, verb, answer)
        campaign.send(server, timeouts=STALL, connections=2)
        rows = campaign.messages()
        assert [(row.status, row.reason) for row in rows[::2]] == [(status, reason) for *_, status, reason in FATES]
        assert {row.status for row in rows[1::2]} == {MessageStatus.SENT}
        assert {row.attempts for row in rows} == {1}
        check_books(campaign, server)


def check_books(campaign, server) -> None:
    books = campaign.books()
    assert sum(books.values()) == len(campaign.people)
    kept = [one.recipient for one in server.accepted]
    sent = {person for person, row in zip(campaign.people, campaign.messages(), strict=True) if row.status == "sent"}
    assert len(kept) == len(set(kept))
    assert sent <= set(kept)
    assert len(set(kept) - sent) <= books["unknown"]
    assert (server.lone_dots, server.empty) == (0, 0)


def test_a_reset_after_the_250_costs_nobody_a_letter(sending):
    with hostile_server() as server:
        campaign = sending(6)
        server.say_to(campaign.people[2], "DOT", f"250 2.0.0 kept|{RESET}")
        campaign.send(server, connections=1)
        campaign.make_due()
        campaign.send(server, connections=1)
        assert campaign.books() == {"sent": 6}
        assert sorted(one.recipient for one in server.accepted) == sorted(campaign.people)
