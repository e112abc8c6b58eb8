"""What mail programs support, as the package's build wrote it; read once, None where nothing was built."""

import json
from functools import lru_cache
from pathlib import Path

from emails.preflight.support import Support, support_from_json

BUILT = Path(__file__).resolve().parent.parent / "static" / "dist" / "mail_support.json"


@lru_cache(maxsize=1)
def mail_support() -> Support | None:
    try:
        return support_from_json(json.loads(BUILT.read_text(encoding="utf-8")))
    except (OSError, ValueError, KeyError, TypeError):
        return None
