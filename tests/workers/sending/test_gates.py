"""What a plan of departure holds back never reaches the mail server; whatever it lets go reaches it once."""

import threading
from collections import Counter
from datetime import timedelta

from app.clock import now
from app.database.session import transaction
from app.models import Campaign, CampaignStatus, Reason
from app.services import warm_ups
from app.services.delivery import finish_if_balanced
from tests.app.services.leaving import look
from tests.factories.departures import make_plan, make_warm_up
from tests.workers.conftest import wait_for
from workers.sending.run import End

LONG_AGO = timedelta(hours=1)


def change(campaign, **given) -> None:
    with transaction() as session:
        make_plan(session, session.get_one(Campaign, campaign.id), **given)


def finish(campaign) -> bool:
    with transaction() as session:
        return finish_if_balanced(session, campaign.id)


def test_the_first_letters_reach_the_server_alone_and_then_the_rest(sending, server):
    campaign = sending(30, canary_count=6)
    campaign.send(server)
    assert len(server.accepted) == 6
    look()
    assert campaign.campaign().status == CampaignStatus.WAITING
    assert campaign.send(server) in {End.NOT_SENDING, End.NOTHING_DUE}
    assert len(server.accepted) == 6
    change(campaign, canary_until=now() - LONG_AGO)
    look()
    campaign.send(server)
    assert Counter(one.recipient for one in server.accepted) == Counter(campaign.people)
    assert finish(campaign)


def test_first_letters_that_are_refused_keep_the_rest_from_the_server(sending, server):
    campaign = sending(30, canary_count=6)
    server.say("RCPT", "550 5.1.1 no such user")
    campaign.send(server)
    look()
    assert campaign.campaign().status == CampaignStatus.HELD
    campaign.send(server)
    assert (len(server.accepted), campaign.books()) == (5, {"sent": 5, "refused": 1, "pending": 24})


def test_a_run_that_comes_to_its_end_finishes_what_it_began_and_leaves_the_rest_out(sending, server):
    campaign = sending(200)
    server.delay = 0.01

    def set_end() -> None:
        wait_for(lambda: server.accepted, "the first letter")
        change(campaign, finish_by=now() + timedelta(seconds=1.1))

    watcher = threading.Thread(target=set_end)
    watcher.start()
    end = campaign.send(server)
    watcher.join()
    assert end is End.NOT_SENDING
    sent = len(server.accepted)
    assert 0 < sent < 200
    change(campaign, finish_by=now() - LONG_AGO)
    look()
    assert campaign.books() == {"sent": sent, "skipped": 200 - sent}
    assert {row.reason for row in campaign.messages() if row.status == "skipped"} == {Reason.EXPIRED}
    assert finish(campaign)


def test_outside_its_hours_a_run_begins_nothing(sending, server):
    hour = (now() + timedelta(hours=2)).hour
    campaign = sending(5, from_minute=hour * 60, to_minute=hour * 60 + 30)
    campaign.send(server)
    assert server.accepted == []
    look()
    assert campaign.campaign().status == CampaignStatus.WAITING


def test_a_warming_domain_hands_over_its_quota_and_not_a_letter_more(sending, server):
    with transaction() as session:
        make_warm_up(session, 12, 40)
    campaigns = [sending(20), sending(20)]
    for _ in range(2):
        for campaign in campaigns:
            campaign.send(server)
            look()
    assert len(server.accepted) == 12
    assert [one.campaign().status for one in campaigns] == [CampaignStatus.WAITING] * 2
    with transaction() as session:
        warm_ups.stop_warm_up(session, "example.test")
    look()
    for campaign in campaigns:
        campaign.send(server)
    people = [one for campaign in campaigns for one in campaign.people]
    assert Counter(one.recipient for one in server.accepted) == Counter(people)
