"""What all letters of one campaign share on the way out, frozen beside the compiled letter."""

import json
from dataclasses import asdict, dataclass


@dataclass(frozen=True, slots=True)
class Envelope:
    """Who writes, under which list, with which key. `list_id` is the part of List-Id between the angle brackets.

    `base_url` begins every address in the letter; `key_id` (hex) is the key of tokens that the campaign keeps;
    `dkim_key` the row of the key that signs its letters, 0 for none.
    """

    from_name: str
    from_email: str
    reply_to: str
    brand_id: int
    brand_name: str
    list_name: str
    list_id: str
    key_id: str
    base_url: str
    dkim_key: int = 0

    @property
    def domain(self) -> str:
        """The sender's domain: of Message-ID, List-Id and the envelope address."""
        return self.from_email.rpartition("@")[2]

    def to_json(self) -> str:
        return json.dumps(asdict(self), ensure_ascii=False)


def envelope_from_json(text: str) -> Envelope:
    return Envelope(**json.loads(text))
