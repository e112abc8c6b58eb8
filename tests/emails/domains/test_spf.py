"""Who may send for a domain, by cases of RFC 7208; and that no record in the world makes us fall over."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from emails.domains.spf import MOST_LOOKUPS, Verdict, read_spf
from tests.fakes.dns_zone import DnsZone

OURS = "192.0.2.7"
SIX = "2001:db8::7"


def zone(record, **more):
    base = {("example.test", "TXT"): ["something else", record]}
    return DnsZone(base | {tuple(name.split("|")): value for name, value in more.items()})


@pytest.mark.parametrize(
    ("record", "verdict"),
    [
        ("v=spf1 ip4:192.0.2.0/24 -all", Verdict.PASS),
        ("v=spf1 ip4:192.0.2.8 -all", Verdict.FAIL),
        ("v=spf1 ip4:192.0.2.8 ~all", Verdict.SOFTFAIL),
        ("v=spf1 ip4:192.0.2.8 ?all", Verdict.NEUTRAL),
        ("v=spf1 ip4:192.0.2.8", Verdict.NEUTRAL),
        ("v=spf1 -ip4:192.0.2.7 +all", Verdict.FAIL),
        ("V=SPF1 IP4:192.0.2.7 -ALL", Verdict.PASS),
        ("v=spf1 a:mail.example.test -all", Verdict.PASS),
        ("v=spf1 a -all", Verdict.FAIL),
        ("v=spf1 a:near.example.test/24 -all", Verdict.PASS),
        ("v=spf1 mx -all", Verdict.PASS),
        ("v=spf1 include:_spf.provider.test -all", Verdict.PASS),
        ("v=spf1 redirect=_spf.provider.test", Verdict.PASS),
        ("v=spf1 -all redirect=_spf.provider.test", Verdict.FAIL),
        ("v=spf1 exp=why.example.test ip4:192.0.2.7 -all", Verdict.PASS),
        ("v=spf1 ip4:192.0.2.7/99 -all", Verdict.PERMERROR),
        ("v=spf1 ip4:2001:db8::7 -all", Verdict.PERMERROR),
        ("v=spf1 ipv4:192.0.2.7 -all", Verdict.PERMERROR),
        ("v=spf1 include:nothing.test -all", Verdict.PERMERROR),
        ("v=spf1 include:loop.test -all", Verdict.PERMERROR),
        ("v=spf1 a:no1.test a:no2.test a:no3.test -all", Verdict.PERMERROR),
    ],
)
def test_the_first_term_that_matches_decides(record, verdict):
    dns = zone(
        record,
        **{
            "mail.example.test|A": [OURS],
            "near.example.test|A": ["192.0.2.200"],
            "example.test|A": ["198.51.100.1"],
            "example.test|MX": ["mail.example.test"],
            "_spf.provider.test|TXT": ["v=spf1 ip4:192.0.2.0/28 ~all"],
            "loop.test|TXT": ["v=spf1 include:example.test -all"],
        },
    )
    reading = read_spf("example.test", dns, senders=(OURS,))
    assert reading.verdict is verdict
    assert bool(reading.trouble) == (verdict is Verdict.PERMERROR)


def test_an_address_of_version_6_is_held_against_its_own_networks():
    dns = zone("v=spf1 ip4:192.0.2.7 ip6:2001:db8::/32 -all")
    assert read_spf("example.test", dns, senders=(OURS, SIX)).verdict is Verdict.PASS
    assert read_spf("example.test", dns, senders=(OURS, "2001:db9::1")).verdict is Verdict.FAIL


def test_lookups_are_counted_through_everything_that_is_included():
    many = "v=spf1 " + " ".join(f"include:p{n}.test" for n in range(6)) + " -all"
    more = {f"p{n}.test|TXT": ["v=spf1 a:host.test ~all"] for n in range(6)}
    reading = read_spf("example.test", zone(many, **more, **{"host.test|A": [OURS]}), senders=(OURS,))
    assert reading.lookups == 12 > MOST_LOOKUPS
    assert reading.verdict is Verdict.PERMERROR
    assert "12 DNS lookups" in reading.trouble


def test_no_record_and_two_records_are_told_apart():
    assert read_spf("example.test", DnsZone({})).verdict is Verdict.NONE
    two = DnsZone({("example.test", "TXT"): ["v=spf1 -all", "v=spf1 ~all"]})
    assert "2 SPF records" in read_spf("example.test", two).trouble


def test_a_record_that_lets_everybody_send_is_noticed():
    assert read_spf("example.test", zone("v=spf1 +all")).open_to_all
    assert read_spf("example.test", zone("v=spf1 all")).open_to_all
    assert not read_spf("example.test", zone("v=spf1 ~all")).open_to_all


TERMS = st.sampled_from(
    ["a", "mx", "ptr", "all", "-all", "include:example.test", "ip4:", "ip6::::", "exists:%{i}.x", "a//", "redirect="]
)


@given(st.lists(st.one_of(TERMS, st.text(max_size=12)), max_size=12))
def test_whatever_a_record_says_there_is_a_verdict(terms):
    reading = read_spf("example.test", zone("v=spf1 " + " ".join(terms)), senders=(OURS, SIX))
    assert reading.verdict in Verdict
