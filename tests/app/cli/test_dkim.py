"""`letterwright dkim`: from a new key to signed letters, and back."""

import pytest
from click.testing import CliRunner

from app.cli import main
from app.database.session import reading, transaction
from app.services.brands import BrandDetails, create_brand
from app.services.senders import SenderDetails, create_sender
from app.services.signing_keys import own_keys
from tests.fakes.dns_server import dns_server

DOMAIN = "example.test"


@pytest.fixture
def house(database, monkeypatch):
    monkeypatch.setenv("LETTERWRIGHT_DATA", str(database.data))
    monkeypatch.setenv("DATABASE_URL", database.database_url)
    monkeypatch.setenv("LETTERWRIGHT_SECRET", database.secret)
    with transaction() as session:
        brand = create_brand(session, BrandDetails("The Spring", "1 Quay Street"))
        create_sender(session, SenderDetails("The Spring", f"hello@{DOMAIN}"), brand_id=brand.id)


def dkim(*arguments: str):
    return CliRunner().invoke(main, ["dkim", *arguments])


def only_key():
    with reading() as session:
        [key] = own_keys(session, DOMAIN)
    return key


def test_a_key_is_made_shown_started_and_stopped(house, monkeypatch):
    made = dkim("make", "Example.test")
    key = only_key()
    assert made.stdout == f"  {key.selector}._domainkey.{DOMAIN}  TXT  {key.record}\n"
    assert "not signed here" in dkim("show").stdout
    with dns_server({}) as names:
        monkeypatch.setenv("LETTERWRIGHT_DNS_SERVERS", names.address)
        refused = dkim("start", DOMAIN)
        assert (refused.exit_code, only_key().signs) == (1, False)
        assert "not published yet" in refused.stderr
        names.zone = {(f"{key.selector}._domainkey.{DOMAIN}", "TXT"): [f'"{key.record[:250]}" "{key.record[250:]}"']}
        assert dkim("start", DOMAIN).exit_code == 0
    assert only_key().signs
    assert f"{DOMAIN}: signed here" in dkim("show").stdout
    assert dkim("stop", DOMAIN).exit_code == 0
    assert f"{DOMAIN}: not signed here" in dkim("show").stdout


def test_without_a_look_at_the_dns_it_signs_at_once(house):
    dkim("make", DOMAIN)
    assert dkim("start", DOMAIN, "--unchecked").exit_code == 0
    assert only_key().signs


def test_a_domain_of_no_sender_is_refused_by_name(house):
    refused = dkim("make", "elsewhere.test")
    assert refused.exit_code == 1
    assert f"There are: {DOMAIN}" in refused.stderr
