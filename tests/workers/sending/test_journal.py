"""The journal: written by its owner, read by whoever comes after; whole, torn, full."""

import errno
import fcntl
import os

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.models.message import Reason
from workers.sending import journal as journal_module
from workers.sending.host import boot_id, pid_namespace, start_time
from workers.sending.journal import Journal
from workers.sending.marks import Begun, Composed, Composing, NotSent, read_marks
from workers.smtp.outcome import Deferred, Refused, Sent

REAL_WRITE = os.write
HEADER = b"letterwright-journal 1 boot 7 8 ns campaign\n"


@pytest.fixture
def journal(tmp_path):
    one = Journal(tmp_path / "journals", "host-1")
    yield one
    one.close(delete=False)


def marks_of(journal: Journal):
    return read_marks(journal.path.read_bytes())


def test_a_journal_names_its_owner(journal):
    header = marks_of(journal).header
    assert (header.boot, header.namespace, header.kind) == (boot_id(), pid_namespace(), "campaign")
    assert (header.pid, header.start) == (os.getpid(), start_time(os.getpid()))


def test_its_lock_is_held_until_it_is_closed(tmp_path):
    one = Journal(tmp_path, "host-1")
    with one.path.open("rb") as other:
        with pytest.raises(BlockingIOError):
            fcntl.flock(other, fcntl.LOCK_EX | fcntl.LOCK_NB)
        one.close(delete=False)
        fcntl.flock(other, fcntl.LOCK_EX | fcntl.LOCK_NB)


def test_a_name_is_never_used_twice(journal):
    with pytest.raises(FileExistsError):
        Journal(journal.path.parent, "host-1")
    assert [path.name for path in journal.path.parent.iterdir()] == ["host-1.journal"]


def test_the_last_mark_of_a_letter_wins(journal):
    assert journal.begin(5, 2)
    assert marks_of(journal).of(2) == {5: Begun()}
    journal.reply(5, 2, Sent(250, "2.0.0", "kept"))
    journal.begin(6, 2)
    journal.not_sent(6, 2, "lost")
    journal.compose(7, 2)
    assert marks_of(journal).composing == (7, 2)
    journal.compose(8, 2)
    journal.composed(8, 2)
    assert marks_of(journal).composing is None
    found = marks_of(journal)
    assert found.of(2) == {5: Sent(250, "2.0.0", "kept"), 6: NotSent("lost"), 7: Composing(), 8: Composed()}
    assert found.accepted == {5: Sent(250, "2.0.0", "kept")}
    assert found.of(3) == {}
    assert not found.torn


@pytest.mark.parametrize(
    "outcome",
    [
        Sent(250, "", ""),
        Refused(Reason.ADDRESS_BAD, 550, "5.1.1", "no such user", suppress=True),
        Refused(Reason.POLICY, 550, "5.7.1", "blocked"),
        Deferred(Reason.MAILBOX_FULL, 452, "4.2.2", "later please"),
    ],
)
def test_every_reply_comes_back_as_it_was(journal, outcome):
    journal.reply(9, 1, outcome)
    assert marks_of(journal).of(1) == {9: outcome}


def test_a_torn_last_line_counts_as_a_begin():
    whole = HEADER + b"B 12 3 5000\nS 12 3 250 2.0.0 sent kept\n"
    assert read_marks(whole[:-1]).of(3) == {12: Begun()}
    assert read_marks(HEADER + b"B 12 3 50").of(3) == {12: Begun()}
    cut = read_marks(HEADER + b"B 1")
    assert cut.is_doubtful(12)
    assert cut.is_doubtful(1)
    assert not cut.is_doubtful(21)
    assert read_marks(HEADER + b"B").is_doubtful(21)


def test_after_a_torn_line_the_next_one_stands_alone():
    assert read_marks(HEADER + b"B 12 3 50\nN 12 3 stopped\n").of(3) == {12: NotSent("stopped")}
    assert read_marks(HEADER + b"S 12 3 25\nB 13 3 50\n").of(3) == {12: Begun(), 13: Begun()}


def test_without_a_header_the_marks_still_count():
    found = read_marks(b"B 12 3 50\n")
    assert found.header is None
    assert found.of(3) == {12: Begun()}


class FullDisk:
    """os.write on a disk with room for so many bytes more."""

    def __init__(self, room: int) -> None:
        self.room = room

    def write(self, file: int, data: bytes) -> int:
        if not self.room:
            raise OSError(errno.ENOSPC, "No space left on device")
        part = data[: self.room]
        self.room -= len(part)
        return REAL_WRITE(file, part)


@pytest.fixture
def disk(monkeypatch):
    def leave(room: int) -> FullDisk:
        one = FullDisk(room)
        monkeypatch.setattr(journal_module.os, "write", one.write)
        return one

    return leave


@pytest.mark.parametrize("room", [0, 4, 9])
def test_a_begin_that_cannot_be_written_means_do_not_send(journal, disk, room: int):
    journal.begin(1, 1)
    full = disk(room)
    assert not journal.begin(2, 1)
    full.room = 10_000
    assert journal.heal()
    assert journal.begin(3, 1)
    found = marks_of(journal).of(1)
    assert found.pop(2, None) in {None, NotSent("stopped")}
    assert found == {1: Begun(), 3: Begun()}


def test_a_reply_that_cannot_be_written_is_kept_and_nothing_begins_until_it_is(journal, disk):
    journal.begin(1, 1)
    full = disk(6)
    journal.reply(1, 1, Sent(250, "2.0.0", "kept"))
    assert not journal.usable
    assert not journal.begin(2, 1)
    full.room = 10_000
    assert journal.begin(2, 1) is False
    assert journal.heal()
    assert journal.usable
    assert marks_of(journal).of(1) == {1: Sent(250, "2.0.0", "kept")}


NUMBERS = st.integers(1, 2**40)
LINES = st.lists(
    st.one_of(
        st.tuples(st.just("B"), NUMBERS, st.integers(1, 9)),
        st.tuples(st.just("S"), NUMBERS, st.integers(1, 9)),
        st.tuples(st.just("N"), NUMBERS, st.integers(1, 9)),
    ),
    max_size=20,
)


@given(LINES, st.data())
def test_cut_anywhere_a_journal_never_forgets_a_begin(lines, data):
    ends = {"B": "77\n", "S": "250 - sent fine\n", "N": "lost\n"}
    body = HEADER + b"".join(f"{kind} {number} {fence} {ends[kind]}".encode() for kind, number, fence in lines)
    whole = read_marks(body)
    cut = data.draw(st.integers(0, len(body)))
    found = read_marks(body[:cut])
    for fence, marks in whole.last.items():
        for number in marks:
            begun = f"B {number} {fence} 77\n".encode()
            place = body.find(b"\n" + begun)
            if 0 <= place < cut - len(begun):
                assert number in found.of(fence)
    assert set(found.accepted) <= set(whole.accepted)


@given(st.binary(max_size=300))
def test_any_bytes_are_read(data):
    read_marks(data)
    read_marks(HEADER + data)
