"""The timetable rings by name, and its rings do not pile up."""

from redis import Redis
from rq import Queue
from rq.utils import import_attribute

from tests.workers.conftest import Processes, wait_for
from workers.timetable import TIMETABLE


def test_every_entry_resolves_to_a_job():
    for job, seconds in TIMETABLE:
        assert callable(import_attribute(job.value))
        assert seconds >= 1


def test_the_timetable_rings_as_soon_as_it_starts_and_the_ring_is_void_soon(processes: Processes, valkey: str):
    clock = processes.start("schedule")
    queue = Queue("general", connection=Redis.from_url(valkey))
    wait_for(lambda: queue.count >= len(TIMETABLE), "the first rings")
    rung = queue.jobs
    assert {job.func_name for job in rung} == {job.value for job, _seconds in TIMETABLE}
    assert all(not job.args and job.failure_ttl == 0 and job.result_ttl == 0 for job in rung)
    assert all(0 < Redis.from_url(valkey).ttl(job.key) <= 2 * dict(TIMETABLE)[job.func_name] for job in rung)
    Redis.from_url(valkey).flushall()
    clock.terminate()
    assert clock.wait(10) == 0
    assert "Traceback" not in processes.logs()
