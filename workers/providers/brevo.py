"""Brevo by its API of version 3: the parts, each request under a key of its own under which it is acted on once.

Their documentation gives such a key at least 15 minutes. It is new with every try: only a request whose answer was lost
is made again under it, at once, so that no later try is ever taken for an earlier one.
"""

import uuid
from dataclasses import dataclass, field
from datetime import datetime

from app.outside.api import ApiPlace, ApiReply
from workers.providers.json_call import json_request
from workers.providers.parts import take_apart
from workers.providers.verdicts import About, answer_in, outcome_of, usual
from workers.providers.wire import ApiRequest
from workers.smtp.actions import Letter
from workers.smtp.outcome import Outcome

TARGET = "/v3/smtp/email"
BAD_REQUEST = 400


@dataclass(frozen=True, slots=True)
class Brevo:
    place: ApiPlace
    key: str = field(repr=False)
    secret_headers: frozenset[str] = frozenset({"api-key"})
    asks_again: bool = True

    def request(self, letter: Letter, at: datetime) -> ApiRequest:
        parts = take_apart(letter.body)
        own_id = {"Message-Id": parts.message_id} if parts.message_id else {}
        asked = {
            "sender": {"email": parts.from_email, **({"name": parts.from_name} if parts.from_name else {})},
            "to": [{"email": letter.recipient}],
            "replyTo": {"email": parts.reply_to} if parts.reply_to else {},
            "subject": parts.subject,
            "textContent": parts.text,
            "htmlContent": parts.html,
            "headers": {**parts.headers, **own_id, "idempotencyKey": str(uuid.uuid4())},
        }
        return json_request(TARGET, asked, api_key=self.key)

    def judge(self, reply: ApiReply) -> Outcome:
        told = answer_in(reply)
        code, words = str(told.get("code", "")), str(told.get("message", ""))
        said = str(told.get("messageId", "")) or f"{code} {words}".strip() or f"status {reply.status}"
        if reply.status == BAD_REQUEST and code.startswith("duplicate"):
            return outcome_of(About.TAKEN, reply, said)
        if reply.status == BAD_REQUEST and code == "invalid_parameter" and words.rstrip(". ").endswith(" in to"):
            return outcome_of(About.ADDRESS, reply, said)
        return outcome_of(usual(reply, is_told=bool(code)), reply, said)
