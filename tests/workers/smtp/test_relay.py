"""SMTP_URL is read, or refused with the cure."""

import pytest

from workers.smtp.relay import Relay, RelayBroken, StartTls, address_literal, parse_relay


def test_a_full_address_is_read():
    relay = parse_relay("smtp://ada:p%40ss%2F@mail.example.org:2525?starttls=require&connections=4&letters=7")
    assert relay == Relay(
        host="mail.example.org",
        port=2525,
        user="ada",
        password="p@ss/",
        starttls=StartTls.REQUIRE,
        connections=4,
        letters=7,
    )


@pytest.mark.parametrize(
    ("url", "port"),
    [("smtp://h", 25), ("smtp://u:p@h", 587), ("smtps://h", 465), ("smtps://u:p@h", 465), ("smtp://[::1]:26", 26)],
)
def test_each_kind_has_its_usual_port(url: str, port: int):
    assert parse_relay(url).port == port


def test_without_options_ten_connections_of_a_hundred_letters_verify_certificates():
    relay = parse_relay("smtp://h")
    assert (relay.connections, relay.letters, relay.verify, relay.starttls) == (10, 100, True, StartTls.OPPORTUNISTIC)


def test_a_password_asks_for_encryption():
    assert parse_relay("smtp://u:p@h").starttls is StartTls.REQUIRE


@pytest.mark.parametrize(
    ("url", "cure"),
    [
        ("http://h", "must begin with smtp://"),
        ("mail.example.org", "must begin with smtp://"),
        ("smtp://", "names no host"),
        ("smtp://h:99999", "65535"),
        ("smtp://h:0", "port 0"),
        ("smtp://h/path", "nothing may stand after the port"),
        ("smtp://u@h", "both user and password"),
        ("smtp://h?starttls=maybe", "require, opportunistic or never"),
        ("smtps://h?starttls=require", "encrypted from the start"),
        ("smtp://h?connections=0", "a number from 1"),
        ("smtp://h?connections=ten", "a number from 1"),
        ("smtp://h?conections=10", "no option 'conections'"),
        ("smtp://h?verify=perhaps", "yes or no"),
        ("smtp://h?name=a%0d%0ab", "plain letters"),
    ],
)
def test_what_cannot_be_used_is_named_with_its_cure(url: str, cure: str):
    with pytest.raises(RelayBroken, match=cure):
        parse_relay(url)


def test_the_password_is_shown_nowhere():
    relay = parse_relay("smtp://ada:secret@h")
    assert "secret" not in repr(relay) + relay.address


@pytest.mark.parametrize(
    ("address", "literal"), [("127.0.0.1", "[127.0.0.1]"), ("fe80::1%eth0", "[IPv6:fe80::1]"), ("", "[127.0.0.1]")]
)
def test_a_host_without_a_name_greets_with_its_address(address: str, literal: str):
    assert address_literal(address) == literal
