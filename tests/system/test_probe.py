"""A letter to ourselves through a true postfix into a true dovecot: whole, and after what relays do to letters."""

import asyncio
import shutil
import smtplib
import tempfile
from pathlib import Path

import dkim
import pytest
from aiosmtpd.controller import Controller
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, load_der_private_key

from app.database.session import reading, transaction
from app.factory import create_app
from app.models import Notice, NoticeStatus, Probe, ProbeStatus
from app.services import probes, signing_keys
from emails.mime.dkim import new_private_key, public_half, txt_record
from tests.factories.brands import make_sender
from tests.fakes.dns_server import dns_server
from tests.fakes.own_web import own_web
from tests.system.postfix import Postfix, free_port
from workers import runtime
from workers.jobs.inbox import read
from workers.jobs.notices import send_due
from workers.jobs.probes import work_off

pytestmark = [
    pytest.mark.system,
    pytest.mark.parametrize("database_address", ["sqlite"], indirect=True),
]
DOMAIN = "example.test"
KEY = new_private_key()


class Relay(Postfix):
    """A postfix that does something to letters before it passes them on to the one that delivers."""

    def __init__(self, folder: Path, behind: Postfix, checks: str) -> None:
        super().__init__(folder)
        self.behind, self.checks = behind, checks

    def more_settings(self) -> str:
        (self.folder / "conf" / "checks").write_text(self.checks)
        return (
            f"\nrelayhost = [127.0.0.1]:{self.behind.port}\nvirtual_mailbox_domains =\n"
            f"header_checks = regexp:{self.folder}/conf/checks\nbody_checks = regexp:{self.folder}/conf/checks\n"
        )


@pytest.fixture
def relay(postfix):
    """relay(checks) starts one with these header_checks and body_checks."""
    started = []

    def start(checks: str) -> Relay:
        server = Relay(Path(tempfile.mkdtemp(prefix="letterwright-relay-")), postfix, checks)
        server.start()
        started.append(server)
        return server

    yield start
    for server in started:
        server.stop()
        shutil.rmtree(server.folder)


@pytest.fixture
def house(database, tmp_path, dovecot, monkeypatch):
    """house(server, signs) opens it with that mail server and the mailbox of that dovecot, and gives a sender."""
    with own_web(tmp_path, monkeypatch) as web, dns_server({}) as names:
        both = tmp_path / "both.pem"
        both.write_bytes((tmp_path / "authority.pem").read_bytes() + dovecot.authority.read_bytes())
        monkeypatch.setenv("SSL_CERT_FILE", str(both))
        monkeypatch.setattr(signing_keys, "new_private_key", lambda: KEY)
        record = txt_record(public_half(KEY))

        def make(server: Postfix, *, signs: bool = True) -> int:
            ways = {"smtp_url": f"smtp://127.0.0.1:{server.port}?starttls=never", "inbox_url": dovecot.url}
            settings = database.model_copy(update={"url": web.url, "dns_servers": (names.address,), **ways})
            web.application = create_app(settings)
            runtime.use_settings(settings)
            selector = "relay"
            with transaction() as session:
                sender = make_sender(session, email=f"hello@{DOMAIN}").id
                if signs:
                    selector = signing_keys.make_key(session, DOMAIN).selector
                    signing_keys.start_signing(session, DOMAIN)
            names.zone = {(f"{selector}._domainkey.{DOMAIN}", "TXT"): [f'"{record[:200]}" "{record[200:]}"']}
            return sender

        yield make


def tried(sender_id: int, postfix: Postfix) -> dict[str, tuple[str, str]]:
    """What was found, by its name: the level and the sentence."""
    with transaction() as session:
        probe = probes.ask(session, runtime.settings(), sender_id)
    send_due()
    with reading() as session:
        assert session.query(Notice).one().status is NoticeStatus.SENT
    postfix.wait_for(
        lambda: any(f"+p.{probe.number:012x}@".encode() in one for one in postfix.delivered()), "it does not arrive"
    )
    read()
    work_off()
    with reading() as session:
        row = session.get_one(Probe, probe.id)
        assert row.status is ProbeStatus.DONE
        return {one["id"]: (one["level"], one["message"]) for one in row.findings}


def bad(found: dict[str, tuple[str, str]]) -> set[str]:
    return {name for name, (level, _) in found.items() if level == "bad"}


def test_a_letter_that_postfix_delivers_whole_is_good_in_every_point(house, postfix):
    found = tried(house(postfix), postfix)
    assert {level for level, _ in found.values()} == {"good"}, found
    assert len(found) == 9


def test_a_relay_that_takes_the_field_out_is_found(house, relay, postfix):
    found = tried(house(relay("/^List-Unsubscribe-Post:/ IGNORE\n")), postfix)
    assert bad(found) == {"probe-post", "probe-dkim"}
    assert "a header that it covers was changed" in found["probe-dkim"][1]


def test_a_relay_that_changes_words_breaks_the_signature_and_is_found(house, relay, postfix):
    found = tried(house(relay("/^It belongs to nobody/ REPLACE It belongs to somebody.\n")), postfix)
    assert bad(found) == {"probe-dkim"}
    assert "text of the letter was changed" in found["probe-dkim"][1]


def test_a_relay_that_signs_over_a_fixed_list_of_fields_is_found(house, postfix):
    """As some providers do: List-Unsubscribe stands in h=, List-Unsubscribe-Post does not."""
    with SigningRelay(postfix) as server:
        found = tried(house(server, signs=False), postfix)
    assert bad(found) == {"probe-covered"}
    assert "covers List-Unsubscribe-Post," in found["probe-covered"][1]


class SigningRelay(Controller):
    """Takes letters over SMTP, signs them, and passes them on."""

    NAMES = (b"from", b"to", b"subject", b"date", b"message-id", b"list-unsubscribe")

    def __init__(self, behind: Postfix) -> None:
        self.behind = behind
        self.pem = load_der_private_key(KEY, None).private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
        super().__init__(self, hostname="127.0.0.1", port=free_port())

    async def handle_DATA(self, _server, _session, envelope):  # noqa: N802
        letter = envelope.original_content
        signature = dkim.sign(letter, b"relay", DOMAIN.encode(), self.pem, include_headers=list(self.NAMES))
        await asyncio.to_thread(self.pass_on, envelope, signature + letter)
        return "250 2.0.0 passed on"

    def pass_on(self, envelope, letter: bytes) -> None:
        with smtplib.SMTP("127.0.0.1", self.behind.port, timeout=20) as client:
            client.sendmail(envelope.mail_from, envelope.rcpt_tos, letter)

    def __enter__(self):
        self.start()
        return self

    def __exit__(self, *_raised) -> None:
        self.stop()
