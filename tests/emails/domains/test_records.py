"""DKIM keys and DMARC policies as domains publish them."""

import base64

import pytest
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from hypothesis import given
from hypothesis import strategies as st

from emails.domains.dkim_record import find_dkim, read_record
from emails.domains.dmarc import aligned, organisational_domain, read_dmarc
from tests.fakes.dns_zone import DnsZone


def der(key):
    return key.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)


@pytest.fixture(scope="module")
def key():
    return rsa.generate_private_key(65_537, 2048)


def p(data):
    return base64.b64encode(data).decode()


def test_a_key_is_read_with_its_size_and_bytes(key):
    dns = DnsZone(
        {("lw1._domainkey.example.test", "TXT"): [f"v=DKIM1; k=rsa; p={p(der(key))[:200]} {p(der(key))[200:]}"]}
    )
    found = find_dkim("example.test", "lw1", dns)
    assert (found.kind, found.bits, found.key, found.trouble) == ("rsa", 2048, der(key), "")
    assert find_dkim("example.test", "lw2", dns) is None


@pytest.mark.parametrize(
    ("record", "trouble"),
    [
        ("v=DKIM1; p=", "withdrawn"),
        ("v=DKIM2; p=AAAA", "not DKIM1"),
        ("v=DKIM1; p=MIGf", "no key"),
        ("v=DKIM1; p=%%%", "no key"),
        ("v=DKIM1; k=ed25519; p=AAAA", "no Ed25519 key"),
        (f"v=DKIM1; p={p(der(ec.generate_private_key(ec.SECP256R1())))}", "another kind"),
        (f"v=DKIM1; p={p(der(rsa.generate_private_key(65_537, 1024)))[:-8]}", "no key"),
    ],
)
def test_a_key_that_cannot_be_used_says_why(record, trouble):
    assert trouble in read_record("lw1._domainkey.example.test", record).trouble


def test_an_ed25519_key_is_32_bytes():
    raw = ed25519.Ed25519PrivateKey.generate().public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)
    found = read_record("x", f"v=DKIM1; k=ed25519; p={p(raw)}")
    assert (found.bits, found.trouble) == (256, "")


@given(st.text(max_size=80))
def test_no_record_is_too_odd_to_be_read(text):
    read_record("x", text)
    read_dmarc("example.test", DnsZone({("_dmarc.example.test", "TXT"): [f"v=DMARC1;{text}"]}))


def test_a_subdomain_takes_its_parents_policy_for_subdomains():
    dns = DnsZone(
        {("_dmarc.example.co.uk", "TXT"): ["v=DMARC1; p=reject; sp=quarantine; adkim=s; rua=mailto:d@example.co.uk"]}
    )
    inherited, own = read_dmarc("news.example.co.uk", dns), read_dmarc("example.co.uk", dns)
    assert (inherited.domain, inherited.policy, inherited.strict_dkim) == ("example.co.uk", "quarantine", True)
    assert (own.policy, own.reports_to) == ("reject", "mailto:d@example.co.uk")


def test_none_two_and_broken_policies_are_told_apart():
    assert read_dmarc("example.test", DnsZone({})).policy == ""
    two = DnsZone({("_dmarc.example.test", "TXT"): ["v=DMARC1; p=none", "v=DMARC1; p=reject"]})
    assert "2 records" in read_dmarc("example.test", two).trouble
    odd = DnsZone({("_dmarc.example.test", "TXT"): ["v=DMARC1; p=maybe"]})
    assert "none of none" in read_dmarc("example.test", odd).trouble


def test_who_speaks_for_whom_goes_by_the_organisational_domain():
    assert organisational_domain("mail.news.example.co.uk") == "example.co.uk"
    assert aligned("mail.example.org", "news.example.org")
    assert not aligned("mail.example.org", "news.example.org", strict=True)
    assert not aligned("example.co.uk", "other.co.uk")
