"""Our reading of signatures beside dkimpy's, over every way to make them, and what each damage is called."""

import base64
import hashlib
from datetime import UTC, datetime

import dkim
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
    load_der_private_key,
)
from hypothesis import given, settings
from hypothesis import strategies as st

from emails.domains.dns import LookupBroken
from emails.mime.dkim import Signer, new_private_key, public_half, txt_record
from emails.mime.dkim_verify import signatures
from tests.fakes.dns_zone import DnsZone

KEY = new_private_key()
PEM = load_der_private_key(KEY, None).private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
SMALL = Ed25519PrivateKey.generate()
SMALL_RECORD = base64.b64encode(SMALL.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)).decode()
ZONE = {
    ("lw1._domainkey.example.test", "TXT"): [txt_record(public_half(KEY))],
    ("ed._domainkey.example.test", "TXT"): [f"v=DKIM1; k=ed25519; p={SMALL_RECORD}"],
    ("gone._domainkey.example.test", "TXT"): ["v=DKIM1; p="],
}
LETTER = (
    b"From: A <a@example.test>\r\nTo: b@example.test\r\nSubject: Water,\r\n  still \t water\r\n"
    b"List-Unsubscribe: <https://example.test/u/1>\r\n\r\nDrink  it. \t\r\n\r\nRest.\r\n\r\n\r\n"
)


def dkimpys(message: bytes) -> bool:
    def ask(name, timeout=5):
        return ZONE.get((name.decode().rstrip("."), "TXT"), [""])[0].encode()

    try:
        return dkim.verify(message, dnsfunc=ask)
    except dkim.DKIMException:
        return False


def signed(letter: bytes = LETTER, *, head: bytes = b"relaxed", body: bytes = b"relaxed", **more) -> bytes:
    own = {"privkey": PEM, "canonicalize": (head, body), "include_headers": [b"from", b"subject"], **more}
    return dkim.sign(letter, b"lw1", b"example.test", **own) + letter


def read(message: bytes):
    return signatures(message, DnsZone(ZONE))


@pytest.mark.parametrize("head", [b"simple", b"relaxed"])
@pytest.mark.parametrize("body", [b"simple", b"relaxed"])
def test_each_way_to_sign_is_understood(head, body):
    [one] = read(signed(head=head, body=body))
    assert (one.domain, one.selector, one.trouble) == ("example.test", "lw1", "")
    assert set(one.signed) == {"from", "subject"}


def test_our_own_signature_holds_and_names_both_fields():
    letter = LETTER.replace(b"\r\n\r\nDrink", b"\r\nList-Unsubscribe-Post: List-Unsubscribe=One-Click\r\n\r\nDrink")
    [one] = read(Signer("example.test", "lw1", KEY).sign(letter, at=datetime(2026, 1, 6, tzinfo=UTC)))
    assert one.holds
    assert {"list-unsubscribe", "list-unsubscribe-post"} <= set(one.signed)


def test_the_small_kind_of_key_is_understood():
    body = base64.b64encode(hashlib.sha256(b"Drink.\r\n").digest()).decode()
    field = f"v=1; a=ed25519-sha256; c=relaxed/simple; d=example.test; s=ed; h=from; bh={body}; b="
    text = f"from:a@example.test\r\ndkim-signature:{field}".encode()
    given = base64.b64encode(SMALL.sign(hashlib.sha256(text).digest())).decode()
    message = f"DKIM-Signature: {field}{given}\r\nFrom: a@example.test\r\n\r\nDrink.\r\n".encode()
    assert read(message)[0].holds
    assert not read(message.replace(b"Drink", b"Drank"))[0].holds
    assert not read(message.replace(b"From: a@", b"From: b@"))[0].holds


def test_a_mailbox_that_ends_lines_its_own_way_is_no_damage():
    assert read(signed().replace(b"\r\n", b"\n"))[0].holds


def test_each_of_several_is_read_and_those_in_front_do_not_count():
    message = b"Received: from nowhere\r\n" + signed(signed())
    assert [one.holds for one in read(message)] == [True, True]
    assert len(read(signed().replace(b"\r\n\r\n", b"\r\nDKIM-Signature: v=1" * 20 + b"\r\n\r\n", 1))) == 8


@pytest.mark.parametrize(
    ("old", "new", "trouble"),
    [
        (b"Rest.", b"Work.", "the text of the letter was changed"),
        (b"Subject: Water", b"Subject: Wine", "a header that it covers was changed"),
        (b"a=rsa-sha256", b"a=rsa-sha1", "receivers do not take its kind (rsa-sha1)"),
        (b"c=relaxed/relaxed", b"c=loose/relaxed", "nobody knows its c=loose/relaxed"),
        (b"s=lw1", b"s=lw2", "there is no key at lw2._domainkey.example.test"),
        (b"s=lw1", b"s=gone", "the key was withdrawn"),
        (b"s=lw1", b"s=ed", "is of another kind"),
        (b"; d=example.test", b"", "it lacks d="),
        (b"h=from : ", b"h=", "it does not cover From"),
        (b"; s=lw1", b"; l=3; s=lw1", "it signs only the beginning"),
        (b"\r\nTo: b@", b"\r\nx\r\nTo: b@", "a line of the letter's head is no header field"),
        (b"\r\nTo: b@", b"\r\n: b@", "a line of the letter's head is no header field"),
    ],
)
def test_damage_is_told_in_words(old, new, trouble):
    message = signed()
    assert old in message
    assert trouble in read(message.replace(old, new))[0].trouble


@pytest.mark.parametrize("blank", [b" ", b"\t", b" \t"])
def test_a_blank_before_the_colon_is_no_damage_where_the_head_is_relaxed(blank):
    """RFC 6376 3.4.2; dkimpy cannot read such a field."""
    assert read(signed().replace(b"Subject:", b"Subject" + blank + b":"))[0].holds
    assert not read(signed(head=b"simple").replace(b"Subject:", b"Subject" + blank + b":"))[0].holds


def test_a_name_server_that_is_away_is_no_verdict():
    with pytest.raises(LookupBroken):
        signatures(signed(), DnsZone({("lw1._domainkey.example.test", "TXT"): None}))


TEXTS = st.lists(st.sampled_from([b"a", b" ", b"\t", b"\r\n", b"z.", b"\r\n\r\n"]), max_size=12).map(b"".join)
WAYS = st.sampled_from([b"simple", b"relaxed"])


@settings(max_examples=60)
@given(TEXTS, TEXTS, WAYS, WAYS, st.integers(0, 400), st.sampled_from([b"", b" ", b"\t", b"x", b"\r\n"]))
def test_whatever_is_signed_or_changed_we_say_what_dkimpy_says(subject, body, by_head, by_body, place, put_in):
    folded = subject.replace(b"\r\n", b"\r\n ").rstrip(b"\r\n \t")
    letter = b"From: a@example.test\r\nSubject: w" + folded + b"\r\n\r\n" + body + b"\r\n"
    whole = signed(letter, head=by_head, body=by_body)
    start = whole.index(b"From: ")
    cut = min(start + place, len(whole) - 2)
    cut += whole[cut - 1 : cut + 1] == b"\r\n"  # a line ends as a whole, as RFC 5322 wants it
    cut += bool(put_in.strip(b" \t") != put_in and whole[cut : cut + 1] == b":")  # dkimpy reads no "Subject :"
    changed = whole[:cut] + put_in + whole[cut:]
    for message in (whole, changed):
        ours = read(message)
        assert bool(ours and ours[0].holds) == dkimpys(message), message


@settings(max_examples=60)
@given(st.binary(max_size=200))
def test_no_bytes_make_it_fail(junk):
    read(b"DKIM-Signature: " + junk)
    read(b"DKIM-Signature: v=1; a=rsa-sha256; d=example.test; s=lw1; h=from; bh=" + junk + b"; b=" + junk)
