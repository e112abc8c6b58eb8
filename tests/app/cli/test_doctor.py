"""`letterwright doctor`: what it finds right and wrong, against a mail server and a name server of the test's own."""

import json

import pytest
from click.testing import CliRunner

from app.cli import main
from app.database.session import transaction
from app.services.brands import BrandDetails, create_brand
from app.services.senders import SenderDetails, create_sender
from tests.fakes.dns_server import dns_server
from tests.fakes.smtp_server import smtp_server

ZONE = {
    ("example.test", "TXT"): ['"v=spf1 ip4:192.0.2.7 -all"'],
    ("example.test", "MX"): ["10 mx.example.test."],
    ("mx.example.test", "A"): ["192.0.2.7"],
    ("_dmarc.example.test", "TXT"): ['"v=DMARC1; p=reject"'],
}


@pytest.fixture
def house(database, monkeypatch):
    monkeypatch.setenv("LETTERWRIGHT_DATA", str(database.data))
    monkeypatch.setenv("DATABASE_URL", database.database_url)
    monkeypatch.setenv("LETTERWRIGHT_SECRET", database.secret)
    monkeypatch.setenv("LETTERWRIGHT_URL", "https://news.example.test")
    with transaction() as session:
        brand = create_brand(session, BrandDetails("The Spring", "1 Quay Street"))
        create_sender(session, SenderDetails("The Spring", "hello@example.test"), brand_id=brand.id)
        create_sender(session, SenderDetails("Ada", "ada@example.test"), brand_id=brand.id)
    return database


def doctor(*options):
    result = CliRunner().invoke(main, ["doctor", *options])
    return result, {one["id"]: one for one in json.loads(result.stdout)["checks"]} if "--json" in options else {}


def test_a_mail_server_and_a_sound_domain_are_found_right(house, monkeypatch):
    with smtp_server(users={"us": "secret"}) as server, dns_server(ZONE) as names:
        monkeypatch.setenv("SMTP_URL", f"smtp://us:secret@127.0.0.1:{server.port}?starttls=never")
        monkeypatch.setenv("LETTERWRIGHT_DNS_SERVERS", names.address)
        result, checks = doctor("--json")
        assert (checks["smtp"]["level"], checks["smtp"]["message"]) == (
            "good",
            "127.0.0.1 greets us, and would take letters.",
        )
        assert server.verbs[-1] == "QUIT"
        assert "MAIL" not in server.verbs
    assert [checks[f"{one}:example.test"]["level"] for one in ("spf", "dkim", "dmarc", "mx")] == [
        "unsure", "unsure", "good", "good",
    ]  # fmt: skip
    assert sum(one.startswith("spf:") for one in checks) == 1
    # Nothing runs in a test but the house itself, and that is said too.
    assert (result.exit_code, json.loads(result.stdout)["ok"]) == (1, False)
    assert {name for name, one in checks.items() if not one["ok"]} == {"queue"}
    assert checks["queue"]["cure"].startswith("Start `letterwright up`")


def test_a_wrong_password_is_told_with_what_the_server_said(house, monkeypatch):
    with smtp_server(users={"us": "secret"}) as server:
        monkeypatch.setenv("SMTP_URL", f"smtp://us:f4lse@127.0.0.1:{server.port}?starttls=never")
        result, checks = doctor("--json", "--no-dns")
    assert not checks["smtp"]["ok"]
    assert "535" in checks["smtp"]["message"]
    assert "f4lse" not in result.stdout
    assert not any(one.startswith("spf") for one in checks)


def test_people_read_findings_in_words_with_the_record_to_paste(house, monkeypatch):
    with dns_server({("example.test", "MX"): ["0 ."]}) as names:
        monkeypatch.setenv("LETTERWRIGHT_DNS_SERVERS", names.address)
        monkeypatch.setenv("LETTERWRIGHT_URL", "http://news.example.test")
        result, _ = doctor()
    assert result.exit_code == 1
    assert "WRONG   example.test has no DMARC record" in result.stdout
    assert "_dmarc.example.test  TXT  v=DMARC1; p=none" in result.stdout
    assert "WRONG   example.test says that it takes no mail at all" in result.stdout
    assert "without encryption" in result.stdout
    assert "advice  Letters stay in the built-in catcher" in result.stdout
    assert "found something wrong" in result.stdout


def test_a_name_server_that_is_no_address_is_refused_by_name(house, monkeypatch):
    monkeypatch.setenv("LETTERWRIGHT_DNS_SERVERS", "dns.example.test")
    result, _ = doctor()
    assert result.exit_code == 1
    assert "LETTERWRIGHT_DNS_SERVERS: dns.example.test is no IPv4 address" in result.stderr
