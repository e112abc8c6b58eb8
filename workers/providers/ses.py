"""Amazon SES by its API of version 2: the finished message as it is, signed by us; each request signed for Amazon."""

import json
import re
from base64 import b64encode
from dataclasses import dataclass, field
from datetime import datetime

from app.outside.api import ApiPlace, ApiReply
from workers.providers.parts import undotted
from workers.providers.sigv4 import Signer, signed_headers
from workers.providers.verdicts import About, answer_in, outcome_of, usual
from workers.providers.wire import ApiRequest
from workers.smtp.actions import Letter
from workers.smtp.outcome import Outcome

TARGET = "/v2/email/outbound-emails"
SLOWER = {"TooManyRequestsException", "ThrottlingException", "Throttling", "LimitExceededException"}
_BAD_ADDRESS = re.compile(
    r"invalid (?:email )?address|missing final '@domain'|illegal (?:address|character)", re.IGNORECASE
)
_NOT_VERIFIED = re.compile(r"not verified", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class AmazonSes:
    """`key_id` and `secret` are an access key that may call ses:SendRawEmail and ses:SendEmail."""

    place: ApiPlace
    region: str
    key_id: str
    secret: str = field(repr=False)
    configuration_set: str = ""
    secret_headers: frozenset[str] = frozenset({"authorization"})
    asks_again: bool = False

    def request(self, letter: Letter, at: datetime) -> ApiRequest:
        asked = {
            "Content": {"Raw": {"Data": b64encode(undotted(letter.body)).decode("ascii")}},
            "Destination": {"ToAddresses": [letter.recipient]},
            "FeedbackForwardingEmailAddress": letter.sender,
        }
        if self.configuration_set:
            asked["ConfigurationSetName"] = self.configuration_set
        body = json.dumps(asked).encode()
        signed = signed_headers(
            {"Host": self.place.address, "Content-Type": "application/json"},
            self.place.path + TARGET,
            body,
            signer=Signer(self.key_id, self.secret, self.region, "ses"),
            at=at,
        )
        signed.pop("Host")
        return ApiRequest(TARGET, (*signed.items(), ("Content-Length", str(len(body)))), body)

    def judge(self, reply: ApiReply) -> Outcome:
        told = answer_in(reply)
        kind = reply.headers.get("x-amzn-errortype", "").partition(":")[0] or str(told.get("__type", ""))
        kind = kind.rpartition("#")[2]
        words = str(told.get("message") or told.get("Message") or "")
        said = str(told.get("MessageId", "")) or f"{kind} {words}".strip() or f"status {reply.status}"
        return outcome_of(about(reply, kind, words), reply, said)


def about(reply: ApiReply, kind: str, words: str) -> About:
    if kind in SLOWER:
        return About.LATER
    if kind == "MessageRejected" and not _NOT_VERIFIED.search(words):
        return About.LETTER
    if kind in {"BadRequestException", "MessageRejected"} and _BAD_ADDRESS.search(words):
        return About.ADDRESS
    return usual(reply, is_told=bool(kind))
