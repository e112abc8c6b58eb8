"""What is found about a sender's domain, with the cure and the record to paste."""

import pytest

from emails.domains.checks import Level, MailServer, OwnKey, examine
from emails.domains.providers import spf_include_of
from tests.fakes.dns_zone import DnsZone

OUT = "93.184.216.34"
SOUND = {
    ("example.test", "TXT"): [f"v=spf1 ip4:{OUT} -all"],
    ("example.test", "MX"): ["mx.example.test"],
    ("mx.example.test", "A"): [OUT],
    ("_dmarc.example.test", "TXT"): ["v=DMARC1; p=none"],
    ("smtp.example.test", "A"): [OUT],
    (OUT, "PTR"): ["smtp.example.test"],
}
SERVER = MailServer("smtp.example.test")


def found(changes=None, *, server=SERVER, keys=()):
    dns = DnsZone(SOUND | (changes or {}))
    return {one.id.partition(":")[0]: one for one in examine("example.test", dns, server=server, keys=keys)}


def test_a_sound_domain_has_nothing_wrong():
    checks = found()
    assert {name: one.level for name, one in checks.items()} == {
        "spf": Level.GOOD, "dkim": Level.UNSURE, "dmarc": Level.GOOD, "mx": Level.GOOD, "ptr": Level.GOOD,
    }  # fmt: skip
    assert all(one.ok for one in checks.values())


@pytest.mark.parametrize(
    ("name", "changes", "level", "words"),
    [
        ("spf", {("example.test", "TXT"): []}, Level.BAD, "has no SPF record"),
        ("spf", {("example.test", "TXT"): ["v=spf1 ip4:192.0.2.1 -all"]}, Level.BAD, "does not name smtp.example.test"),
        ("spf", {("example.test", "TXT"): ["v=spf1 +all"]}, Level.BAD, "every server in the world"),
        ("spf", {("example.test", "TXT"): ["v=spf1 foo -all"]}, Level.BAD, "cannot be used"),
        ("spf", {("example.test", "TXT"): None}, Level.UNSURE, "does not answer"),
        ("spf", {("smtp.example.test", "A"): ["10.0.0.5"]}, Level.UNSURE, "cannot be told from here"),
        ("dmarc", {("_dmarc.example.test", "TXT"): []}, Level.BAD, "has no DMARC record"),
        ("mx", {("example.test", "MX"): ["."]}, Level.BAD, "takes no mail at all"),
        ("mx", {("example.test", "MX"): []}, Level.BAD, "no MX record and no address"),
        ("mx", {("example.test", "MX"): [], ("example.test", "A"): [OUT]}, Level.ADVICE, "no MX record"),
        ("mx", {("mx.example.test", "A"): []}, Level.BAD, "has no address"),
        ("ptr", {(OUT, "PTR"): []}, Level.BAD, "has no name"),
        ("ptr", {(OUT, "PTR"): ["other.example.test"]}, Level.BAD, "does not lead back"),
        ("ptr", {("smtp.example.test", "A"): ["10.0.0.5"]}, Level.UNSURE, "cannot be told from here"),
    ],
)  # fmt: skip
def test_what_is_wrong_is_told_with_its_cure(name, changes, level, words):
    one = found(changes)[name]
    assert (one.level, words in one.message) == (level, True), one.message
    assert one.cure


def test_the_record_to_paste_keeps_what_is_there_and_adds_our_server():
    one = found({("example.test", "TXT"): ["v=spf1 include:_spf.other.test ip4:192.0.2.1 ~all"]} | {
        ("_spf.other.test", "TXT"): ["v=spf1 ip4:192.0.2.9 -all"]
    })["spf"]  # fmt: skip
    assert one.paste.value == f"v=spf1 include:_spf.other.test ip4:192.0.2.1 ip4:{OUT} ~all"
    assert found({("example.test", "TXT"): []})["spf"].paste.value == f"v=spf1 ip4:{OUT} ~all"
    assert found({("_dmarc.example.test", "TXT"): []})["dmarc"].paste.name == "_dmarc.example.test"


def test_a_providers_include_is_looked_for_and_its_own_machines_are_not_judged():
    server = MailServer("email-smtp.eu-west-1.amazonaws.com")
    included = {
        ("example.test", "TXT"): ["v=spf1 include:amazonses.com ~all"],
        ("amazonses.com", "TXT"): ["v=spf1 ip4:192.0.2.0/24 -all"],
    }
    assert found(included, server=server)["spf"].level is Level.GOOD
    missing = found(server=server)
    assert (missing["spf"].level, "ptr" in missing) == (Level.ADVICE, False)
    assert missing["spf"].paste.value == f"v=spf1 ip4:{OUT} include:amazonses.com -all"
    assert spf_include_of("smtp.example.org") == ""


def test_many_lookups_are_told_before_they_are_too_many():
    nine = "v=spf1 " + " ".join(f"a:h{n}.test" for n in range(9)) + " -all"
    hosts = {(f"h{n}.test", "A"): [OUT] for n in range(9)}
    assert "9 of 10" in found({("example.test", "TXT"): [nine]} | hosts)["spf-lookups"].message


@pytest.mark.parametrize(
    ("published", "level", "words"),
    [
        ([], Level.BAD, "no DKIM key"),
        (["v=DKIM1; k=ed25519; p=AAAA"], Level.BAD, "cannot be used"),
        (["v=DKIM1; k=ed25519; p=" + "A" * 43 + "="], Level.BAD, "another one than the key that signs"),
        (["v=DKIM1; k=ed25519; t=y; p=AQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQE="], Level.ADVICE, "as a test"),
        (["v=DKIM1; k=ed25519; p=AQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQE="], Level.GOOD, "is ours"),
    ],
)
def test_the_published_key_is_held_against_the_one_that_signs(published, level, words):
    key = OwnKey("lw1", b"\x01" * 32, "v=DKIM1; k=ed25519; p=AQEB…")
    one = found({("lw1._domainkey.example.test", "TXT"): published}, keys=(key,))["dkim"]
    assert (one.level, words in one.message) == (level, True), one.message
    assert (one.paste is None) == (level is Level.GOOD)
