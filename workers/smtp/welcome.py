"""The way to a first letter (RFC 5321, 3207, 4954): greeting, EHLO, STARTTLS, AUTH; bytes and events in, actions out.

What follows stands in `session.py`, which this is the first half of.
"""

import base64
from abc import ABC, abstractmethod
from collections import deque
from collections.abc import Callable

from workers.smtp.actions import Action, Close, Encrypt, Write
from workers.smtp.relay import Relay, StartTls
from workers.smtp.replies import BEFORE_A_LETTER, COMPLETED, SERVICE_CLOSING, Stage
from workers.smtp.reply import Reply, ReplyBroken, ReplyReader

NEXT_STEP = 3

Handler = Callable[[Reply], list[Action]]


class Welcome(ABC):
    """`_expected` holds what is done about each reply that is still to come, in the order of the commands."""

    def __init__(self, relay: Relay, name: str) -> None:
        self._relay = relay
        self._name = name
        self._reader = ReplyReader()
        self._stage = Stage.GREETING
        self._encrypted = relay.tls
        self._extensions: dict[str, str] = {}
        self._open = True
        self._expected: deque[Handler] = deque([self._on_greeting])
        self._more_follows = False

    @property
    def closed(self) -> bool:
        return not self._open

    @property
    def stage(self) -> Stage:
        return self._stage

    def receive(self, data: bytes) -> list[Action]:
        """What to do about bytes that arrived."""
        if not self._open:
            return []
        nonsense = ""
        try:
            replies = self._reader.feed(data)
        except ReplyBroken as error:
            replies, nonsense = error.before, str(error)
        asked = len(self._expected)
        actions: list[Action] = []
        for place, reply in enumerate(replies, start=1):
            if place > asked or not self._expected:
                # A reply to nothing that was asked shows that none of this server's replies can be believed.
                return actions + self.lost(f"{reply.code} {reply.text}, unasked")
            self._more_follows = place < len(replies) or not self._reader.empty or bool(nonsense)
            actions += self._expected.popleft()(reply)
        return actions + self.lost(nonsense) if nonsense else actions

    def lost(self, why: str) -> list[Action]:
        """What to do when the connection broke, timed out or stopped making sense."""
        if not self._open:
            return []
        self._end()
        return [Close(f"{self._place()}: {why}" if self._stage in BEFORE_A_LETTER else "")]

    def _end(self) -> None:
        self._open = False
        self._expected.clear()

    def _place(self) -> str:
        return f"{self._relay.address}, {self._stage.value}"

    def _command(self, line: str, handler: Handler, patience: float = 0) -> Write:
        self._expected.append(handler)
        return Write(line.encode("utf-8") + b"\r\n", patience or self._relay.timeouts.command)

    @abstractmethod
    def _ready(self) -> list[Action]:
        """Letters may begin."""

    def _fail(self, reply: Reply, cure: str = "") -> list[Action]:
        self._end()
        said = f"{self._place()}: {reply.code} {reply.enhanced} {reply.text}".replace("  ", " ").rstrip()
        return [Close(f"{said}. {cure}" if cure else said)]

    def _cannot(self, why: str) -> list[Action]:
        self._end()
        return [Close(f"{self._relay.address}: {why}")]

    def _on_greeting(self, reply: Reply) -> list[Action]:
        if reply.code // 100 != COMPLETED:
            return self._fail(reply)
        return self._greet()

    def _greet(self) -> list[Action]:
        self._stage = Stage.EHLO
        return [self._command(f"EHLO {self._name}", self._on_ehlo)]

    def _on_ehlo(self, reply: Reply) -> list[Action]:
        if reply.code // 100 != COMPLETED:
            if reply.code in {500, 502} and not self._encrypted:
                return [self._command(f"HELO {self._name}", self._on_helo)]
            return self._fail(reply)
        self._extensions = {}
        for line in reply.lines[1:]:
            word, _, values = line.decode("latin-1").strip().partition(" ")
            self._extensions[word.upper()] = values.upper()
        return self._after_greeting()

    def _on_helo(self, reply: Reply) -> list[Action]:
        if reply.code // 100 != COMPLETED:
            return self._fail(reply)
        self._extensions = {}
        return self._after_greeting()

    def _after_greeting(self) -> list[Action]:
        wanted = self._relay.starttls
        if not self._encrypted and wanted is not StartTls.NEVER:
            if "STARTTLS" in self._extensions:
                self._stage = Stage.STARTTLS
                return [self._command("STARTTLS", self._on_starttls)]
            if wanted is StartTls.REQUIRE:
                return self._cannot("the server does not offer STARTTLS, which the settings require")
        return self._authenticate() if self._relay.user else self._ready()

    def _on_starttls(self, reply: Reply) -> list[Action]:
        if reply.code // 100 != COMPLETED:
            if self._relay.starttls is StartTls.OPPORTUNISTIC and reply.code != SERVICE_CLOSING:
                return self._authenticate() if self._relay.user else self._ready()
            return self._fail(reply)
        if self._more_follows:
            return self._cannot("bytes followed the answer to STARTTLS in clear: somebody meddles")
        return [Encrypt()]

    def encrypted(self) -> list[Action]:
        """TLS stands; everything the server said before is forgotten (RFC 3207 4.2)."""
        self._encrypted = True
        self._reader = ReplyReader()
        return self._greet()

    def _authenticate(self) -> list[Action]:
        self._stage = Stage.AUTH
        if not self._encrypted and self._relay.starttls is not StartTls.NEVER:
            return self._cannot(
                "the password would travel in clear; use STARTTLS or smtps://, or allow it by starttls=never"
            )
        offered = self._extensions.get("AUTH", "").split()
        if "PLAIN" in offered:
            token = _b64(f"\0{self._relay.user}\0{self._relay.password}")
            return [self._command(f"AUTH PLAIN {token}", self._on_auth)]
        if "LOGIN" in offered:
            return [self._command("AUTH LOGIN", self._on_login_user)]
        return self._cannot(
            f"the server takes no password by PLAIN or LOGIN (it offers: {' '.join(offered) or 'nothing'})"
        )

    def _on_login_user(self, reply: Reply) -> list[Action]:
        if reply.code // 100 != NEXT_STEP:
            return self._fail(reply)
        return [self._command(_b64(self._relay.user), self._on_login_password)]

    def _on_login_password(self, reply: Reply) -> list[Action]:
        if reply.code // 100 != NEXT_STEP:
            return self._fail(reply)
        return [self._command(_b64(self._relay.password), self._on_auth)]

    def _on_auth(self, reply: Reply) -> list[Action]:
        if reply.code // 100 != COMPLETED:
            return self._fail(reply, "Check user and password.")
        return self._ready()


def _b64(text: str) -> str:
    return base64.b64encode(text.encode("utf-8")).decode("ascii")
