"""A request with a JSON body, as most providers want it."""

import json
from typing import Any

from workers.providers.wire import ApiRequest


def json_request(target: str, asked: dict[str, Any], **headers: str) -> ApiRequest:
    """`headers` by their names with underscores for hyphens; empty values of `asked` are left out."""
    body = json.dumps({name: value for name, value in asked.items() if value not in ("", {}, [])}).encode()
    own = tuple((name.replace("_", "-"), value) for name, value in headers.items())
    fixed = (("Content-Type", "application/json"), ("Accept", "application/json"), ("Content-Length", str(len(body))))
    return ApiRequest(target, (*own, *fixed), body)
