"""Hands one letter to a mail server and writes down every line that was said, for somebody who tries a transport."""

import asyncio
import dataclasses

from workers.smtp.actions import Letter, WriteBody
from workers.smtp.connection import Connection, explain, open_connection
from workers.smtp.outcome import Outcome, Untouched
from workers.smtp.relay import Relay, Timeouts
from workers.smtp.replies import Stage
from workers.smtp.reply import printable
from workers.smtp.session import Session

PATIENCE = Timeouts(connect=10, command=20, data=20, block=20, dot=40, goodbye=2)
LONGEST_SECONDS = 60
MOST_LINES = 200
KEPT_BACK = "(kept secret)"


class Overheard(Connection):
    """A connection whose words are kept by its owner, without the password and without the letter."""

    def data_received(self, data: bytes) -> None:
        for line in data.splitlines():
            self._note("S", printable(line))
        super().data_received(data)

    def _send(self, data: bytes) -> None:
        signing_in = self._session is not None and self._session.stage is Stage.AUTH
        for line in data.splitlines():
            self._note("C", hidden(line) if signing_in else printable(line))
        super()._send(data)

    def _send_body(self, session: Session, action: WriteBody) -> None:
        self._note("C", f"({len(action.body):,} bytes of letter, and a dot)")
        super()._send_body(session, action)

    def _note(self, who: str, said: str) -> None:
        assert isinstance(self._owner, Trial)
        self._owner.note(who, said)


def hidden(line: bytes) -> str:
    """What was said at AUTH, its mechanism only."""
    words = line.split()
    return " ".join([*(word.decode("ascii") for word in words[:2]), KEPT_BACK]) if words[:1] == [b"AUTH"] else KEPT_BACK


class Trial:
    """Owns one connection and one letter."""

    def __init__(self, letter: Letter) -> None:
        self._letter: Letter | None = letter
        self.lines: list[str] = []
        self.outcome: Outcome | None = None

    def note(self, who: str, said: str) -> None:
        if len(self.lines) < MOST_LINES:
            self.lines.append(f"{who}: {said}")

    def next_letter(self, connection: Connection) -> Letter | None:
        letter, self._letter = self._letter, None
        if letter is None:
            asyncio.get_running_loop().call_soon(connection.say_goodbye)
        return letter

    def begin(self, letter: Letter) -> bool:
        return True

    def settled(self, letter: Letter, outcome: Outcome) -> None:
        self.outcome = outcome


async def hand_over(relay: Relay, trial: Trial) -> None:
    try:
        connection = await open_connection(dataclasses.replace(relay, timeouts=PATIENCE), trial, Overheard)
    except OSError as error:
        trial.outcome = Untouched(reply=f"{relay.address}: {explain(error)}")
        return
    try:
        async with asyncio.timeout(LONGEST_SECONDS):
            trouble = await asyncio.shield(connection.closed)
    except TimeoutError:
        connection.timed_out()
        trouble = "no answer in time"
    trial.outcome = trial.outcome or Untouched(reply=trouble or "the server ended the conversation")


def try_letter(relay: Relay, letter: Letter) -> tuple[Outcome, list[str]]:
    """What became of the letter, and what was said: lines of the client (C) and of the server (S)."""
    trial = Trial(letter)
    trial.note("—", f"to {relay.address}{' by TLS' if relay.tls else ''}")
    asyncio.run(hand_over(relay, trial))
    assert trial.outcome is not None
    return trial.outcome, trial.lines
