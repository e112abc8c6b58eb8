"""A worker and its horse, with a real Valkey and real signals."""

import signal
from pathlib import Path

from redis import Redis
from rq import Queue

from tests.servers.valkey import start_valkey
from tests.workers.conftest import Processes, is_alive, wait_for

MARK = "tests.fakes.slow_jobs.leave_a_mark"
WAIT = "tests.fakes.slow_jobs.write_pid_and_wait"


def horse_at_work(processes: Processes, valkey: str, tmp_path: Path):
    worker = processes.start("send")
    Queue("send", connection=Redis.from_url(valkey)).enqueue(WAIT, str(tmp_path), job_timeout=-1, result_ttl=0)
    wait_for((tmp_path / "horse").exists, "the horse to begin")
    wait_for((tmp_path / "horse").read_text, "the horse's number")
    return worker, int((tmp_path / "horse").read_text())


def test_a_ring_is_heard(processes: Processes, valkey: str, tmp_path: Path):
    processes.start("general")
    Queue("general", connection=Redis.from_url(valkey)).enqueue(MARK, str(tmp_path))
    wait_for((tmp_path / "mark").exists, "the job's mark")


def test_sigterm_to_the_worker_drains_the_horse(processes: Processes, valkey: str, tmp_path: Path):
    worker, horse = horse_at_work(processes, valkey, tmp_path)
    worker.send_signal(signal.SIGTERM)
    assert worker.wait(15) == 0
    assert (tmp_path / "drained").read_text() == "yes"
    assert not is_alive(horse)


def test_the_horse_leaves_with_a_worker_that_was_killed(processes: Processes, valkey: str, tmp_path: Path):
    worker, horse = horse_at_work(processes, valkey, tmp_path)
    worker.kill()
    wait_for(lambda: not is_alive(horse), "the horse to leave")
    assert (tmp_path / "drained").read_text() == "yes"


def test_a_dead_worker_is_forgotten_within_half_a_minute(processes: Processes, valkey: str, tmp_path: Path):
    worker, _ = horse_at_work(processes, valkey, tmp_path)
    worker.kill()
    worker.wait(5)
    client = Redis.from_url(valkey)
    [key] = [key for key in client.keys("rq:worker:*") if key.count(b":") == 2]
    assert 0 < client.ttl(key) <= 30


def test_sigterm_ends_a_worker_that_waits_for_the_queue(processes: Processes, tmp_path: Path):
    processes.environment["REDIS_URL"] = f"unix://{tmp_path}/nobody.sock"
    worker = processes.start("general")
    wait_for(lambda: "does not answer" in processes.logs(), "the worker to notice")
    worker.send_signal(signal.SIGTERM)
    assert worker.wait(10) == 0


def test_a_worker_works_on_after_the_queue_was_away(tmp_path: Path, processes: Processes):
    folder = tmp_path / "v"
    folder.mkdir()
    first = start_valkey(folder)
    processes.environment["REDIS_URL"] = first.address
    worker = processes.start("general")
    wait_for(lambda: Redis.from_url(first.address).keys("rq:worker:*"), "the worker")
    first.stop()
    second = start_valkey(folder)
    try:
        Queue("general", connection=Redis.from_url(second.address)).enqueue(MARK, str(tmp_path))
        wait_for((tmp_path / "mark").exists, "the job's mark")
        assert worker.poll() is None
        worker.terminate()
        assert worker.wait(15) == 0
    finally:
        second.stop()


def test_settings_that_cannot_be_used_are_named(processes: Processes):
    processes.environment["SMTP_URL"] = "http://nonsense"
    worker = processes.start("send")
    assert worker.wait(15) == 1
    assert "SMTP_URL" in processes.logs()
