"""A letter to ourselves all the way: composed, signed, handed over, delivered, looked at, and its address tried."""

import subprocess
import sys
import time

import pytest

from app.config import child_environment
from app.database.session import reading, transaction
from app.embedded.maildir import keep_letter, keys_of, make_inbox
from app.factory import create_app
from app.models import Notice, NoticeStatus, Probe, ProbeStatus
from app.services import probes, signing_keys
from emails.mime.dkim import new_private_key
from tests.factories.brands import make_sender
from tests.fakes.dns_server import dns_server
from tests.fakes.imap_server import imap_server
from tests.fakes.own_web import own_web
from tests.fakes.smtp_server import smtp_server
from tests.servers.lifetime import die_with_parent
from workers import runtime
from workers.jobs.inbox import read
from workers.jobs.notices import send_due
from workers.jobs.probes import work_off

DOMAIN = "example.test"
KEY = new_private_key()


@pytest.fixture
def web(tmp_path, monkeypatch):
    with own_web(tmp_path, monkeypatch) as one:
        yield one


@pytest.fixture
def names():
    with dns_server({}) as server:
        yield server


@pytest.fixture
def house(database, web, names, monkeypatch):
    """house(**changes) opens it with its pages on the web and gives a sender whose letters are signed."""

    monkeypatch.setattr(signing_keys, "new_private_key", lambda: KEY)

    def make(**changes) -> int:
        settings = database.model_copy(update={"url": web.url, "dns_servers": (names.address,), **changes})
        web.application = create_app(settings)
        runtime.use_settings(settings)
        with transaction() as session:
            sender = make_sender(session, email=f"hello@{DOMAIN}").id
            key = signing_keys.as_own_key(signing_keys.make_key(session, DOMAIN))
            signing_keys.start_signing(session, DOMAIN)
        half = len(key.record) // 2
        record = f'"{key.record[:half]}" "{key.record[half:]}"'
        names.zone = {(f"{key.selector}._domainkey.{DOMAIN}", "TXT"): [record]}
        return sender

    return make


def ask(sender_id: int) -> Probe:
    with transaction() as session:
        return probes.ask(session, runtime.settings(), sender_id)


def levels(probe: Probe) -> dict[str, str]:
    with reading() as session:
        row = session.get_one(Probe, probe.id)
        assert row.status is ProbeStatus.DONE, row.status
        return {one["id"]: one["level"] for one in row.findings}


def send() -> None:
    send_due()
    with reading() as session:
        assert {one.status for one in session.query(Notice)} == {NoticeStatus.SENT}


LETTER = ("probe-arrival", "probe-address", "probe-post", "probe-dkim", "probe-covered")
DOOR = ("probe-look", "probe-form", "probe-multipart", "probe-again")
ALL_GOOD = dict.fromkeys((*LETTER, *DOOR), "good")
on_one_database = pytest.mark.parametrize("database_address", ["sqlite"], indirect=True)


def test_through_the_catcher_all_is_found_good_without_a_cookie(house, web, tmp_path):
    catcher = subprocess.Popen(
        [sys.executable, "-m", "app.embedded.catcher"],
        env=child_environment(LETTERWRIGHT_DATA=str(tmp_path), LETTERWRIGHT_SECRET="s" * 40),
        stdout=subprocess.PIPE,
        preexec_fn=die_with_parent,
    )
    with catcher, catcher.stdout as said:
        assert b"catches letters" in said.readline()
        probe = ask(house())
        send()
        until = time.monotonic() + 20
        while not keys_of(tmp_path):
            assert time.monotonic() < until
            time.sleep(0.02)
        work_off()
        catcher.terminate()
    assert levels(probe) == ALL_GOOD
    assert [one["REQUEST_METHOD"] for one in web.seen] == ["GET", "POST", "POST", "POST"]
    assert {one["HTTP_COOKIE"] for one in web.seen} == {None}
    with reading() as session:
        row = session.get_one(Probe, probe.id)
        assert (row.level, row.posts, "DKIM-Signature" in row.head) == ("good", 3, True)


def through_a_mailbox(house, change=lambda letter: letter) -> Probe:
    """Handed over to a mail server that delivers `change(letter)` into the mailbox."""
    with smtp_server() as server, imap_server() as box:
        sender = house(smtp_url=f"smtp://127.0.0.1:{server.port}", inbox_url=box.url)
        probe = ask(sender)
        send()
        [accepted] = [one for one in server.accepted if one.recipient == probe.email]
        box.deliver(b"From: bo@example.test\r\nSubject: A question\r\n\r\nHello\r\n")
        uid = box.deliver(change(accepted.body))
        read()
        work_off()
        assert box.seen == {uid}
    return probe


def test_through_a_mail_server_and_a_mailbox_all_is_found_good(house):
    assert levels(through_a_mailbox(house)) == ALL_GOOD


@on_one_database
@pytest.mark.parametrize(
    ("change", "bad"),
    [
        (lambda one: one.replace(b"List-Unsubscribe-Post: ", b"X-Was: "), {"probe-post", "probe-dkim"}),
        (lambda one: one.rstrip() + b"\r\n-- \r\nscanned by us\r\n", {"probe-dkim"}),
        (lambda one: one.replace(b"https://127.0.0.1", b"https://click.example.test"), {"probe-address", "probe-dkim"}),
    ],
)
def test_what_a_mail_server_does_to_letters_is_found(house, change, bad):
    found = levels(through_a_mailbox(house, change))
    assert {name for name, level in found.items() if level == "bad"} == bad


def caught(sender_id: int, tmp_path) -> Probe:
    """Delivered without a way: for what happens at the address."""
    make_inbox(tmp_path)
    probe = ask(sender_id)
    keep_letter(tmp_path, b"Subject: x\r\n\r\nx\r\n", "a@example.test", [probe.email])
    work_off()
    return probe


def bad_at_the_door(probe: Probe) -> set[str]:
    doors = (*DOOR, "probe-door")
    return {name for name, level in levels(probe).items() if level in {"bad", "unsure"} and name in doors}


@on_one_database
def test_a_proxy_that_leads_on_is_found(house, web, tmp_path):
    sender = house()
    pages = web.application

    def proxy(environ, start_response):
        if environ["REQUEST_METHOD"] == "POST":
            start_response("301 Moved", [("Location", f"{web.url}{environ['PATH_INFO']}?again")])
            return [b""]
        return pages(environ, start_response)

    web.application = proxy
    assert bad_at_the_door(caught(sender, tmp_path)) == {"probe-form", "probe-multipart"}


@on_one_database
def test_somebody_else_who_says_yes_to_all_is_found(house, web, tmp_path):
    sender = house()

    def yes(_environ, start_response):
        start_response("200 OK", [("Content-Type", "text/plain")])
        return [b"yes"]

    web.application = yes
    assert bad_at_the_door(caught(sender, tmp_path)) == {"probe-form", "probe-multipart"}


@on_one_database
def test_a_door_that_takes_forms_of_one_kind_only_is_found(house, web, tmp_path):
    sender = house()
    pages = web.application

    def proxy(environ, start_response):
        if "multipart" in environ.get("CONTENT_TYPE", ""):
            start_response("415 Unsupported Media Type", [])
            return [b""]
        return pages(environ, start_response)

    web.application = proxy
    assert bad_at_the_door(caught(sender, tmp_path)) == {"probe-multipart"}


@on_one_database
def test_nobody_at_the_address_is_not_known_rather_than_wrong(house, tmp_path):
    sender = house(url="https://127.0.0.1:9")
    assert bad_at_the_door(caught(sender, tmp_path)) == {"probe-door"}
