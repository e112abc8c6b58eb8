"""DNS is asked what mailboxes ask it; where it says nothing, nothing is claimed."""

import pytest

from app.outside.dns_records import is_reserved, look_up
from tests.fakes.name_server import dns_server

ZONE = {
    "sound.org": {"TXT": ['"v=spf1 include:mail" ".sound.org -all"', '"other=1"'], "MX": ["10 mx.sound.org."]},
    "_dmarc.sound.org": {"TXT": ['"v=DMARC1; p=reject"']},
    "k1._domainkey.sound.org": {"TXT": ['"v=DKIM1; p=abc"']},
    "news.sound.org": {"A": ["192.0.2.1"]},
    "bare.org": {"A": ["192.0.2.1"], "TXT": ['"v=spf10 not ours"']},
    "silent.org": {"NS": ["ns.silent.org."]},
}


@pytest.fixture
def server():
    with dns_server(ZONE) as one:
        yield one


def test_a_sound_domain_shows_all_three(server):
    found = look_up("sound.org", resolver=server.resolver)
    assert found.spf == ("v=spf1 include:mail.sound.org -all",)
    assert (found.known, found.exists, found.takes_mail, found.has_dkim_keys) == (True, True, True, True)
    assert found.dmarc == "v=DMARC1; p=reject"


def test_a_domain_below_takes_the_policy_from_above(server):
    found = look_up("news.sound.org", resolver=server.resolver)
    assert (found.dmarc, found.spf, found.has_dkim_keys) == ("v=DMARC1; p=reject", (), False)


def test_what_only_looks_alike_is_no_record(server):
    found = look_up("bare.org", resolver=server.resolver)
    assert (found.exists, found.spf, found.dmarc, found.has_dkim_keys) == (True, (), "", False)


def test_a_domain_without_mail_or_with_no_name_at_all(server):
    assert look_up("silent.org", resolver=server.resolver).takes_mail is False
    gone = look_up("nowhere.org", resolver=server.resolver)
    assert (gone.known, gone.exists) == (True, False)


def test_silence_claims_nothing(server):
    server.silent = True
    resolver = server.resolver
    resolver.lifetime = 0.3
    assert look_up("sound.org", resolver=Hasty(resolver)).known is False


class Hasty:
    """A resolver that waits for a moment only."""

    def __init__(self, resolver) -> None:
        self._resolver = resolver

    def resolve(self, *given, **more):
        return self._resolver.resolve(*given, **more | {"lifetime": 0.3})


@pytest.mark.parametrize(
    "name", ["example.test", "localhost", "a.invalid", "example.com", "news.example.org", "[192.0.2.1]", ""]
)
def test_names_for_trials_are_not_asked_about(name):
    assert is_reserved(name)
    assert look_up(name).known is False


def test_real_names_are_asked_about():
    assert not is_reserved("letters.org")
