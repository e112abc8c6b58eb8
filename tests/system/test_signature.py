"""A signed letter before Mail::DKIM, which SpamAssassin and amavis verify with, and after a way through postfix."""

import shutil
import smtplib
import subprocess
from datetime import timedelta
from textwrap import dedent

import pytest

from app.clock import now
from emails.mime.build import LetterHeaders, compose_notice
from emails.mime.dkim import Signer, new_private_key, public_half, txt_record

pytestmark = pytest.mark.system
DOMAIN = "example.test"
# The record comes as an argument: no name server is asked.
VERIFY = dedent("""
    use strict; use warnings;
    use Mail::DKIM::Verifier;
    use Net::DNS::RR;
    { no warnings 'redefine';
      *Mail::DKIM::DNS::query = sub { Net::DNS::RR->new(type => 'TXT', name => $_[0], txtdata => $ARGV[0]) }; }
    my $verifier = Mail::DKIM::Verifier->new();
    local $/; my $message = <STDIN>;
    $verifier->PRINT($message); $verifier->CLOSE;
    print $verifier->result_detail;
""")


@pytest.fixture
def verify():
    perl = shutil.which("perl")
    assert perl, "perl is missing; .ci/system installs SpamAssassin, which brings it with Mail::DKIM"

    def judged(message: bytes, record: str) -> str:
        told = subprocess.run(
            [perl, "-e", VERIFY, record], input=message, check=True, capture_output=True, timeout=60
        )  # fmt: skip
        return told.stdout.decode()

    return judged


@pytest.fixture
def signed() -> tuple[bytes, str]:
    key = new_private_key()
    headers = LetterHeaders(
        message_id=f"m1.abc@{DOMAIN}",
        date=now() - timedelta(minutes=1),
        from_name="Überschwemmung",
        from_email=f"letters@{DOMAIN}",
        list_name="Readers",
        list_id=f"4711.{DOMAIN}",
        unsubscribe_url="https://example.test/u/abcdefghijklmnopqrstuvwxyz",
        feedback_id="c1:4711:campaign:letterwright1",
    )
    message = compose_notice(headers, "ada@example.test", "Water", "Drink.\n.\n..dots\n", "<p>Drink &amp; rest.</p>")
    return Signer(DOMAIN, "lw1", key).sign(message, at=headers.date), txt_record(public_half(key))


def test_mail_dkim_passes_it_and_nothing_that_was_changed(signed, verify):
    message, record = signed
    assert verify(message, record) == "pass"
    assert verify(message.replace(b"Subject: Water", b"Subject: Wine"), record).startswith("fail")
    assert verify(message.replace(b"Drink.", b"Drown."), record).startswith("fail")
    assert verify(b"From: evil@evil.test\r\n" + message, record).startswith("fail")
    assert verify(message, txt_record(public_half(new_private_key()))).startswith("fail")


def test_postfix_delivers_it_with_its_signature_whole(signed, verify, postfix):
    message, record = signed
    sender = f"signed@{DOMAIN}"
    with smtplib.SMTP("127.0.0.1", postfix.port, timeout=20) as client:
        client.sendmail(sender, ["ada@example.test"], message)

    def ours(arrived: bytes) -> bool:
        return arrived.startswith(f"Return-Path: <{sender}>".encode())

    postfix.wait_for(lambda: any(map(ours, postfix.delivered())), "the letter does not arrive")
    (arrived,) = filter(ours, postfix.delivered())
    assert verify(arrived.replace(b"\n", b"\r\n"), record) == "pass"
