"""A mailbox on 127.0.0.1, as much of IMAP (RFC 9051) as reading one takes, in a thread of its own.

Held to the protocol where it matters: uids never change, `BODY.PEEK` marks nothing, `n:*` always names the last letter.
"""

import re
import socketserver
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

USER, PASSWORD = "news@example.test", "a password with % and @"


@dataclass
class FakeImapServer:
    """`letters` by uid; `seen` the marked ones. `refuse` answers a command with NO, `drop` hangs up at one."""

    port: int = 0
    uid_validity: int = 7
    letters: dict[int, bytes] = field(default_factory=dict)
    seen: set[int] = field(default_factory=set)
    refuse: set[str] = field(default_factory=set)
    drop: set[str] = field(default_factory=set)
    commands: list[str] = field(default_factory=list)

    def deliver(self, letter: bytes) -> int:
        uid = max(self.letters, default=0) + 1
        self.letters[uid] = letter
        return uid

    @property
    def url(self) -> str:
        return f"imap://news%40example.test:a%20password%20with%20%25%20and%20%40@127.0.0.1:{self.port}/INBOX"


class Conversation(socketserver.StreamRequestHandler):
    def say(self, line: str) -> None:
        self.wfile.write(line.encode("ascii") + b"\r\n")

    def read_command(self) -> str:
        """A whole command, its literals read in."""
        whole = b""
        while line := self.rfile.readline():
            whole += line.rstrip(b"\r\n")
            literal = re.search(rb"\{(\d+)\}$", whole)
            if not literal:
                return whole.decode("ascii")
            self.say("+ go on")
            whole = whole[: literal.start()] + b'"' + self.rfile.read(int(literal[1])) + b'"'
        return ""

    def handle(self) -> None:
        box: FakeImapServer = self.server.box
        self.say("* OK [CAPABILITY IMAP4rev1] ready")
        while command := self.read_command():
            tag, _, rest = command.partition(" ")
            words = rest.split(" ")
            verb = " ".join(words[:2]) if words[0].upper() == "UID" else words[0]
            box.commands.append(verb.upper())
            if verb.upper() in box.drop:
                return
            if verb.upper() in box.refuse:
                self.say(f"{tag} NO [ALERT] not now")
                continue
            known = {
                "CAPABILITY": self.tell_capability,
                "LOGIN": self.check_login,
                "SELECT": self.select,
                "UID SEARCH": self.search,
                "UID FETCH": self.fetch,
                "UID STORE": self.store,
                "LOGOUT": lambda _: self.say("* BYE"),
            }
            answer = known[verb.upper()](rest) if verb.upper() in known else "BAD unknown"
            self.say(f"{tag} {answer or 'OK done'}")
            if verb.upper() == "LOGOUT":
                return

    def tell_capability(self, _rest: str) -> None:
        self.say("* CAPABILITY IMAP4rev1")

    def check_login(self, rest: str) -> str:
        return "OK welcome" if USER in rest and PASSWORD in rest else "NO [AUTHENTICATIONFAILED] wrong password"

    def select(self, _rest: str) -> str:
        box = self.server.box
        self.say(f"* {len(box.letters)} EXISTS")
        self.say("* 0 RECENT")
        self.say(r"* FLAGS (\Seen \Deleted)")
        self.say(f"* OK [UIDVALIDITY {box.uid_validity}] valid")
        self.say(f"* OK [UIDNEXT {max(box.letters, default=0) + 1}] next")
        return "OK [READ-WRITE] selected"

    def search(self, rest: str) -> None:
        first = int(re.search(r"(\d+):\*", rest)[1])
        last = max(self.server.box.letters, default=0)
        found = [uid for uid in self.server.box.letters if uid >= first or uid == last]
        self.say(" ".join(["* SEARCH", *map(str, found)]))

    def fetch(self, rest: str) -> None:
        wanted = {int(one) for one in re.match(r"(?i)uid fetch ([\d,]+)", rest)[1].split(",")}
        for place, (uid, letter) in enumerate(self.server.box.letters.items(), start=1):
            if uid in wanted:
                name, told = "BODY[HEADER]", letter.partition(b"\r\n\r\n")[0] + b"\r\n\r\n"
                if "PEEK[]" in rest.upper():
                    name, told = "BODY[]", letter
                self.wfile.write(f"* {place} FETCH (UID {uid} {name}<0> {{{len(told)}}}\r\n".encode())
                self.wfile.write(told + b")\r\n")

    def store(self, rest: str) -> None:
        uid = int(re.match(r"(?i)uid store (\d+)", rest)[1])
        if r"\Seen" in rest:
            self.server.box.seen.add(uid)


class Server(socketserver.ThreadingTCPServer):
    daemon_threads = True
    allow_reuse_address = True
    box: FakeImapServer


@contextmanager
def imap_server() -> Iterator[FakeImapServer]:
    with Server(("127.0.0.1", 0), Conversation) as server:
        server.box = FakeImapServer(port=server.server_address[1])
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
        thread.start()
        try:
            yield server.box
        finally:
            server.shutdown()
            thread.join()
