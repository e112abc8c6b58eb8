"""SendGrid by its API of version 3, which takes no finished message: the parts, with all its tracking turned off."""

from dataclasses import dataclass, field
from datetime import datetime

from app.outside.api import ApiPlace, ApiReply
from workers.providers.json_call import json_request
from workers.providers.parts import take_apart
from workers.providers.verdicts import About, answer_in, outcome_of, usual
from workers.providers.wire import ApiRequest
from workers.smtp.actions import Letter
from workers.smtp.outcome import Outcome

TARGET = "/v3/mail/send"
BAD_REQUEST = 400


@dataclass(frozen=True, slots=True)
class SendGrid:
    place: ApiPlace
    key: str = field(repr=False)
    secret_headers: frozenset[str] = frozenset({"authorization"})
    asks_again: bool = False

    def request(self, letter: Letter, at: datetime) -> ApiRequest:
        parts = take_apart(letter.body)
        bodies = (("text/plain", parts.text), ("text/html", parts.html))
        asked = {
            "personalizations": [{"to": [{"email": letter.recipient}]}],
            "from": named(parts.from_name, parts.from_email),
            "reply_to": {"email": parts.reply_to} if parts.reply_to else {},
            "subject": parts.subject,
            "content": [{"type": kind, "value": text} for kind, text in bodies if text],
            "headers": {**parts.headers, **({"Message-ID": parts.message_id} if parts.message_id else {})},
            "custom_args": {"letter": str(letter.number)},
            "tracking_settings": {
                "click_tracking": {"enable": False, "enable_text": False},
                "open_tracking": {"enable": False},
                "subscription_tracking": {"enable": False},
            },
        }
        return json_request(TARGET, asked, Authorization=f"Bearer {self.key}")

    def judge(self, reply: ApiReply) -> Outcome:
        errors = answer_in(reply).get("errors")
        wrong = [one for one in errors if isinstance(one, dict)] if isinstance(errors, list) else []
        said = "; ".join(str(one.get("message", "")) for one in wrong) or reply.headers.get("x-message-id", "")
        is_address = any(str(one.get("field") or "").startswith("personalizations") for one in wrong)
        if reply.status == BAD_REQUEST and is_address:
            return outcome_of(About.ADDRESS, reply, said)
        return outcome_of(usual(reply, is_told=bool(wrong)), reply, said or f"status {reply.status}")


def named(name: str, email: str) -> dict[str, str]:
    return {"email": email, "name": name} if name else {"email": email}
