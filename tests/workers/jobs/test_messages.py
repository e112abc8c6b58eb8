"""Send jobs in real worker processes, rung over a real queue."""

import re
import signal

import pytest
from rq import Queue

from app.config import Settings
from app.database.session import transaction
from app.jobs import Job, init_queue, queue_connection, ring
from app.models import Campaign, CampaignStatus, ChunkState, TransportKind
from app.services.transports import TransportDetails, create_transport
from tests.fakes.api_server import Answer, fake_api
from tests.workers.conftest import Processes, wait_for
from tests.workers.sending.conftest import Sending, server  # noqa: F401  a fixture


@pytest.fixture
def workers(processes: Processes, database: Settings, server, valkey: str):  # noqa: F811
    init_queue(database.model_copy(update={"redis_url": valkey}))
    processes.environment |= {
        "DATABASE_URL": database.database,
        "SMTP_URL": f"smtp://127.0.0.1:{server.port}?connections=3",
    }
    yield processes
    processes.stop()  # while their database is still there


def rows_with(campaign: Sending, status: str) -> int:
    return campaign.books().get(status, 0)


def test_two_workers_share_a_campaign_and_send_nothing_twice(workers, server, database):  # noqa: F811
    campaign = Sending(database, 700)
    server.delay = 0.001
    for _ in range(2):
        workers.start("send")
    workers.start("general")
    for _ in range(2):
        ring(Job.SEND, campaign.id)
    wait_for(lambda: campaign.campaign().status == CampaignStatus.SENT, "the campaign's end")
    assert sorted(one.recipient for one in server.accepted) == sorted(campaign.people)
    assert campaign.books() == {"sent": 700}


def test_a_run_rings_for_the_end_once_and_not_for_every_chunk(workers, database):
    campaign = Sending(database, 1100)
    workers.start("send")
    ring(Job.SEND, campaign.id)
    wait_for(lambda: {chunk.state for chunk in campaign.chunks()} == {ChunkState.DONE}, "the last chunk")
    general = Queue("general", connection=queue_connection())
    wait_for(lambda: general.count, "the ring")
    assert len(campaign.chunks()) > 1
    assert general.get_jobs()[0].func_name == Job.FINISH.value
    assert general.count == 1


def test_a_ring_that_comes_when_everything_has_left_begins_nothing(workers, database):
    campaign = Sending(database, 20)
    worker = workers.start("send")
    ring(Job.SEND, campaign.id)
    wait_for(lambda: campaign.books() == {"sent": 20}, "the letters")
    general = Queue("general", connection=queue_connection())
    wait_for(lambda: general.count, "the ring of the run")
    ring(Job.SEND, campaign.id)
    wait_for(lambda: general.count == 2, "the ring of the one that found nothing")
    assert "nothing to do: no letter is due" in workers.logs()
    assert ": 0 letters sent" not in workers.logs()
    assert worker.poll() is None


def test_sigterm_lets_letters_under_way_finish_and_leaves_none_unknown(workers, server, database):  # noqa: F811
    campaign = Sending(database, 500)
    server.delay = 0.02
    worker = workers.start("send")
    ring(Job.SEND, campaign.id)
    wait_for(lambda: len(server.accepted) >= 10, "the first letters")
    worker.send_signal(signal.SIGTERM)
    assert worker.wait(30) == 0
    books = campaign.books()
    assert books == {"sent": len(server.accepted), "pending": 500 - len(server.accepted)}
    assert {chunk.state for chunk in campaign.chunks()} == {ChunkState.OPEN}


def test_without_a_way_out_the_campaign_says_what_to_set(workers, database, tmp_path):
    campaign = Sending(database, 1)
    workers.environment["SMTP_URL"] = ""
    workers.start("send")
    ring(Job.SEND, campaign.id)
    wait_for(lambda: campaign.campaign().trouble, "the campaign's trouble")
    assert "SMTP_URL" in campaign.campaign().trouble
    assert campaign.books() == {"pending": 1}


def test_a_campaign_that_was_deleted_ends_its_job_quietly(workers, database):
    campaign = Sending(database, 1)
    with transaction() as session:
        session.get_one(Campaign, campaign.id).move_to(CampaignStatus.CANCELLED)
    workers.start("send")
    ring(Job.SEND, campaign.id)
    ring(Job.SEND, 999_999)
    wait_for(lambda: "nothing to do" in workers.logs(), "the log line")
    assert "Traceback" not in workers.logs()


def test_a_worker_that_is_killed_amid_requests_leaves_only_those_in_doubt(workers, database):
    campaign = Sending(database, 40)
    workers.environment["SMTP_URL"] = ""
    details = {"domain": "mg.example.org", "address": ""}
    with fake_api(Answer(200, b'{"id": "x"}')) as api:
        api.delay = 0.05
        given = TransportDetails("Mailgun", details | {"address": api.address}, secret="k", numbers={"connections": 3})
        with transaction() as session:
            create_transport(session, TransportKind.MAILGUN, given)
        worker = workers.start("send")
        ring(Job.SEND, campaign.id)
        wait_for(lambda: len(api.asked) >= 12, "the first letters")
        worker.kill()
        worker.wait(10)
        workers.start("send")
        workers.start("general")
        ring(Job.SEND, campaign.id)
        wait_for(lambda: not campaign.books().keys() & {"pending", "deferred"}, "the end")
        people = [re.search(rb"reader\d+@example\.test", one.body)[0] for one in api.asked]
    books = campaign.books()
    assert len(people) == len(set(people))
    assert books.get("unknown", 0) <= 3
    assert books["sent"] <= len(people) <= books["sent"] + books.get("unknown", 0)
