"""A PgBouncer of our own before a PostgreSQL of ours, on a loopback port, with few servers for many connections."""

import os
import pwd
import shutil
import subprocess
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

import psycopg

from tests.servers.lifetime import die_with_parent
from tests.servers.postgresql import PostgresqlServer
from tests.system.postfix import free_port

START_SECONDS = 20
SERVERS = 4
"""Fewer than the processes that ask, so that each gets another's server all the time."""
CONFIGURATION = """
[databases]
* = host={folder} user=postgres
[pgbouncer]
listen_addr = 127.0.0.1
listen_port = {port}
unix_socket_dir =
auth_type = any
pool_mode = {mode}
default_pool_size = {servers}
max_client_conn = 500
logfile =
syslog = 0
"""


@dataclass
class PgbouncerServer:
    port: int
    folder: Path
    process: subprocess.Popen

    def address(self, database: str) -> str:
        return f"postgresql://postgres@127.0.0.1:{self.port}/{database}"

    def stop(self) -> None:
        self.process.terminate()
        self.process.wait(20)
        shutil.rmtree(self.folder, ignore_errors=True)


def program() -> str:
    found = shutil.which("pgbouncer", path=os.pathsep.join([os.environ["PATH"], "/usr/sbin", "/usr/local/sbin"]))
    if not found:
        raise RuntimeError("pgbouncer is not installed; on Debian: sudo apt install pgbouncer")
    return found


def start_pgbouncer(behind: PostgresqlServer, *, mode: str = "transaction") -> PgbouncerServer:
    folder = Path(tempfile.mkdtemp(prefix="lwpb-"))
    folder.chmod(0o755)
    port = free_port()
    file = folder / "pgbouncer.ini"
    file.write_text(CONFIGURATION.format(folder=behind.folder, port=port, mode=mode, servers=SERVERS))
    with (folder / "log").open("wb") as log:
        user = pwd.getpwuid(os.getuid()).pw_name if os.getuid() else "nobody"
        process = subprocess.Popen(
            [program(), "-q", "-u", user, file], stdout=log, stderr=log, preexec_fn=die_with_parent
        )
    server = PgbouncerServer(port, folder, process)
    until = time.monotonic() + START_SECONDS
    while True:
        try:
            psycopg.connect(server.address("postgres"), connect_timeout=2).close()
        except psycopg.OperationalError:
            if process.poll() is not None or time.monotonic() > until:
                raise RuntimeError(f"PgBouncer did not start:\n{(folder / 'log').read_text()}") from None
            time.sleep(0.05)
        else:
            return server
