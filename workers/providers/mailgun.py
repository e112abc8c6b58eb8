"""Mailgun by its API of version 3: the finished message as it is, with their tracking turned off."""

import re
from base64 import b64encode
from dataclasses import dataclass, field
from datetime import datetime
from hashlib import sha256
from urllib.parse import quote

from app.outside.api import ApiPlace, ApiReply
from workers.providers.parts import undotted
from workers.providers.verdicts import About, answer_in, outcome_of, usual
from workers.providers.wire import ApiRequest
from workers.smtp.actions import Letter
from workers.smtp.outcome import Outcome

BAD_REQUEST = 400
_BAD_ADDRESS = re.compile(r"'?to'? parameter is not a valid address", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Mailgun:
    """`domain` is the sending domain at Mailgun."""

    place: ApiPlace
    domain: str
    key: str = field(repr=False)
    secret_headers: frozenset[str] = frozenset({"authorization"})
    asks_again: bool = False

    def request(self, letter: Letter, at: datetime) -> ApiRequest:
        message = undotted(letter.body)
        fields = (("to", letter.recipient), ("o:tracking", "no"), ("v:letter", str(letter.number)))
        boundary, body = form_of(fields, message)
        token = b64encode(f"api:{self.key}".encode()).decode("ascii")
        headers = (
            ("Authorization", f"Basic {token}"),
            ("Content-Type", f"multipart/form-data; boundary={boundary}"),
            ("Accept", "application/json"),
            ("Content-Length", str(len(body))),
        )
        return ApiRequest(f"/v3/{quote(self.domain, safe='')}/messages.mime", headers, body)

    def judge(self, reply: ApiReply) -> Outcome:
        told = answer_in(reply)
        words = str(told.get("message", ""))
        said = str(told.get("id", "")) or words or f"status {reply.status}"
        if reply.status == BAD_REQUEST and _BAD_ADDRESS.search(words):
            return outcome_of(About.ADDRESS, reply, said)
        return outcome_of(usual(reply, is_told=bool(words)), reply, said)


def form_of(fields: tuple[tuple[str, str], ...], message: bytes) -> tuple[str, bytes]:
    """The boundary, and the form with the message as its file."""
    boundary = f"letter-{sha256(message).hexdigest()[:32]}"
    edge = b"--" + boundary.encode()
    disposition = b'Content-Disposition: form-data; name="'
    parts = [b'%b\r\n%b%b"\r\n\r\n%b\r\n' % (edge, disposition, name.encode(), text.encode()) for name, text in fields]
    file = b'%b\r\n%bmessage"; filename="message.mime"\r\nContent-Type: application/octet-stream\r\n\r\n%b\r\n'
    return boundary, b"".join((*parts, file % (edge, disposition, message), edge, b"--\r\n"))
