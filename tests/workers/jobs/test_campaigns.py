"""From its time on the timetable to its last letter: every process real, the queue emptied on the way."""

import pytest
from redis import Redis

from app.clock import now
from app.config import Settings
from app.database.session import reading, transaction
from app.models import Campaign, CampaignStatus
from app.services.campaigns import get_campaign
from app.services.letters import campaign_hash
from tests.factories.brands import make_sender
from tests.factories.campaigns import make_campaign
from tests.factories.mailing_lists import make_list
from tests.factories.subscribers import make_confirmed
from tests.fakes.smtp_server import smtp_server
from tests.workers.conftest import Processes, wait_for
from workers import runtime
from workers.jobs.campaigns import finish, prepare, start_due


@pytest.fixture
def server():
    with smtp_server() as one:
        yield one


def scheduled(people: int) -> tuple[int, list[str]]:
    """An approved campaign whose time has come."""
    with transaction() as session:
        readers = make_list(session)
        emails = [person.email for person in make_confirmed(session, readers, people)]
        campaign = make_campaign(session, readers, status=CampaignStatus.SCHEDULED, send_at=now())
        campaign.sender_id = make_sender(session).id
        session.flush()
        campaign.approved_hash = campaign_hash(session, campaign.id)
        return campaign.id, emails


def campaign_of(campaign_id: int) -> Campaign:
    with reading() as session:
        return get_campaign(session, campaign_id)


def test_a_campaign_leaves_when_its_time_has_come_even_if_the_queue_is_emptied(
    processes: Processes, database: Settings, server, valkey: str
):
    processes.environment |= {
        "DATABASE_URL": database.database,
        "SMTP_URL": f"smtp://127.0.0.1:{server.port}?connections=2",
    }
    server.delay = 0.005
    campaign_id, emails = scheduled(60)
    for role in ("schedule", "general", "send"):
        processes.start(role)
    wait_for(lambda: campaign_of(campaign_id).status != CampaignStatus.SCHEDULED, "the start")
    Redis.from_url(valkey).flushall()
    wait_for(lambda: campaign_of(campaign_id).status == CampaignStatus.SENT, "the campaign's end")
    assert sorted(one.recipient for one in server.accepted) == sorted(emails)


def test_a_campaign_changed_after_its_approval_is_held_and_nothing_is_frozen(database: Settings):
    runtime.use_settings(database)
    campaign_id, _ = scheduled(3)
    with transaction() as session:
        get_campaign(session, campaign_id).subject = "Something else"
    start_due()
    prepare(campaign_id)
    held = campaign_of(campaign_id)
    assert held.status is CampaignStatus.HELD
    assert "approved" in held.trouble
    assert held.candidates == 0


def test_preparing_twice_and_finishing_early_change_nothing(database: Settings):
    runtime.use_settings(database)
    campaign_id, _ = scheduled(3)
    start_due()
    for _ in range(2):
        prepare(campaign_id)
    finish(campaign_id)
    campaign = campaign_of(campaign_id)
    assert (campaign.status, campaign.candidates) == (CampaignStatus.SENDING, 3)
