"""One SMTP conversation (RFC 5321, 3207, 4954, 6531) as a state machine without I/O: bytes and events in, actions out.

`connection.py` carries the actions out; what replies mean for a letter stands in `replies.py`.
"""

import base64
from collections.abc import Callable

from app.models.message import Reason
from workers.smtp.actions import (
    Action,
    AskToBegin,
    Close,
    Encrypt,
    Finished,
    Letter,
    Ready,
    Write,
    WriteBody,
)
from workers.smtp.outcome import Refused, Untouched
from workers.smtp.relay import Relay, StartTls
from workers.smtp.replies import BEFORE_A_LETTER, GO_AHEAD, SERVICE_CLOSING, Stage, judge, judge_lost
from workers.smtp.reply import Reply, ReplyBroken, ReplyReader

COMPLETED = 2
NEXT_STEP = 3


class Session:
    """The client's side of one connection, lock-step: every command waits for its reply."""

    def __init__(self, relay: Relay, name: str) -> None:
        self._relay = relay
        self._name = name
        self._reader = ReplyReader()
        self._stage = Stage.GREETING
        self._letter: Letter | None = None
        self._encrypted = relay.tls
        self._extensions: dict[str, str] = {}
        self._open = True
        self._handler: Callable[[Reply], list[Action]] | None = self._on_greeting
        self.handed_over = 0

    @property
    def closed(self) -> bool:
        return not self._open

    @property
    def letter(self) -> Letter | None:
        """The letter under way, if any."""
        return self._letter

    @property
    def stage(self) -> Stage:
        return self._stage

    def receive(self, data: bytes) -> list[Action]:
        """What to do about bytes that arrived."""
        if not self._open:
            return []
        try:
            replies = self._reader.feed(data)
        except ReplyBroken as error:
            return self.lost(str(error))
        actions: list[Action] = []
        for reply in replies:
            # In lock-step only one answer can belong to a question; after a second none can be believed.
            actions += self.lost(f"{reply.code} {reply.text}, unasked") if actions else self._take(reply)
        return actions

    def _take(self, reply: Reply) -> list[Action]:
        handler, self._handler = self._handler, None
        if handler is None:
            return self.lost(f"{reply.code} {reply.text}, unasked")
        return handler(reply)

    def lost(self, why: str) -> list[Action]:
        """What to do when the connection broke, timed out or stopped making sense."""
        if not self._open:
            return []
        letter, self._letter, self._open = self._letter, None, False
        if letter is not None:
            return [Finished(letter, judge_lost(self._stage, why)), Close()]
        return [Close(f"{self._place()}: {why}" if self._stage in BEFORE_A_LETTER else "")]

    def _place(self) -> str:
        return f"{self._relay.address}, {self._stage.value}"

    # The way to a first letter: greeting, EHLO, STARTTLS, AUTH.

    def _command(self, line: str, handler: Callable[[Reply], list[Action]], patience: float = 0) -> Write:
        self._handler = handler
        return Write(line.encode("utf-8") + b"\r\n", patience or self._relay.timeouts.command)

    def _fail(self, reply: Reply, cure: str = "") -> list[Action]:
        self._open = False
        said = f"{self._place()}: {reply.code} {reply.enhanced} {reply.text}".replace("  ", " ").rstrip()
        return [Close(f"{said}. {cure}" if cure else said)]

    def _cannot(self, why: str) -> list[Action]:
        self._open = False
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
        if not self._reader.empty:
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

    # Letters: MAIL, RCPT, DATA, the body and its dot.

    def _ready(self) -> list[Action]:
        self._stage = Stage.MAIL
        if self.handed_over >= self._relay.letters:
            return self.quit()
        return [Ready()]

    def hand_over(self, letter: Letter) -> list[Action]:
        """Begins the transaction of one letter; only after Ready."""
        utf8 = letter.needs_smtputf8
        if utf8 and "SMTPUTF8" not in self._extensions:
            said = "the mail server does not take addresses outside ASCII (SMTPUTF8)"
            return [Finished(letter, Refused(Reason.SMTPUTF8_UNSUPPORTED, reply=said)), Ready()]
        if not (_fits_envelope(letter.sender) and _fits_envelope(letter.recipient)):
            return [
                Finished(letter, Refused(Reason.ADDRESS_BAD, reply="the address cannot stand on an envelope")),
                Ready(),
            ]
        self._letter = letter
        self.handed_over += 1
        self._stage = Stage.MAIL
        return [self._command(f"MAIL FROM:<{letter.sender}>{' SMTPUTF8' if utf8 else ''}", self._on_mail)]

    def _on_mail(self, reply: Reply) -> list[Action]:
        if reply.code // 100 != COMPLETED:
            return self._settle(reply)
        assert self._letter is not None
        self._stage = Stage.RCPT
        return [self._command(f"RCPT TO:<{self._letter.recipient}>", self._on_rcpt)]

    def _on_rcpt(self, reply: Reply) -> list[Action]:
        if reply.code // 100 != COMPLETED:
            return self._settle(reply)
        self._stage = Stage.DATA
        return [self._command("DATA", self._on_data, self._relay.timeouts.data)]

    def _on_data(self, reply: Reply) -> list[Action]:
        if reply.code != GO_AHEAD:
            return self._settle(reply)
        if not self._reader.empty:
            return self.lost("the server answered ahead of the letter")
        assert self._letter is not None
        return [AskToBegin(self._letter)]

    def begin(self, *, allowed: bool) -> list[Action]:
        """The answer to AskToBegin. Not allowed: the connection closes without a dot, so nothing is delivered."""
        assert self._letter is not None
        if not allowed:
            letter, self._letter, self._open = self._letter, None, False
            return [Finished(letter, Untouched()), Close()]
        self._stage = Stage.BODY
        self._handler = self._on_dot
        return [WriteBody(self._letter.body, self._relay.timeouts.block)]

    def body_left(self) -> float:
        """The dot may have left: from here on only the server knows. Returns how long to wait for it."""
        self._stage = Stage.DOT
        return self._relay.timeouts.dot

    def _on_dot(self, reply: Reply) -> list[Action]:
        if self._stage is Stage.BODY:
            # An answer before the dot left: refuse or give up, but never count it as delivered.
            return self._early_answer(reply)
        return self._settle(reply)

    def _early_answer(self, reply: Reply) -> list[Action]:
        assert self._letter is not None
        letter, self._letter, self._open = self._letter, None, False
        outcome = judge(Stage.BODY, reply) if reply.code // 100 > NEXT_STEP else judge_lost(Stage.BODY, "early answer")
        return [Finished(letter, outcome), Close()]

    def _settle(self, reply: Reply) -> list[Action]:
        """The letter is over, one way or another; what follows depends on how the server feels."""
        assert self._letter is not None
        stage, letter, self._letter = self._stage, self._letter, None
        finished = Finished(letter, judge(stage, reply))
        self._stage = Stage.MAIL
        if reply.code == SERVICE_CLOSING or (stage is not Stage.DOT and reply.code // 100 <= NEXT_STEP):
            self._open = False
            return [finished, Close()]
        if stage is Stage.DOT:
            return [finished, *self._ready()]
        return [finished, self._command("RSET", self._on_rset)]

    def _on_rset(self, reply: Reply) -> list[Action]:
        if reply.code // 100 != COMPLETED:
            self._open = False
            return [Close()]
        return self._ready()

    def quit(self) -> list[Action]:
        """Says goodbye; only between letters."""
        return [self._command("QUIT", self._on_quit, self._relay.timeouts.goodbye)]

    def _on_quit(self, _reply: Reply) -> list[Action]:
        self._open = False
        return [Close()]


def _b64(text: str) -> str:
    return base64.b64encode(text.encode("utf-8")).decode("ascii")


def _fits_envelope(address: str) -> bool:
    return address.isprintable() and not any(sign in address for sign in "<> \t")
