"""Domains of one provider share one pace: looked up with the most people first, kept, and asked again in time."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from app.clock import now
from app.config import Settings
from app.database.session import reading, transaction
from app.models import Chunk, DomainPace, MxGroup
from app.services import mx_groups, paces
from app.services.leases import lease_chunk
from app.services.mx_groups import Found
from tests.factories.campaigns import make_sending
from tests.factories.mailing_lists import make_list
from tests.factories.subscribers import make_confirmed, make_subscriber
from tests.fakes.dns_server import dns_server

ZONE = {
    ("clinic.test", "MX"): ["10 mx1.provider.net.", "20 mx2.provider.net."],
    ("broken.test", "MX"): ["servfail"],
    ("xn--bcher-kva.test", "MX"): ["10 mx.provider.net."],
}


def keep(*found: Found) -> None:
    with transaction() as session:
        mx_groups.keep(session, found)


def groups() -> dict[str, str]:
    with reading() as session:
        return dict(session.execute(select(MxGroup.domain, MxGroup.group)).all())


def due() -> list[str]:
    with reading() as session:
        return mx_groups.domains_due(session)


def let_pass(time: timedelta) -> None:
    with transaction() as session:
        for row in session.scalars(select(MxGroup)):
            row.look_at -= time


def test_domains_are_due_with_the_most_people_first_and_again_after_a_week(database):
    with transaction() as session:
        readers = make_list(session)
        make_confirmed(session, readers, 2, domain="large.test")
        make_confirmed(session, readers, 1, domain="small.test")
        make_subscriber(session, domain="", email_key=None)  # somebody who was erased
    assert due() == ["large.test", "small.test"]
    with reading() as session:
        assert mx_groups.domains_due(session, most=1) == ["large.test"]
    keep(Found("large.test", "provider.net"), Found("small.test", None))
    assert due() == []
    let_pass(timedelta(hours=1, minutes=1))
    assert due() == ["small.test"]
    let_pass(timedelta(days=7))
    assert due() == ["large.test", "small.test"]


def test_what_nobody_answered_stays_what_it_was(database):
    keep(Found("clinic.test", "provider.net"), Found("new.test", None))
    assert groups() == {"clinic.test": "provider.net", "new.test": "new.test"}
    keep(Found("clinic.test", None))
    assert groups()["clinic.test"] == "provider.net"
    with reading() as session:
        assert session.get_one(MxGroup, "new.test").looked_up_at is None


def test_domains_that_nobody_is_at_are_forgotten(database):
    keep(Found("gone.test", "gone.test"))
    let_pass(timedelta(days=38))
    keep(Found("clinic.test", "provider.net"))
    assert groups() == {"clinic.test": "provider.net"}


def test_the_dns_is_asked_and_a_failure_is_no_answer():
    with dns_server(ZONE) as server:
        settings = Settings.model_construct(dns_servers=(server.address,))
        asked = ["clinic.test", "bücher.test", "nowhere.test", "broken.test", "a" * 70 + ".test"]
        found = {domain: mx_groups.look_up(settings, domain).group for domain in asked}
    assert found == {
        "clinic.test": "provider.net",
        "bücher.test": "provider.net",
        "nowhere.test": "nowhere.test",
        "broken.test": None,
        "a" * 70 + ".test": "a" * 70 + ".test",
    }


@pytest.mark.parametrize("domain", ["readers.example", "somebody.test", "mail.localhost", "example.com"])
def test_nobody_is_asked_about_names_that_nobody_can_own(domain, monkeypatch):
    monkeypatch.setattr(mx_groups, "WorldDns", None)
    assert mx_groups.look_up(Settings.model_construct(dns_servers=()), domain) == Found(domain, domain)


def slow(domain: str, per_minute: float, said: str) -> None:
    with transaction() as session:
        session.add(DomainPace(domain=domain, per_minute=per_minute, slowed_at=now(), changed_at=now(), said=said))


@pytest.mark.parametrize(
    ("of_domain", "of_group", "pace", "said"),
    [(100, None, 100, "domain"), (100, 300, 100, "domain"), (300, 100, 100, "group"), (None, 50, 50, "group")],
)
def test_what_a_domain_asked_for_holds_for_its_group_and_the_slower_pace_counts(
    database, of_domain, of_group, pace, said
):
    if of_domain:
        slow("clinic.test", of_domain, "domain")
    if of_group:
        slow("provider.net", of_group, "group")
    keep(Found("clinic.test", "provider.net"))
    with reading() as session:
        [row] = session.scalars(select(DomainPace))
        assert (row.domain, row.per_minute, row.said) == ("provider.net", pace, said)


def test_a_freeze_gives_a_large_group_chunks_of_its_own_and_a_lease_tells_each_letters_group(database, monkeypatch):
    monkeypatch.setattr("app.services.audience.LARGE_GROUP", 4)
    keep(Found("a.test", "provider.net"), Found("b.test", "provider.net"), Found("c.test", "c.test"))
    with transaction() as session:
        readers = make_list(session)
        for domain in ("a.test", "c.test", "b.test", "d.test"):
            make_confirmed(session, readers, 2, domain=domain)
        campaign_id = make_sending(session, readers).id
    with transaction() as session:
        chunks = session.scalars(select(Chunk).order_by(Chunk.id)).all()
        assert [one.domain_group for one in chunks] == ["provider.net", ""]
        leased = [lease_chunk(session, campaign_id, owner="o", host="h", lease_seconds=60) for _ in chunks]
        assert [{row.pace_name for row in one.rows} for one in leased] == [{"provider.net"}, {"c.test", "d.test"}]


def test_a_person_frees_a_group_and_that_is_written_down(database):
    slow("provider.net", 100, "421 4.7.0 too fast")
    with transaction() as session:
        assert paces.free(session, "provider.net")
        assert not paces.free(session, "provider.net")
        assert paces.paces(session) == {}
