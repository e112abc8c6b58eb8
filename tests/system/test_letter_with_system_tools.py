import json
import re
import smtplib
import subprocess
from email import message_from_bytes, policy

import pytest

pytestmark = pytest.mark.system

# What the checker says of every letter that Outlook and old clients can read, with the reason why it stays.
KNOWN_MESSAGES = {
    r"Attribute “xmlns:[vo]” not allowed here\.": "the namespaces of Outlook's drawing language",
    r"CSS: “mso-[a-z-]+”: Property “mso-[a-z-]+” doesn't exist\.": "Outlook's own style properties",
    r"CSS: “supported-color-schemes”: Property “supported-color-schemes” doesn't exist\.": "Apple Mail's dark mode",
    r"Bad value “auto” for attribute “height” on element “img”: .*": "keeps a picture's proportions in Outlook",
    r"Attribute “vertical-align” not allowed on element “td” at this point\.": "the MJML engine's, harmless",
}


def test_spamassassin_has_next_to_nothing_against_the_letter(letter, spamassassin):
    command = [spamassassin, "-L", "-t", "--cf=use_bayes 0"]
    judged = subprocess.run(
        command, input=(letter / "letter.eml").read_bytes(), check=True, capture_output=True, timeout=120
    )
    found = re.search(rb"X-Spam-Status: \w+, score=(-?[\d.]+)", judged.stdout)
    assert found, judged.stdout[:2000]
    assert float(found[1]) <= 0.5, judged.stdout[-3000:].decode("utf-8", "replace")


def test_the_html_checker_says_only_what_is_known(letter, html_validator):
    command = [*html_validator, "--format", "json", "--stdout", "--exit-zero-always", str(letter / "letter.html")]
    checked = subprocess.run(command, capture_output=True, check=True, timeout=120)
    said = [each for each in json.loads(checked.stdout)["messages"] if each["type"] == "error"]
    unknown = {
        each["message"] for each in said if not any(re.fullmatch(known, each["message"]) for known in KNOWN_MESSAGES)
    }
    assert unknown == set()


def is_ours(arrived: bytes) -> bool:
    return arrived.startswith(b"Return-Path: <letters@example.test>")


def test_postfix_takes_the_letter_and_delivers_it_unchanged(letter, postfix):
    message = (letter / "letter.eml").read_bytes()
    with smtplib.SMTP("127.0.0.1", postfix.port, timeout=20) as client:
        assert client.sendmail("letters@example.test", ["ada@example.test"], message) == {}
    postfix.wait_for(lambda: any(map(is_ours, postfix.delivered())), "the letter does not arrive")
    (arrived,) = filter(is_ours, postfix.delivered())
    body = message.partition(b"\r\n\r\n")[2].replace(b"\r\n", b"\n")
    assert arrived.partition(b"\n\n")[2].rstrip(b"\n") == body.rstrip(b"\n")
    sent, got = (message_from_bytes(each, policy=policy.default) for each in (message, arrived))
    for name in ("From", "To", "Subject", "Date", "Message-ID", "List-Unsubscribe", "List-Unsubscribe-Post", "List-Id"):
        assert got.get_all(name) == sent.get_all(name)
        assert len(got.get_all(name)) == 1
    assert not re.search(r"warning:|error:|fatal:", postfix.log())
