"""Says good day to the mail server as a letter would, and goodbye: can it be reached, encrypted to, signed in to?"""

import asyncio
import dataclasses

from workers.smtp.actions import Letter
from workers.smtp.connection import Connection, explain, open_connection
from workers.smtp.outcome import Outcome
from workers.smtp.relay import Relay, Timeouts

PATIENCE = Timeouts(connect=10, command=15, data=15, block=15, dot=15, goodbye=2)
LONGEST_SECONDS = 30


class Visitor:
    """Owns one connection and has no letter for it."""

    def __init__(self) -> None:
        self.welcome = False

    def next_letter(self, connection: Connection) -> Letter | None:
        self.welcome = True
        asyncio.get_running_loop().call_soon(connection.say_goodbye)
        return None

    def begin(self, letter: Letter) -> bool:
        return False

    def settled(self, letter: Letter, outcome: Outcome) -> None:
        """Never called: there is no letter."""


async def visit(relay: Relay) -> str:
    """Why letters could not be handed over, in words with a cure where there is one; "" where they could."""
    visitor = Visitor()
    try:
        async with asyncio.timeout(LONGEST_SECONDS):
            connection = await open_connection(dataclasses.replace(relay, timeouts=PATIENCE), visitor)
            trouble = await connection.closed
    except OSError as error:
        return f"{relay.address}: {explain(error)}"
    return "" if visitor.welcome else trouble or "the server ended the conversation"


def rehearse(relay: Relay) -> str:
    """`visit`, from outside an event loop."""
    return asyncio.run(visit(relay))
