"""The world's DNS through a true socket: a name server of the test's own on loopback."""

import pytest

from app.outside.dns import WorldDns
from emails.domains.dns import LookupBroken
from tests.fakes.dns_server import dns_server

ZONE = {
    ("example.test", "TXT"): ['"v=spf1 " "-all"', '"other"'],
    ("example.test", "MX"): ["20 second.example.test.", "10 first.example.test."],
    ("first.example.test", "A"): ["192.0.2.1"],
    ("first.example.test", "AAAA"): ["2001:db8::1"],
    ("null.test", "MX"): ["0 ."],
    ("1.2.0.192.in-addr.arpa", "PTR"): ["first.example.test."],
    ("broken.test", "TXT"): ["servfail"],
}


@pytest.fixture
def world():
    with dns_server(ZONE) as server:
        yield WorldDns([server.address])


def test_records_of_each_kind_are_read(world):
    assert sorted(world.texts("example.test")) == ["other", "v=spf1 -all"]
    assert world.mail_hosts("example.test") == ("first.example.test", "second.example.test")
    assert world.addresses("first.example.test") == ("192.0.2.1", "2001:db8::1")
    assert world.names("192.0.2.1") == ("first.example.test",)


def test_nothing_there_is_an_empty_answer_and_a_null_mx_is_none(world):
    assert world.texts("nowhere.test") == world.addresses("example.test") == ()
    assert world.mail_hosts("first.example.test") == ()
    assert world.mail_hosts("null.test") is None


def test_a_failure_is_no_answer(world):
    with pytest.raises(LookupBroken, match=r"broken\.test"):
        world.texts("broken.test")
    with pytest.raises(LookupBroken, match="cannot be looked up"):
        world.texts("a" * 70 + ".test")


def test_nobody_there_is_no_answer():
    with dns_server(ZONE) as server:
        gone = WorldDns([server.address])
    with pytest.raises(LookupBroken):
        gone.texts("example.test")
