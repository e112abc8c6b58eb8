"""A mail sink that takes every letter but those to one provider, to which it always answers that they come too fast.

Started as `python -m tests.benchmarks.impatient_sink PORT`.
"""

import asyncio
import sys

from tests.benchmarks.distant_sink import Distant
from workers.smtp.loop import run

IMPATIENT = b"impatient.test"
TOO_FAST = b"421 4.7.0 Too fast, try again later\r\n"


class Impatient(Distant):
    def next_answer(self) -> bytes:
        line = self.waiting.partition(b"\r\n")[0]
        answer = super().next_answer()
        refused = answer and not self.in_body and line[:4].upper() == b"RCPT" and line.rstrip(b">").endswith(IMPATIENT)
        return TOO_FAST if refused else answer

    def say(self, answers: bytes) -> None:
        """RFC 5321 3.8: after a 421 the connection is closed, whatever else was asked."""
        before, refusal, _after = answers.partition(TOO_FAST)
        self.transport.write(before + refusal)
        if refusal or answers.endswith(b"221 bye\r\n"):
            self.transport.close()


async def serve(port: int) -> None:
    server = await asyncio.get_running_loop().create_server(lambda: Impatient(0.0), "127.0.0.1", port, backlog=1000)
    await server.serve_forever()


if __name__ == "__main__":
    run(serve(int(sys.argv[1])))
