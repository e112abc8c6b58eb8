"""A mail sink far away: every group of commands is answered so many milliseconds later, and letters are dropped.

Started as `python -m tests.benchmarks.distant_sink PORT MILLISECONDS`.
"""

import asyncio
import sys

from workers.smtp.loop import run

END = b"\r\n.\r\n"
ANSWERS = {
    b"EHLO": b"250-far.example.test\r\n250-PIPELINING\r\n250 8BITMIME\r\n",
    b"HELO": b"250 far.example.test\r\n",
    b"DATA": b"354 go\r\n",
    b"QUIT": b"221 bye\r\n",
}
USUAL = b"250 ok\r\n"


class Distant(asyncio.Protocol):
    def __init__(self, seconds: float) -> None:
        self.seconds = seconds
        self.waiting = b""
        self.in_body = False

    def connection_made(self, transport: asyncio.Transport) -> None:
        self.transport = transport
        self.say(b"220 far.example.test\r\n")

    def say(self, answers: bytes) -> None:
        asyncio.get_running_loop().call_later(self.seconds, self.arrive, answers)

    def arrive(self, answers: bytes) -> None:
        self.transport.write(answers)
        if answers.endswith(ANSWERS[b"QUIT"]):
            self.transport.close()

    def data_received(self, data: bytes) -> None:
        self.waiting += data
        answers = b"".join(iter(self.next_answer, b""))
        if answers:
            self.say(answers)

    def next_answer(self) -> bytes:
        """The answer to what is complete; b"" where more has to come."""
        if self.in_body:
            place = self.waiting.find(END)
            if place < 0:
                self.waiting = self.waiting[-len(END) :]
                return b""
            self.waiting, self.in_body = self.waiting[place + len(END) :], False
            return USUAL
        line, end, rest = self.waiting.partition(b"\r\n")
        if not end:
            return b""
        self.waiting = rest
        verb = line[:4].upper()
        self.in_body = verb == b"DATA"
        return ANSWERS.get(verb, USUAL)


async def serve(port: int, seconds: float) -> None:
    server = await asyncio.get_running_loop().create_server(lambda: Distant(seconds), "127.0.0.1", port, backlog=1000)
    await server.serve_forever()


if __name__ == "__main__":
    run(serve(int(sys.argv[1]), int(sys.argv[2]) / 1000))
