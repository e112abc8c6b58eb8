"""Who takes mail for a domain, as its MX records tell."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from emails.domains.mail_group import mail_group

WORKSPACE = ("aspmx.l.google.com", "alt1.aspmx.l.google.com", "alt2.aspmx.l.google.com", "aspmx2.googlemail.com")


@pytest.mark.parametrize(
    ("domain", "hosts", "group"),
    [
        ("clinic.example", WORKSPACE, "google.com"),
        ("gmail.com", ("gmail-smtp-in.l.google.com",), "google.com"),
        ("school.example", ("school-example.mail.protection.outlook.com",), "outlook.com"),
        ("Shop.Example", ("MX1.Hosting.CO.UK", "mx2.hosting.co.uk."), "hosting.co.uk"),
        ("own.example", ("mail.own.example",), "own.example"),
        ("news.own.example", ("mail.own.example",), "own.example"),
        ("two.example", ("mx.provider.net", "mx.other.org"), "two.example"),
        ("none.example", (), "none.example"),
        ("nomail.example", None, "nomail.example"),
        ("wrong.example", ("192.0.2.25",), "wrong.example"),
        ("bare.example", ("mailhost",), "bare.example"),
    ],
)
def test_more_than_half_of_the_hosts_name_the_group(domain, hosts, group):
    assert mail_group(domain, hosts) == group


@given(st.text(max_size=60), st.lists(st.text(max_size=80), max_size=6))
def test_whatever_the_dns_says_a_group_is_a_name_and_the_order_of_hosts_tells_nothing(domain, hosts):
    group = mail_group(domain, hosts)
    assert group == mail_group(domain, hosts[::-1])
    assert group == domain.lower() or "." in group
