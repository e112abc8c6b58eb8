"""What a delivered copy and the answers at its address prove, each fault with its sentence and its level."""

from datetime import UTC, datetime

import dkim
import pytest
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, load_der_private_key

from emails.domains.checks import Level
from emails.domains.one_click import Door, DoorAnswer, Written, examine_copy, examine_door
from emails.mime.build import LetterHeaders, compose_notice
from emails.mime.dkim import Signer, new_private_key, public_half, txt_record
from tests.fakes.dns_zone import DnsZone

WHEN = datetime(2026, 1, 6, 9, tzinfo=UTC)
KEY = new_private_key()
PEM = load_der_private_key(KEY, None).private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
URL = "https://news.example.test/u/abcdefghijklmnopqrstuvwxyz0123456789"
OURS = Written(URL, "example.test", stays_here=False)
HERE = Written(URL, "example.test", stays_here=True)
RECORD = txt_record(public_half(KEY))
ZONE = DnsZone({(f"lw1._domainkey.{name}", "TXT"): [RECORD] for name in ("example.test", "mail.other.test")})


def letter(url: str = URL) -> bytes:
    headers = LetterHeaders("m1@example.test", WHEN, "Ada", "ada@example.test", unsubscribe_url=url)
    return compose_notice(headers, "p@example.test", "Water", "Drink.", "<p>Drink.</p>")


def signed(text: bytes, domain: str = "example.test") -> bytes:
    return Signer(domain, "lw1", KEY).sign(text, at=WHEN)


def found(copy: bytes, written: Written = OURS, zone: DnsZone = ZONE) -> dict[str, tuple[Level, str]]:
    return {one.id: (one.level, one.message) for one in examine_copy(copy, written, zone)}


def test_a_letter_as_it_should_be_is_good_in_every_point():
    checks = found(b"Received: from somewhere\r\n" + signed(letter()))
    assert list(checks) == ["probe-address", "probe-post", "probe-dkim", "probe-covered"]
    assert {level for level, _ in checks.values()} == {Level.GOOD}


OTHER = b"<https://click.other.test/x>"


@pytest.mark.parametrize(
    ("change", "check", "words"),
    [
        (lambda one: one.replace(b"List-Unsubscribe: ", b"X-Gone: "), "probe-address", "has no List-Unsubscribe"),
        (lambda one: one.replace(b"Subject:", b"List-Unsubscribe: <x:y>\r\nSubject:"), "probe-address", "has 2 List"),
        (lambda one: one.replace(URL.encode(), OTHER[1:-1]), "probe-address", "by one at click.other.test"),
        (lambda one: one.replace(b"Unsubscribe: <", b"Unsubscribe: " + OTHER + b", <"), "probe-address", "names 2"),
        (lambda one: one.replace(b"<" + URL.encode() + b">", b"<mailto:a@b.test>"), "probe-address", "names 0"),
        (lambda one: one.replace(b"List-Unsubscribe-Post: ", b"X-Gone: "), "probe-post", "did not arrive"),
        (lambda one: one.replace(b"=One-Click", b"=one-click"), "probe-post", "must say “List-Unsubscribe=One-Click”"),
        (lambda one: one.replace(b"Subject:", b"List-Unsubscribe-Post: x\r\nSubject:"), "probe-post", "says 2 times"),
    ],
)
def test_each_damage_to_the_fields_is_bad_and_told(change, check, words):
    level, message = found(signed(change(letter())))[check]
    assert (level, words in message) == (Level.BAD, True), message


def test_without_encryption_it_is_bad_in_the_world_and_advice_at_home():
    plain = URL.replace("https", "http")
    for stays_here, level in ((False, Level.BAD), (True, Level.ADVICE)):
        written = Written(plain, "example.test", stays_here=stays_here)
        assert found(signed(letter(plain)), written)["probe-address"][0] is level


def test_an_unsigned_letter_is_bad_in_the_world_and_advice_at_home():
    assert found(letter())["probe-dkim"][0] is Level.BAD
    assert found(letter(), HERE)["probe-dkim"][0] is Level.ADVICE
    assert "probe-covered" not in found(letter())


def test_a_relay_that_changes_the_text_breaks_the_signature():
    level, message = found(signed(letter()).replace(b"Drink.", b"Drink. -- a footer"))["probe-dkim"]
    assert (level, "text of the letter was changed" in message) == (Level.BAD, True)


def test_a_signature_that_leaves_a_field_out_is_told_which():
    names = [b"from", b"subject", b"list-unsubscribe"]
    left_out = dkim.sign(letter(), b"lw1", b"example.test", PEM, include_headers=names) + letter()
    level, message = found(left_out)["probe-covered"]
    assert (level, "covers List-Unsubscribe-Post," in message) == (Level.BAD, True), message


def test_a_signature_of_another_domain_is_advice():
    checks = found(signed(letter(), "mail.other.test"))
    assert checks["probe-covered"][0] is Level.GOOD
    assert checks["probe-aligned"][0] is Level.ADVICE


def test_a_name_server_that_is_away_leaves_the_signature_open():
    zone = DnsZone({("lw1._domainkey.example.test", "TXT"): None})
    assert found(signed(letter()), zone=zone)["probe-dkim"][0] is Level.UNSURE


LOOKED, CLICKED = DoorAnswer(200), DoorAnswer(200, counted=True)


def door(**changes: DoorAnswer) -> dict[str, tuple[Level, str]]:
    usual = {"looked": LOOKED, "form": CLICKED, "multipart": CLICKED, "again": CLICKED}
    return {one.id: (one.level, one.message) for one in examine_door(Door(**(usual | changes)), URL)}


def test_a_door_as_it_should_be_is_good_in_every_point():
    assert list(door()) == ["probe-look", "probe-form", "probe-multipart", "probe-again"]
    assert {level for level, _ in door().values()} == {Level.GOOD}


@pytest.mark.parametrize(
    ("place", "answer", "check", "level", "words"),
    [
        ("looked", DoorAnswer(200, counted=True), "probe-look", Level.BAD, "Merely opening"),
        ("looked", DoorAnswer(503), "probe-look", Level.BAD, "status 503"),
        ("looked", DoorAnswer(trouble="nobody answers"), "probe-door", Level.UNSURE, "nobody answers"),
        ("looked", DoorAnswer(trouble="not trusted", is_foreign=True), "probe-door", Level.BAD, "not trusted"),
        (
            "form",
            DoorAnswer(301, leads_to="https://www.example.test/u/x"),
            "probe-form",
            Level.BAD,
            "leads on to https://www",
        ),
        ("form", DoorAnswer(403), "probe-form", Level.BAD, "status 403"),
        ("form", DoorAnswer(200), "probe-form", Level.BAD, "nobody was taken off"),
        ("form", DoorAnswer(200, sets_cookie=True, counted=True), "probe-form", Level.ADVICE, "sets a cookie"),
        ("multipart", DoorAnswer(415), "probe-multipart", Level.BAD, "in parts"),
        ("again", DoorAnswer(500), "probe-again", Level.BAD, "second click"),
    ],
)
def test_each_fault_of_the_door_is_told(place, answer, check, level, words):
    found_level, message = door(**{place: answer})[check]
    assert (found_level, words in message) == (level, True), message
