"""The mail catcher: an SMTP server on loopback that keeps every letter in the inbox and sends nothing on.

Its own process (`python -m app.embedded.catcher`), so that letters take the true way out. Strict on line length.
"""

import asyncio
import logging
import signal
import socket
from pathlib import Path
from urllib.parse import urlsplit

from aiosmtpd.smtp import SMTP, Envelope, Session

from app.config import Settings, load_settings
from app.database.away import NOT_WRITTEN
from app.embedded.goodbyes import Goodbyes
from app.embedded.maildir import keep_letter, make_inbox

HOST = "127.0.0.1"
LARGEST_LETTER = 5 * 1024 * 1024
LONGEST_LINE = 1000
SILENCE_SECONDS = 300
ADDRESS_FILE = "catcher.url"


class Catcher:
    """The handler of one server: every recipient is fine, every letter with lawful lines is kept.

    A goodbye counts before its letter is kept, so that one which could not be written down comes again.
    """

    def __init__(self, settings: Settings) -> None:
        self.data = settings.data
        self.goodbyes = Goodbyes(settings)

    async def handle_DATA(self, _server: SMTP, _session: Session, envelope: Envelope) -> str:  # noqa: N802
        letter = envelope.original_content or b""
        if any(len(line) + 2 > LONGEST_LINE for line in letter.split(b"\r\n")):
            return f"554 5.6.0 A line is longer than {LONGEST_LINE} bytes (RFC 5321, 4.5.3.1.6)"
        try:
            await asyncio.to_thread(self.goodbyes.take, letter, envelope.rcpt_tos)
        except NOT_WRITTEN as error:
            return f"451 4.3.0 The goodbye could not be written down: {type(error).__name__}"
        try:
            key = keep_letter(self.data, letter, envelope.mail_from or "", envelope.rcpt_tos)
        except OSError as error:
            return f"452 4.3.1 The inbox cannot be written: {error.strerror}"
        return f"250 2.0.0 Kept as {key}"


def bind(recorded: Path) -> socket.socket:
    """A listening socket on the port of last time, or on a free one where that is taken."""
    for port in (port_of(recorded), 0):
        listener = socket.socket(socket.AF_INET)
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            listener.bind((HOST, port))
        except OSError:
            listener.close()
            continue
        return listener
    raise OSError(f"no free port on {HOST}")


def port_of(recorded: Path) -> int:
    try:
        return urlsplit(recorded.read_text(encoding="ascii").strip()).port or 0
    except (OSError, ValueError):
        return 0


async def catch(settings: Settings) -> None:
    """Catches letters until SIGTERM; writes down its address once it listens."""
    make_inbox(settings.data)
    recorded = settings.data / ADDRESS_FILE
    listener = bind(recorded)
    loop = asyncio.get_running_loop()
    stopped = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stopped.set)
    handler = Catcher(settings)
    server = await loop.create_server(lambda: make_session(handler), sock=listener, backlog=512)
    port = listener.getsockname()[1]
    fresh = recorded.with_suffix(".fresh")
    fresh.write_text(f"smtp://{HOST}:{port}\n", encoding="ascii")
    fresh.rename(recorded)
    print(f"catches letters on smtp://{HOST}:{port}", flush=True)  # noqa: T201  the supervisor's sign of life
    await stopped.wait()
    server.close()


def make_session(handler: Catcher) -> SMTP:
    return SMTP(
        handler,
        hostname="letterwright-catcher",
        ident="Letterwright catcher",
        data_size_limit=LARGEST_LETTER,
        enable_SMTPUTF8=True,
        timeout=SILENCE_SECONDS,
    )


def main() -> None:
    logging.getLogger("mail.log").setLevel(logging.ERROR)
    asyncio.run(catch(load_settings()))


if __name__ == "__main__":
    main()
