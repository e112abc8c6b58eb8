"""A private postfix: its own folder, port and queue; every letter to example.test lands in one Maildir."""

import os
import pwd
import socket
import subprocess
import time
from pathlib import Path

import pytest

from tests.servers.lifetime import die_with_parent

DAEMONS = "/usr/lib/postfix/sbin"
PATIENCE_SECONDS = 20
MAIN = """
compatibility_level = 3.6
queue_directory = {folder}/queue
data_directory = {folder}/data
command_directory = /usr/sbin
daemon_directory = {daemons}
mail_owner = postfix
setgid_group = postdrop
maillog_file = {folder}/log
maillog_file_prefixes = {folder}
inet_interfaces = 127.0.0.1
inet_protocols = ipv4
myhostname = mx.example.test
mydestination =
mynetworks = 127.0.0.0/8
smtpd_peername_lookup = no
smtpd_recipient_restrictions = permit_mynetworks, reject
smtpd_forbid_bare_newline = yes
strict_mime_encoding_domain = yes
disable_mime_output_conversion = yes
alias_maps =
virtual_mailbox_domains = example.test
virtual_mailbox_base = {folder}/mail
virtual_mailbox_maps = static:inbox/
virtual_uid_maps = static:{uid}
virtual_gid_maps = static:{gid}
virtual_minimum_uid = 1
"""
MASTER = """
127.0.0.1:{port} inet n - n - - smtpd
cleanup unix n - n - 0 cleanup
qmgr unix n - n 300 1 qmgr
rewrite unix - - n - - trivial-rewrite
bounce unix - - n - 0 bounce
defer unix - - n - 0 bounce
trace unix - - n - 0 bounce
verify unix - - n - 1 verify
error unix - - n - - error
retry unix - - n - - error
smtp unix - - n - - smtp
virtual unix - n n - - virtual
anvil unix - - n - 1 anvil
proxymap unix - - n - - proxymap
postlog unix-dgram n - n - 1 postlogd
"""


class Postfix:
    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.port = free_port()
        self.process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        if os.geteuid() != 0:
            pytest.fail("postfix can only be started by root; run make test-system as root, for example in a container")
        nobody = pwd.getpwnam("nobody")
        self.folder.chmod(0o755)
        for name in ("conf", "queue", "data", "mail"):
            (self.folder / name).mkdir()
        os.chown(self.folder / "data", pwd.getpwnam("postfix").pw_uid, -1)
        os.chown(self.folder / "mail", nobody.pw_uid, nobody.pw_gid)
        settings = {"folder": self.folder, "daemons": DAEMONS, "uid": nobody.pw_uid, "gid": nobody.pw_gid}
        (self.folder / "conf" / "main.cf").write_text(MAIN.format(**settings) + self.more_settings())
        (self.folder / "conf" / "master.cf").write_text(MASTER.format(port=self.port))
        conf = str(self.folder / "conf")
        subprocess.run(["/usr/sbin/postfix", "-c", conf, "check"], check=True, capture_output=True, timeout=60)
        self.process = subprocess.Popen([f"{DAEMONS}/master", "-c", conf, "-d"], preexec_fn=die_with_parent)
        self.wait_for(self.answers, "postfix does not answer")

    def more_settings(self) -> str:
        """Lines of main.cf that win over those above."""
        return ""

    def stop(self) -> None:
        if self.process:
            self.process.terminate()
            self.process.wait(PATIENCE_SECONDS)

    def answers(self) -> bool:
        try:
            with socket.create_connection(("127.0.0.1", self.port), timeout=1) as connection:
                return connection.recv(3) == b"220"
        except OSError:
            return False

    def delivered(self) -> list[bytes]:
        """All letters that have arrived, as they lie in the Maildir."""
        return [path.read_bytes() for path in sorted((self.folder / "mail" / "inbox" / "new").glob("*"))]

    def log(self) -> str:
        path = self.folder / "log"
        return path.read_text() if path.is_file() else ""

    def wait_for(self, condition, complaint: str) -> None:
        end = time.monotonic() + PATIENCE_SECONDS
        while not condition():
            if time.monotonic() > end:
                pytest.fail(f"{complaint} within {PATIENCE_SECONDS} s; its log:\n{self.log()}")
            time.sleep(0.05)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
