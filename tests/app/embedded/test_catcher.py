import os
import smtplib
import subprocess
import sys
from contextlib import contextmanager
from email.message import EmailMessage
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from app.config import load_settings
from app.embedded.maildir import list_letters, raw_letter, read_letter

ROOT = Path(__file__).resolve().parents[3]


@contextmanager
def run_catcher(folder: Path):
    process = subprocess.Popen(
        [sys.executable, "-m", "app.embedded.catcher"],
        stdout=subprocess.PIPE,
        text=True,
        env={**os.environ, "PYTHONPATH": str(ROOT), "LETTERWRIGHT_DATA": str(folder)},
    )
    try:
        assert "catches letters" in process.stdout.readline()
        yield urlsplit(load_settings(data=folder).recorded_catcher)
    finally:
        process.terminate()
        process.stdout.close()
        assert process.wait() == 0


@pytest.fixture(scope="module")
def running(tmp_path_factory):
    """A catcher for the whole file: its folder and its address."""
    folder = tmp_path_factory.mktemp("catcher")
    with run_catcher(folder) as address:
        yield folder, address


@pytest.fixture
def folder(running) -> Path:
    """The catcher's folder, its inbox emptied."""
    for place in ("new", "cur", "tmp"):
        for file in (running[0] / "inbox" / place).glob("*"):
            file.unlink()
    return running[0]


@pytest.fixture
def catcher(running, folder):
    return running[1]


def letter(subject: str = "Hello", body: str = "A line.\n.A line with a dot.\n") -> EmailMessage:
    message = EmailMessage()
    message["From"] = "Zoé <zoe@sender.example.test>"
    message["To"] = "ada@example.test"
    message["Subject"] = subject
    message.set_content(body)
    return message


def deliver(address, message: EmailMessage, to: str = "ada@example.test") -> None:
    with smtplib.SMTP(address.hostname, address.port, timeout=30) as client:
        client.send_message(message, "bounce+1@sender.example.test", [to])


def test_a_delivered_letter_lies_in_the_inbox_as_it_was_sent(folder, catcher):
    deliver(catcher, letter())
    (caught,) = list_letters(folder).letters
    assert (caught.subject, caught.sender) == ("Hello", "Zoé <zoe@sender.example.test>")
    parsed = read_letter(folder, caught.key)
    assert parsed.get_content() == "A line.\r\n.A line with a dot.\r\n"
    assert parsed.defects == []


def test_the_envelope_is_kept_with_the_letter(folder, catcher):
    deliver(catcher, letter(), to="Grace@example.test")
    (caught,) = list_letters(folder).letters
    assert (caught.envelope_from, caught.envelope_to) == ("bounce+1@sender.example.test", "Grace@example.test")
    assert raw_letter(folder, caught.key).startswith(b"X-Envelope-From: bounce+1@sender.example.test\r\n")


def send_raw(address, content: bytes) -> tuple[int, bytes]:
    with smtplib.SMTP(address.hostname, address.port, timeout=30) as client:
        client.ehlo()
        client.mail("a@example.test")
        client.rcpt("b@example.test")
        return client.data(content)


@pytest.mark.parametrize(("length", "code"), [(998, 250), (999, 554), (1200, 500)])
def test_a_line_may_have_998_bytes_and_its_end(folder, catcher, length, code):
    reply = send_raw(catcher, b"Subject: x\r\n\r\n" + b"y" * length + b"\r\n")
    assert reply[0] == code
    assert len(list_letters(folder).letters) == (1 if code == 250 else 0)


def test_a_letter_over_5_mib_is_refused(folder, catcher):
    assert send_raw(catcher, b"Subject: x\r\n\r\n" + b"y\r\n" * (1792 * 1024))[0] == 552
    assert list_letters(folder).total == 0


def test_the_port_stays_the_same_over_a_restart(tmp_path):
    with run_catcher(tmp_path) as first:
        pass
    with run_catcher(tmp_path) as second:
        assert second.port == first.port


def test_a_taken_port_is_left_to_its_holder(tmp_path):
    with run_catcher(tmp_path) as first:
        other = tmp_path / "other"
        other.mkdir()
        (other / "catcher.url").write_text(f"smtp://127.0.0.1:{first.port}\n")
        with run_catcher(other) as second:
            assert second.port != first.port
