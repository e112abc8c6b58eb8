"""Keys that letters are signed with: made, published, used, stopped, and never readable in the database."""

import base64
import logging
from datetime import timedelta

import dkim
import pytest
from sqlalchemy import select

from app.config import load_settings
from app.database.session import reading, transaction
from app.errors import NotFound, Unavailable, WrongState
from app.models import AuditEntry, NoticeKind, SigningKey
from app.services.notice_letters import compose_notice_letter
from app.services.notices import queue_notice
from app.services.senders import SenderDetails, create_sender
from app.services.signing_keys import (
    load_signer,
    make_key,
    own_keys,
    sign_for,
    signer_of,
    signing_key_of,
    start_signing,
    stop_signing,
)
from app.tokens import init_tokens

DOMAIN = "example.test"
ADA = "ada@example.test"
OTHER_SECRET = "quite another secret, long enough to be accepted"


def verifies(message: bytes, keys) -> bool:
    records = {f"{key.selector}._domainkey.{DOMAIN}.": key.record.encode() for key in keys}
    return dkim.verify(message, dnsfunc=lambda name, timeout=5: records[name.decode()])


def signing(domain: str = DOMAIN):
    with transaction() as session:
        make_key(session, domain)
        start_signing(session, domain)
    with reading() as session:
        return own_keys(session, domain)


MESSAGE = b"From: Ada <ada@example.test>\r\nSubject: Water\r\n\r\nDrink.\r\n"


def test_a_key_signs_nothing_until_it_is_told_to(database):
    with transaction() as session:
        key = make_key(session, DOMAIN)
        assert make_key(session, DOMAIN).id == key.id
        assert signing_key_of(session, ADA) == 0
        assert [one.signs for one in own_keys(session, DOMAIN)] == [False]
        assert sign_for(session, ADA, MESSAGE) == MESSAGE
        start_signing(session, DOMAIN)
        assert signing_key_of(session, ADA) == key.id
        assert signing_key_of(session, "eve@elsewhere.test") == 0


def test_letters_of_the_domain_verify_by_its_record(database):
    keys = signing()
    with reading() as session:
        assert verifies(sign_for(session, ADA, MESSAGE), keys)


def test_a_domain_outside_ascii_is_signed_for_in_its_ascii_form(database):
    signing("xn--bcher-kva.test")
    with reading() as session:
        assert b"d=xn--bcher-kva.test;" in sign_for(session, "ada@bücher.test", MESSAGE)


def test_a_new_key_takes_over_and_the_old_one_still_signs_what_was_frozen_with_it(database):
    first = signing()
    with reading() as session:
        old = signing_key_of(session, ADA)
    both = first + signing()
    with reading() as session:
        assert signing_key_of(session, ADA) != old
        assert verifies(sign_for(session, ADA, MESSAGE), both)
        frozen = signer_of(session, old)
        assert f"s={first[0].selector};".encode() in frozen.sign(MESSAGE, at=session.get(SigningKey, old).created_at)


def test_after_stopping_letters_leave_unsigned(database):
    signing()
    with transaction() as session:
        stop_signing(session, DOMAIN)
        assert sign_for(session, ADA, MESSAGE) == MESSAGE
        with pytest.raises(WrongState, match="Make one first"):
            start_signing(session, DOMAIN)


def test_the_private_half_is_nowhere_in_the_clear(database, caplog):
    caplog.set_level(logging.DEBUG)
    signing()
    with reading() as session:
        key = session.scalars(select(SigningKey)).one()
        noted = [entry.facts for entry in session.scalars(select(AuditEntry))]
    assert b"\x30\x82" not in base64.urlsafe_b64decode(key.sealed)[:40]
    assert key.sealed not in caplog.text
    assert key.sealed not in str(noted)
    assert {fact["selector"] for fact in noted} == {key.selector}


def test_without_its_secret_a_key_is_told_with_the_cure_and_our_own_letters_leave_unsigned(database, caplog):
    signing()
    load_signer.cache_clear()
    init_tokens(load_settings(data=database.data, given_secret=OTHER_SECRET), suppression_key="kept")
    with reading() as session:
        with pytest.raises(Unavailable, match="LETTERWRIGHT_SECRET_PREVIOUS"):
            signer_of(session, signing_key_of(session, ADA))
        assert sign_for(session, ADA, MESSAGE) == MESSAGE
    assert "leaves unsigned" in caplog.text
    both = load_settings(data=database.data, given_secret=OTHER_SECRET, secret_previous=(database.secret,))
    init_tokens(both, suppression_key="kept")
    with reading() as session:
        assert sign_for(session, ADA, MESSAGE) != MESSAGE


def test_a_key_of_another_row_does_not_open(database):
    with transaction() as session:
        one, other = make_key(session, DOMAIN), make_key(session, "other.test")
        with pytest.raises(NotFound):
            load_signer(one.domain, one.selector, other.sealed)


def test_our_own_letters_are_signed_too(database, brand):
    keys = signing()
    with transaction() as session:
        create_sender(session, SenderDetails("The Spring", ADA), brand_id=brand)
        told = {"url": "http://127.0.0.1:8000/enter/x", "name": "Ada"}
        notice_id = queue_notice(session, NoticeKind.PASSWORD, ADA, payload=told, lifetime=timedelta(hours=2))
        sender, _recipient, message = compose_notice_letter(session, notice_id)
    assert sender == ADA
    assert verifies(message, keys)
