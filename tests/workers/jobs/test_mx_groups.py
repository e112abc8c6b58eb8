"""The job that looks up MX groups: bounded, and quiet where no DNS answers."""

import pytest
from sqlalchemy import func, select

from app.database.session import reading, transaction
from app.jobs import Job
from app.models import MxGroup
from tests.factories.subscribers import make_subscriber
from tests.fakes.dns_server import SILENT, dns_server
from workers.jobs import mx_groups


@pytest.fixture
def rung(monkeypatch) -> list[Job]:
    rings: list[Job] = []
    monkeypatch.setattr(mx_groups, "ring", rings.append)
    return rings


@pytest.fixture
def look(database, monkeypatch):
    """look(zone) does the job once, with a name server of its own; answers the questions that it heard."""

    def once(zone) -> list[tuple[str, str]]:
        with dns_server(zone) as server:
            told = database.model_copy(update={"dns_servers": (server.address,)})
            monkeypatch.setattr(mx_groups, "settings", lambda: told)
            mx_groups.look_up.__wrapped__()
            return server.questions

    return once


def people_at(*domains: str) -> None:
    with transaction() as session:
        for domain in domains:
            make_subscriber(session, f"reader@{domain}")


def count() -> int:
    with reading() as session:
        return session.scalar(select(func.count()).select_from(MxGroup))


def test_each_domain_is_asked_about_once_and_its_group_is_kept(look, rung):
    people_at("a.test", "b.test")
    zone = {("a.test", "MX"): ["10 mx.provider.net."], ("b.test", "MX"): ["10 mx.provider.net."]}
    assert sorted(look(zone)) == [("a.test", "MX"), ("b.test", "MX")]
    with reading() as session:
        assert {row.group for row in session.scalars(select(MxGroup))} == {"provider.net"}
    assert look(zone) == []
    assert rung == []


def test_a_run_takes_so_many_and_rings_for_the_rest(look, rung, monkeypatch):
    people_at(*(f"d{number}.test" for number in range(30)))
    monkeypatch.setattr(mx_groups.mx_groups, "MOST_A_RUN", 20)
    monkeypatch.setattr(mx_groups, "RUN_SECONDS", -1.0)
    look({})
    assert (count(), rung) == (0, [Job.MX_GROUPS])
    monkeypatch.setattr(mx_groups, "RUN_SECONDS", 60.0)
    look({})
    assert count() == 30


def test_where_no_name_server_answers_the_rest_waits(look, rung, monkeypatch):
    monkeypatch.setattr("app.outside.dns.SECONDS_A_QUESTION", 0.1)
    domains = [f"d{number:02}.test" for number in range(40)]
    people_at(*domains)
    look({(domain, "MX"): [SILENT] for domain in domains})
    assert count() == mx_groups.AT_ONCE
    assert rung == []
