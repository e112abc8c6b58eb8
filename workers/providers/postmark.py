"""Postmark by its API, which takes no finished message: the parts, in a message stream, their tracking turned off."""

import re
from dataclasses import dataclass, field
from datetime import datetime
from email.utils import formataddr

from app.outside.api import ApiPlace, ApiReply
from workers.providers.json_call import json_request
from workers.providers.parts import take_apart
from workers.providers.verdicts import About, answer_in, outcome_of, usual
from workers.providers.wire import ApiRequest
from workers.smtp.actions import Letter
from workers.smtp.outcome import Outcome

TARGET = "/email"
INACTIVE, INVALID_REQUEST = 406, 300
_BAD_TO = re.compile(r"'To'", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Postmark:
    """`stream` is the message stream's ID; newsletters need one for broadcasts."""

    place: ApiPlace
    token: str = field(repr=False)
    stream: str = "broadcast"
    secret_headers: frozenset[str] = frozenset({"x-postmark-server-token"})
    asks_again: bool = False

    def request(self, letter: Letter, at: datetime) -> ApiRequest:
        parts = take_apart(letter.body)
        own_id = {"Message-ID": parts.message_id, "X-PM-KeepID": "true"} if parts.message_id else {}
        asked = {
            "From": formataddr((parts.from_name, parts.from_email), "utf-8") if parts.from_name else parts.from_email,
            "To": letter.recipient,
            "ReplyTo": parts.reply_to,
            "Subject": parts.subject,
            "TextBody": parts.text,
            "HtmlBody": parts.html,
            "Headers": [{"Name": name, "Value": value} for name, value in {**parts.headers, **own_id}.items()],
            "Metadata": {"letter": str(letter.number)},
            "MessageStream": self.stream,
            "TrackOpens": False,
            "TrackLinks": "None",
        }
        return json_request(TARGET, asked, X_Postmark_Server_Token=self.token)

    def judge(self, reply: ApiReply) -> Outcome:
        told = answer_in(reply)
        code, words = told.get("ErrorCode", 0), str(told.get("Message", ""))
        said = str(told.get("MessageID", "")) or f"{code} {words}".strip() or f"status {reply.status}"
        return outcome_of(about(reply, code, words), reply, said)


def about(reply: ApiReply, code: object, words: str) -> About:
    if code == INACTIVE:
        return About.GONE
    if code == INVALID_REQUEST and _BAD_TO.search(words):
        return About.ADDRESS
    found = usual(reply, is_told=bool(words))
    return About.US if found is About.TAKEN and code else found
