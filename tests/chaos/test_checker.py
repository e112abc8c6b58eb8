"""The checker finds each thing that can be wrong, in made-up rows, deliveries and marks."""

from pathlib import Path

import pytest

from app.models.message import MOVES, MessageStatus
from tests.chaos.accepted import Delivery, SinkLog
from tests.chaos.checker import (
    REACHABLE,
    Row,
    begun_again,
    begun_under_old_fences,
    compare,
    forbidden_moves,
    unexplained,
)
from tests.chaos.journals import Begin, Journal, JournalKeeper

SENT, UNKNOWN, PENDING = MessageStatus.SENT, MessageStatus.UNKNOWN, MessageStatus.PENDING


def row(number: int, status: MessageStatus = SENT) -> Row:
    return Row(number, f"reader{number}@one.test", status)


def delivery(number: int, **given) -> Delivery:
    values = {"recipient": f"reader{number}@one.test", "sender": f"news+m{number}.0a1b@example.test"}
    return Delivery(**({"begun_ms": 1.0, "dot_ms": 2.0, "size": 2_000} | values | given))


def test_a_campaign_that_reached_everybody_once_is_clean():
    found = compare([row(1), row(2)], [delivery(2), delivery(1)])
    assert found.complaints() == []
    assert found.sent == 2


def test_a_letter_that_the_ledger_calls_sent_and_no_server_took_is_lost():
    assert compare([row(1), row(2)], [delivery(1)]).lost == [2]


@pytest.mark.parametrize("status", [MessageStatus.PENDING, MessageStatus.DEFERRED])
def test_a_letter_still_to_go_at_the_end_is_lost(status):
    assert compare([row(1, status)], []).lost == [1]


@pytest.mark.parametrize("status", [MessageStatus.SKIPPED, MessageStatus.CANCELLED, MessageStatus.REFUSED, UNKNOWN])
def test_a_state_that_says_so_is_no_loss(status):
    assert compare([row(1, status)], []).complaints() == []


def test_a_letter_accepted_twice_is_doubled():
    assert compare([row(1), row(2)], [delivery(1), delivery(2), delivery(1)]).doubled == [1]


def test_a_letter_of_unknown_fate_may_be_accepted_but_once():
    found = compare([row(1, UNKNOWN), row(2, UNKNOWN)], [delivery(1), delivery(2), delivery(2)])
    assert found.unknown == [1, 2]
    assert found.doubled == [2]


@pytest.mark.parametrize("status", [MessageStatus.SKIPPED, MessageStatus.CANCELLED, MessageStatus.REFUSED, PENDING])
def test_a_letter_that_was_accepted_though_the_ledger_denies_it_is_unlisted(status):
    assert compare([row(1, status)], [delivery(1)]).unlisted == [1]


@pytest.mark.parametrize(
    "wrong",
    [
        {"sender": "news@example.test"},
        {"sender": "news+m9.0a1b@example.test"},
        {"recipient": "reader2@one.test"},
        {"size": 0},
    ],
    ids=["no number", "a number of nobody", "somebody else's address", "empty"],
)
def test_a_letter_to_nobody_of_the_ledger_or_without_words_is_strange(wrong):
    assert len(compare([row(1), row(2)], [delivery(1), delivery(2), delivery(1, **wrong)]).strange) == 1


def test_rows_may_go_where_moves_lead_in_the_end():
    assert forbidden_moves({1: MessageStatus.DEFERRED, 2: UNKNOWN, 3: SENT}, {1: UNKNOWN, 2: SENT, 3: SENT}) == []


@pytest.mark.parametrize(
    ("old", "new"), [(SENT, UNKNOWN), (SENT, PENDING), (UNKNOWN, PENDING), (MessageStatus.CANCELLED, PENDING)]
)
def test_a_row_that_goes_where_no_move_leads_is_named(old, new):
    assert forbidden_moves({7: old}, {7: new}) == [f"message 7 went from {old} to {new}"]


def test_a_row_that_is_gone_is_named():
    assert len(forbidden_moves({7: SENT}, {})) == 1


def test_every_move_of_the_ledger_is_allowed_but_those_that_persons_make():
    assert [(old, new) for old, ways in MOVES.items() for new in ways if new not in REACHABLE[old]] == [
        (MessageStatus.REFUSED, PENDING),
        (UNKNOWN, PENDING),
    ]


def test_an_unknown_letter_needs_an_open_begin_mark():
    assert unexplained([1, 2], {1}, 0) == [2]
    assert unexplained([1, 2], {1}, 1) == []


def test_a_letter_begun_again_while_nobody_knows_is_found():
    assert begun_again([Begin(1, 1, 10), Begin(1, 2, 20, "S", 250)]) == [1]


def test_a_letter_begun_again_after_it_was_accepted_is_found():
    assert begun_again([Begin(1, 1, 10, "S", 250), Begin(1, 2, 20)]) == [1]


def test_a_letter_begun_twice_under_one_fence_is_found():
    assert begun_again([Begin(1, 1, 10, "N"), Begin(1, 1, 20, "S", 250)]) == [1]


def test_a_letter_may_begin_again_after_its_dot_never_left_or_was_put_off():
    assert begun_again([Begin(1, 1, 10, "N"), Begin(1, 2, 20, "S", 451), Begin(1, 3, 30, "S", 250)]) == []


def test_a_letter_begun_under_a_lease_that_is_somebody_elses_is_found():
    begins = [Begin(1, 1, 10), Begin(12, 1, 15), Begin(2, 3, 20), Begin(3, 1, 30), Begin(13, 1, 40)]
    assert begun_under_old_fences(begins, [(1, 10), (11, 20)]) == [3]


def test_a_journal_tells_which_begins_are_open(tmp_path: Path):
    file = tmp_path / "h-12-ab.journal"
    file.write_text("letterwright-journal 1 b 12 s n campaign\nB 1 1 10\nB 2 1 11\nB 3 1 12\nS 1 1 250 - sent fine\n")
    journal = Journal(file)
    assert set(journal.open_marks()) == {2, 3}
    with file.open("a") as more:
        more.write("N 2 1 lost\nB 4 1 1")
    assert set(journal.open_marks()) == {3}
    assert [(one.message_id, one.end, one.code) for one in journal.begins] == [(1, "S", 250), (2, "N", 0), (3, "", 0)]


def test_journals_are_kept_when_their_owner_deletes_them_and_those_of_notices_left_out(tmp_path: Path):
    folder = tmp_path / "journals"
    folder.mkdir()
    (folder / "h-12-ab.journal").write_text("letterwright-journal 1 b 12 s n campaign\nB 1 1 10\n")
    (folder / "h-13-cd.journal").write_text("letterwright-journal 1 b 13 s n notices\nB 1 0 10\n")
    keeper = JournalKeeper([folder])
    keeper.look()
    for file in folder.glob("*.journal"):
        file.unlink()
    assert [list(journal.open_marks()) for journal in keeper.all()] == [[1]]
    assert keeper.of_process(12) is keeper.all()[0]


def test_what_the_sink_writes_down_is_read_while_it_writes(tmp_path: Path):
    file = tmp_path / "sink.log"
    log = SinkLog(file)
    assert log.refresh().accepted == []
    file.write_text("accepted a@one.test n+m5.ab@x 1.5 2.5 900\nbroken b@one.test n+m6.ab@x 1.0 - 10\naccepted c@o")
    assert [one.message_id for one in log.refresh().accepted] == [5]
    assert [one.message_id for one in log.broken] == [6]
