"""A private dovecot: its own folder and port, TLS from the first byte, one account that reads one Maildir."""

import grp
import os
import pwd
import subprocess
import time
from pathlib import Path

import pytest
import trustme

from tests.servers.lifetime import die_with_parent
from tests.system.postfix import free_port

USER, PASSWORD = "news@example.test", "secret@home"
PATIENCE_SECONDS = 20
CONFIGURATION = """
protocols = imap
listen = 127.0.0.1
base_dir = {folder}/run
state_dir = {folder}/state
log_path = {folder}/log
default_internal_user = nobody
default_internal_group = {group}
default_login_user = nobody
first_valid_uid = 1
first_valid_gid = 1
ssl = required
ssl_cert = <{folder}/cert.pem
ssl_key = <{folder}/key.pem
mail_location = maildir:{mail}:CONTROL={folder}/control:INDEX={folder}/index
passdb {{
  driver = static
  args = password={password}
}}
userdb {{
  driver = static
  args = uid=nobody gid={group} home={folder}/home
}}
service imap-login {{
  chroot =
  inet_listener imap {{
    port = 0
  }}
  inet_listener imaps {{
    port = {port}
    ssl = yes
  }}
}}
service anvil {{
  chroot =
}}
"""


class Dovecot:
    """`mail` is the Maildir that it shows as INBOX; `authority` the file that clients must trust."""

    def __init__(self, folder: Path, mail: Path) -> None:
        self.folder = folder
        self.mail = mail
        self.port = free_port()
        self.authority = folder / "authority.pem"
        self.process: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        return f"imaps://news%40example.test:secret%40home@localhost:{self.port}/INBOX"

    def start(self, program: str) -> None:
        if os.geteuid() != 0:
            pytest.fail("dovecot is started by root here; run make test-system as root, for example in a container")
        nobody = pwd.getpwnam("nobody")
        self.folder.chmod(0o755)
        for name in ("control", "index", "home"):
            (self.folder / name).mkdir()
            os.chown(self.folder / name, nobody.pw_uid, nobody.pw_gid)
        authority = trustme.CA()
        authority.cert_pem.write_to_path(self.authority)
        certificate = authority.issue_cert("localhost")
        certificate.private_key_pem.write_to_path(self.folder / "key.pem")
        certificate.cert_chain_pems[0].write_to_path(self.folder / "cert.pem")
        file = self.folder / "dovecot.conf"
        group = grp.getgrgid(nobody.pw_gid).gr_name
        file.write_text(
            CONFIGURATION.format(folder=self.folder, mail=self.mail, port=self.port, password=PASSWORD, group=group)
        )
        self.process = subprocess.Popen([program, "-F", "-c", str(file)], preexec_fn=die_with_parent)
        until = time.monotonic() + PATIENCE_SECONDS
        while not (self.folder / "log").exists() or "starting up" not in self.log():
            if self.process.poll() is not None or time.monotonic() > until:
                pytest.fail(f"dovecot does not start:\n{self.log()}")
            time.sleep(0.05)

    def log(self) -> str:
        path = self.folder / "log"
        return path.read_text(errors="replace") if path.exists() else ""

    def stop(self) -> None:
        if self.process:
            self.process.terminate()
            self.process.wait(PATIENCE_SECONDS)
