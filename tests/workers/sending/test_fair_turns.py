"""A provider that asks for patience at every letter takes hardly a turn from the others; counted, not timed."""

import pytest

from app.database.session import reading, transaction
from app.models import DomainPace
from app.services import mx_groups
from app.services.mx_groups import Found

CONNECTIONS = 3
PATIENCE = "421 4.7.0 Too fast, try again later"


@pytest.fixture
def empty_buckets(monkeypatch):
    """Buckets from which nothing can be drawn as long as the run lasts."""
    monkeypatch.setattr("workers.sending.pace.draw", lambda *_names, **_wanted: 0)


@pytest.fixture
def own_chunks(monkeypatch):
    monkeypatch.setattr("app.services.audience.LARGE_GROUP", 20)


def group(*domains: str) -> None:
    with transaction() as session:
        mx_groups.keep(session, [Found(domain, "provider.net") for domain in domains])


def turns(server) -> list[str]:
    """The domain of every letter that was offered, in order."""
    said = [line for _, line in server.commands if line.upper().startswith("RCPT")]
    return [line.partition("@")[2].partition(">")[0] for line in said]


def refuse(server, people: list[str], domain: str) -> None:
    for email in people:
        if email.endswith(f"@{domain}"):
            server.say_to(email, "RCPT", PATIENCE)


def test_ninety_turns_of_a_hundred_stay_with_the_others(sending, server, empty_buckets, own_chunks):
    campaign = sending(160, domains=("slow.test", "good.test", "good.test", "good.test"))
    refuse(server, campaign.people, "slow.test")
    campaign.send(server, seconds=60, connections=CONNECTIONS)
    offered = turns(server)
    good = [place for place, domain in enumerate(offered) if domain == "good.test"]
    assert len(server.accepted) == len(good) == 120
    # What was on its way at the first answer, a letter behind it in each connection, and no more.
    assert 1 <= offered.count("slow.test") <= 2 * CONNECTIONS
    assert len(good) >= 0.9 * (good[-1] + 1)
    assert campaign.books() == {"sent": 120, "pending": 40 - deferred(campaign), "deferred": deferred(campaign)}


def deferred(campaign) -> int:
    return campaign.books().get("deferred", 0)


def test_domains_of_one_provider_are_slowed_together_and_its_name_stands_in_the_books(
    sending, server, empty_buckets, own_chunks
):
    group("one.test", "two.test")
    campaign = sending(90, domains=("one.test", "two.test", "good.test"))
    assert {one.domain_group for one in campaign.chunks()} == {"provider.net", "good.test"}
    refuse(server, campaign.people, "one.test")
    campaign.send(server, seconds=60, connections=CONNECTIONS)
    offered = turns(server)
    assert offered.count("good.test") == 30
    assert offered.count("one.test") + offered.count("two.test") <= 2 * CONNECTIONS + 2
    with reading() as session:
        assert session.get_one(DomainPace, "provider.net").said == PATIENCE
        assert session.get(DomainPace, "one.test") is None
