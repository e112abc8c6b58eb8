"""Which processes there are and what each does, on a real queue."""

import pytest
from rq import Queue, Worker

from app.clock import now
from app.database.session import reading, transaction
from app.jobs import Job, init_queue, queue_connection
from app.models import HostBeat
from app.queries.machines import find_processes, machines
from tests.factories.campaigns import make_campaign
from workers.timetable import make_timetable


@pytest.fixture
def house(database, valkey):
    told = database.model_copy(update={"redis_url": valkey})
    init_queue(told)
    return told


def work(queue: str, name: str, *, job: Job | None = None, about: int | None = None) -> None:
    """A worker as the queue knows it; nothing of it runs."""
    connection = queue_connection()
    worker = Worker([queue], name=name, connection=connection)
    worker.register_birth()
    if job is not None:
        waiting = Queue(queue, connection=connection).enqueue(job.value, *([about] if about else []))
        worker.prepare_execution(waiting)


def test_processes_are_known_by_their_host_and_by_what_they_do(house):
    work("send", "alpha.1-0a", job=Job.SEND, about=7)
    work("general", "alpha.1-0b", job=Job.NOTICES)
    work("general", "beta-x.1-0c")
    found = {(one.host, one.role, one.job, one.about) for one in find_processes()}
    assert found == {
        ("alpha.1", "send", Job.SEND.value, 7),
        ("alpha.1", "general", Job.NOTICES.value, None),
        ("beta-x.1", "general", "", None),
    }
    assert all(one.machine for one in find_processes())


def test_a_timetable_is_a_process_of_its_host(house):
    timetable = make_timetable(house)
    timetable.register_birth()
    timetable.save()
    [found] = find_processes()
    assert (found.role, found.job) == ("schedule", "")
    assert found.host == timetable.name.rpartition("-")[0]
    assert found.machine


def test_hosts_are_told_with_their_processes_and_the_campaigns_they_send(house):
    with transaction() as session:
        campaign_id = make_campaign(session, name="Water in winter").id
        session.add(HostBeat(host="alpha.1", at=now(), boot_seconds=1))
    work("send", "alpha.1-0a", job=Job.SEND, about=campaign_id)
    with reading() as session:
        told = machines(session)
    assert [(one.name, [process.role for process in one.processes]) for one in told.hosts] == [("alpha.1", ["send"])]
    assert told.campaigns == {campaign_id: "Water in winter"}
    assert told.hosts[0].is_alive


def test_without_a_queue_hosts_are_known_and_their_processes_are_not(house, tmp_path):
    with transaction() as session:
        session.add(HostBeat(host="alpha.1", at=now(), boot_seconds=1))
    init_queue(house.model_copy(update={"redis_url": f"unix://{tmp_path}/nobody.sock"}))
    with reading() as session:
        told = machines(session)
    assert told.processes is None
    assert [one.name for one in told.hosts] == ["alpha.1"]
