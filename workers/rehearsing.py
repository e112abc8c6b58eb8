"""`python -m workers rehearse`: one JSON document on stdout, for the doctor: does the mail server take us?"""

import json
import sys

from app.config import Settings
from workers.sending.way_out import way_out
from workers.smtp.rehearsal import rehearse
from workers.smtp.relay import RelayBroken


def tell_rehearsal(settings: Settings) -> None:
    """`{"server", "trouble"}`; an empty trouble means that letters would be taken."""
    server = ""
    try:
        relay = way_out(settings)
        server, trouble = relay.host, rehearse(relay)
    except RelayBroken as error:
        trouble = str(error)
    sys.stdout.write(json.dumps({"server": server, "trouble": trouble}) + "\n")
