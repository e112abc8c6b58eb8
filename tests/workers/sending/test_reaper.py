"""What the reaper makes of dead, living and hanging owners, on both databases."""

import os
import signal
import subprocess
import sys
from datetime import timedelta
from pathlib import Path

import pytest

from app.clock import now
from app.config import child_environment
from app.database.session import transaction
from app.models import CampaignStatus, Chunk, ChunkState, HoldCause, MessageStatus, NoticeKind, NoticeStatus, Reason
from app.services.notices import get_notice, lease_notice, queue_notice
from app.services.scheduling import cancel, resume
from tests.servers.lifetime import die_with_parent
from tests.workers.conftest import is_alive, wait_for
from workers.sending import chunk, reaper
from workers.sending.chunk import Holder
from workers.sending.host import this_host
from workers.sending.journal import Journal
from workers.sending.reaper import Reaper
from workers.smtp.outcome import Deferred, Refused, Sent

S = MessageStatus
KEPT = Sent(250, "2.0.0", "kept")


class Owner:
    """Somebody who leased a chunk and keeps a journal, as a send run does."""

    def __init__(self, campaign, name: str = "owner", *, host: str = "", lease: bool = True) -> None:
        self.campaign = campaign
        here = this_host(campaign.settings)
        self.holder = Holder(f"{here.name}-{name}", host or here.name)
        self.journal = Journal(campaign.settings.journals, self.holder.owner)
        self.held = chunk.lease(campaign.id, self.holder) if lease else None

    @property
    def ids(self) -> list[int]:
        return [row.message_id for row in self.held.chunk.rows]

    @property
    def fence(self) -> int:
        return self.held.lease.fence

    def begin(self, *places: int) -> None:
        for place in places:
            assert self.journal.begin(self.ids[place], self.fence)

    def die(self) -> None:
        self.journal.close(delete=False)


@pytest.fixture
def clock(monkeypatch):
    """Moves the reaper's clock on: clock(30) is half a minute later."""
    shift = [0.0]
    real = reaper.since_boot
    monkeypatch.setattr(reaper, "since_boot", lambda: real() + shift[0])

    def move(seconds: float) -> None:
        shift[0] += seconds

    return move


def statuses(campaign) -> list[S]:
    return [row.status for row in campaign.messages()]


def end_leases(campaign, ago: timedelta) -> None:
    with transaction() as session:
        for one in session.query(Chunk):
            one.lease_until = now() - ago


def test_the_last_mark_decides_and_no_mark_is_still_to_go(sending, clock):
    campaign = sending(6)
    owner = Owner(campaign)
    owner.begin(0, 1, 2, 3)
    owner.journal.reply(owner.ids[0], owner.fence, KEPT)
    owner.journal.reply(owner.ids[1], owner.fence, Deferred(Reason.TEMPORARY, 451, "4.3.0", "later"))
    owner.journal.not_sent(owner.ids[2], owner.fence, "stopped")
    owner.journal.reply(owner.ids[4], owner.fence, Refused(Reason.ADDRESS_BAD, 550, "5.1.1", "no", suppress=True))
    owner.die()
    one = Reaper(campaign.settings)
    assert one.look() == 1
    assert statuses(campaign) == [S.SENT, S.DEFERRED, S.DEFERRED, S.UNKNOWN, S.REFUSED, S.PENDING]
    sent, later, stopped, *_ = campaign.messages()
    assert (sent.code, sent.reply, sent.attempts) == (250, "kept", 1)
    assert later.next_at > now() + timedelta(minutes=4)
    assert (stopped.attempts, stopped.next_at <= now()) == (0, True)
    [opened] = campaign.chunks()
    assert (opened.state, opened.owner, opened.fence, opened.next_at) == (ChunkState.OPEN, None, owner.fence + 1, None)
    assert owner.journal.path.exists()
    clock(reaper.LINGER_SECONDS)
    assert one.look() == 0
    assert list(campaign.settings.journals.iterdir()) == []


def test_a_lease_that_was_committed_after_its_owners_death_is_found_and_ended(sending):
    campaign = sending(3)
    owner = Owner(campaign, lease=False)
    owner.die()
    one = Reaper(campaign.settings)
    assert one.look() == 0
    assert chunk.lease(campaign.id, owner.holder) is not None
    assert one.look() == 1
    assert [row.state for row in campaign.chunks()] == [ChunkState.OPEN]


def test_a_living_owner_is_left_alone(sending):
    campaign = sending(3)
    owner = Owner(campaign)
    owner.begin(0)
    assert Reaper(campaign.settings).look() == 0
    assert statuses(campaign) == [S.PENDING] * 3
    assert owner.journal.path.exists()
    owner.die()


def test_after_another_boot_nobody_knows_what_had_begun(sending, clock, monkeypatch):
    campaign = sending(3)
    owner = Owner(campaign)
    owner.begin(0, 1)
    owner.journal.reply(owner.ids[0], owner.fence, KEPT)
    owner.die()
    data = owner.journal.path.read_bytes()
    owner.journal.path.write_bytes(data.replace(data.split()[2], b"anotherboot", 1))
    one = Reaper(campaign.settings)
    assert one.look() == 0
    assert statuses(campaign) == [S.SENT, S.PENDING, S.PENDING]
    end_leases(campaign, timedelta(seconds=reaper.JOURNAL_GRACE_SECONDS - 30))
    clock(15)
    assert one.look() == 0
    end_leases(campaign, timedelta(seconds=reaper.JOURNAL_GRACE_SECONDS + 1))
    clock(15)
    assert one.look() == 1
    assert statuses(campaign) == [S.SENT, S.UNKNOWN, S.UNKNOWN]
    clock(reaper.LINGER_SECONDS)
    one.look()
    assert not owner.journal.path.exists()


def test_a_host_that_is_gone_leaves_the_rows_it_may_have_begun_unknown_and_the_others_to_go(sending, clock):
    campaign = sending(150)
    owner = Owner(campaign, host="elsewhere.boot")
    owner.journal.close(delete=True)
    one = Reaper(campaign.settings)
    assert one.look() == 0
    end_leases(campaign, timedelta(seconds=reaper.JOURNAL_GRACE_SECONDS + 1))
    clock(15)
    assert one.look() == 1
    assert campaign.books() == {"unknown": 100, "pending": 50}


def test_a_host_that_comes_back_late_brings_its_truth(sending, clock):
    campaign = sending(120)
    owner = Owner(campaign, host="elsewhere.boot")
    owner.begin(0, 1)
    owner.journal.reply(owner.ids[0], owner.fence, KEPT)
    owner.die()
    hidden = owner.journal.path.rename(campaign.settings.data / "hidden")
    one = Reaper(campaign.settings)
    one.look()
    end_leases(campaign, timedelta(seconds=reaper.JOURNAL_GRACE_SECONDS + 1))
    clock(15)
    assert one.look() == 1
    assert campaign.books() == {"unknown": 100, "pending": 20}
    hidden.rename(owner.journal.path)
    one.look()
    assert campaign.books() == {"unknown": 99, "pending": 20, "sent": 1}


def test_an_acceptance_told_late_also_moves_the_counts_of_a_chunk_that_is_done(sending, clock):
    campaign = sending(2)
    owner = Owner(campaign)
    owner.begin(0, 1)
    owner.die()
    whole = owner.journal.path.read_bytes()
    one = Reaper(campaign.settings)
    one.look()
    assert campaign.books() == {"unknown": 2}
    assert campaign.chunks()[0].counts == {"unknown": 2}
    late = f"S {owner.ids[1]} {owner.fence} 250 2.0.0 sent kept\n".encode()
    owner.journal.path.write_bytes(whole + late)
    one.look()
    assert campaign.books() == {"unknown": 1, "sent": 1}
    assert campaign.chunks()[0].counts == {"unknown": 1, "sent": 1}


def test_what_a_cancelled_campaign_had_not_sent_is_cancelled_with_its_owner(sending):
    campaign = sending(3)
    owner = Owner(campaign)
    owner.begin(0, 1)
    owner.journal.reply(owner.ids[0], owner.fence, KEPT)
    with transaction() as session:
        cancel(session, campaign.id)
    owner.die()
    Reaper(campaign.settings).look()
    assert statuses(campaign) == [S.SENT, S.UNKNOWN, S.CANCELLED]
    assert [one.state for one in campaign.chunks()] == [ChunkState.DONE]


def test_the_third_death_at_the_same_letter_holds_the_campaign_and_names_it(sending, server):
    campaign = sending(4)
    one = Reaper(campaign.settings)
    for number in range(3):
        assert campaign.campaign().status == CampaignStatus.SENDING
        owner = Owner(campaign, f"owner-{number}")
        if owner.held.chunk.deaths:
            owner.journal.compose(owner.ids[0], owner.fence)
        owner.die()
        one.look()
    held = campaign.campaign()
    assert (held.status, held.hold_cause) == (CampaignStatus.HELD, HoldCause.POISON)
    assert campaign.people[0] in held.trouble
    with transaction() as session:
        resume(session, campaign.id)
    campaign.send(server)
    assert statuses(campaign) == [S.REFUSED, S.SENT, S.SENT, S.SENT]
    assert campaign.messages()[0].reason == Reason.RENDER_FAILED


def test_owners_that_die_before_they_begin_anything_hold_the_campaign_in_the_end(sending):
    campaign = sending(4)
    one = Reaper(campaign.settings)
    for number in range(10):
        assert campaign.campaign().status == CampaignStatus.SENDING
        Owner(campaign, f"owner-{number}").die()
        one.look()
    assert campaign.campaign().hold_cause == HoldCause.POISON
    assert campaign.books() == {"pending": 4}


def test_a_chunk_that_was_only_leased_ahead_is_not_to_blame_for_deaths_elsewhere(sending):
    campaign = sending(4)
    one = Reaper(campaign.settings)
    for number in range(5):
        owner = Owner(campaign, f"owner-{number}")
        assert owner.journal.begin(999, owner.fence + 1000)
        owner.die()
        one.look()
    assert campaign.campaign().status == CampaignStatus.SENDING


def test_deaths_at_different_letters_hold_nothing(sending):
    campaign = sending(4)
    one = Reaper(campaign.settings)
    for number in range(5):
        owner = Owner(campaign, f"owner-{number}")
        owner.journal.compose(owner.ids[number % 2], owner.fence)
        owner.die()
        one.look()
    assert campaign.campaign().status == CampaignStatus.SENDING


def test_deaths_with_progress_between_them_hold_nothing(sending):
    campaign = sending(6)
    one = Reaper(campaign.settings)
    for number in range(5):
        owner = Owner(campaign, f"owner-{number}")
        owner.begin(0)
        owner.die()
        one.look()
    assert campaign.campaign().status == CampaignStatus.SENDING
    assert campaign.books() == {"unknown": 5, "pending": 1}


HOLD_A_JOURNAL = """
import sys, time
from pathlib import Path
from workers.sending.journal import Journal
Journal(Path(sys.argv[1]), sys.argv[2])
print("held", flush=True)
time.sleep(600)
"""


@pytest.fixture
def hanging(sending):
    """A campaign whose chunk a stopped process of its own has leased."""
    campaign = sending(2)
    owner = Owner(campaign)
    owner.begin(0)
    owner.die()
    owner.journal.path.unlink()
    process = subprocess.Popen(
        [sys.executable, "-c", HOLD_A_JOURNAL, str(campaign.settings.journals), owner.holder.owner],
        stdout=subprocess.PIPE,
        env=child_environment(PYTHONPATH=str(Path.cwd())),
        preexec_fn=die_with_parent,
    )
    assert process.stdout.readline() == b"held\n"
    os.kill(process.pid, signal.SIGSTOP)
    yield campaign, process, owner
    process.kill()
    process.wait()
    process.stdout.close()


def look_for(one: Reaper, seconds: int, clock) -> int:
    reaped = 0
    for _ in range(seconds // 5):
        reaped += one.look()
        clock(5)
    return reaped


def test_an_owner_that_hangs_past_its_lease_is_ended_and_reaped(hanging, clock):
    campaign, process, _ = hanging
    one = Reaper(campaign.settings)
    assert look_for(one, 25, clock) == 0
    assert is_alive(process.pid)
    assert look_for(one, 15, clock) == 1
    assert process.wait(5) == -signal.SIGKILL
    assert [row.state for row in campaign.chunks()] == [ChunkState.OPEN]


def test_an_owner_that_renews_is_never_ended_however_the_wall_clock_jumps(hanging, clock):
    campaign, process, owner = hanging
    one = Reaper(campaign.settings)
    for _ in range(12):
        chunk.renew([owner.held])
        end_leases(campaign, timedelta(hours=2))
        assert one.look() == 0
        clock(5)
    assert is_alive(process.pid)


def test_nobody_is_ended_by_a_number_that_belongs_to_another_process(hanging, clock):
    campaign, process, owner = hanging
    path = owner.journal.path
    words = path.read_text(encoding="ascii").split(" ")
    words[4] = "1"
    with path.open("r+", encoding="ascii") as file:  # the same file, so that the lock stays
        file.write(" ".join(words))
        file.truncate()
    assert look_for(Reaper(campaign.settings), 60, clock) == 0
    assert is_alive(process.pid)


def test_nobody_is_ended_while_the_database_has_not_answered_for_as_long_as_a_renewal(hanging, clock):
    campaign, process, _ = hanging
    one = Reaper(campaign.settings)
    one.look()
    clock(60)  # we were stopped ourselves, or the database was away
    end_leases(campaign, timedelta(minutes=1))
    assert one.look() == 0
    clock(5)
    assert one.look() == 0
    assert is_alive(process.pid)


def test_a_dead_owners_notices_are_due_again_but_for_those_that_were_answered(database):
    journal = Journal(database.journals, "host-notices", kind="notices")
    with transaction() as session:
        first, second = (
            queue_notice(session, NoticeKind.PASSWORD, f"{name}@example.test", payload={}, lifetime=timedelta(hours=1))
            for name in ("ada", "bea")
        )
        for _ in range(2):
            lease_notice(session, owner="host-notices")
    journal.begin(first, 0)
    journal.reply(first, 0, KEPT)
    journal.begin(second, 0)
    journal.close(delete=False)
    Reaper(database).look()
    with transaction() as session:
        assert get_notice(session, first).status == NoticeStatus.SENT
        again = get_notice(session, second)
        assert (again.status, again.owner, again.attempts) == (NoticeStatus.PENDING, None, 1)
        assert lease_notice(session, owner="next").notice_id == second


def test_half_made_journals_are_cleared_away_once_their_maker_is_gone(database):
    database.journals.mkdir()
    left = database.journals / ".host-1"
    left.write_bytes(b"")
    os.utime(left, (1, 1))
    wait_for(lambda: Reaper(database).look() == 0, "a round")
    assert not left.exists()
