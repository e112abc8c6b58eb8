"""Who lives in the house that `letterwright up` opens: each process, its order of coming and of going."""

import http.client
import sys
from collections.abc import Callable

from app.config import Settings, child_environment
from app.embedded.child import Child
from app.embedded.valkey import UNSAID as VALKEY_UNSAID
from app.embedded.valkey import valkey_answers, valkey_command

PYTHON = (sys.executable, "-P", "-m")  # -P: a folder named `app` where we were started must not be taken for ours
PROBE_SECONDS = 0.25
WEB_UNSAID = ("Configuration allows spawning",)  # our views wait for the database, so threads may outnumber cores
ANYWHERE = {"0.0.0.0": "127.0.0.1", "::": "::1", "": "127.0.0.1"}  # noqa: S104  names, not a binding

# who is ready before whom; the web waits for the schema itself, so that it loads while the database is migrated
SERVERS, DOORS, WORKERS = range(3)
# who goes before whom
WEB, TIMETABLE, SENDERS, CATCHER, VALKEY = range(5)


def household(settings: Settings, *, demo: bool, hear: Callable[[str], None]) -> list[Child]:
    """The children for these settings; `hear` takes the lines in which the first start greets the owner."""
    environment = environment_for(settings)

    def child(name: str, *arguments: str, starts: int = WORKERS, stops: int = SENDERS, **more: object) -> Child:
        return Child(name, (*PYTHON, *arguments), environment, starts, stops, **more)  # type: ignore[arg-type]

    first_start = ("app.cli", "first-start", *(() if demo else ("--no-demo",)))
    return [
        *embedded_servers(settings),
        child("first start", *first_start, starts=DOORS, ends=True, hear=hear),
        child(
            "web",
            *("app.cli", "serve", "--wait", "--no-keeper"),
            starts=DOORS,
            stops=WEB,
            is_ready=lambda: web_answers(settings),
            unsaid=WEB_UNSAID,
            stop_within_seconds=10,
        ),
        child("timetable", "workers", "schedule", stops=TIMETABLE),
        *(
            child(f"send {number}", "workers", "send", stop_within_seconds=28)
            for number in range(1, settings.send_workers + 1)
        ),
        child("general", "workers", "general", stop_within_seconds=28),
    ]


def embedded_servers(settings: Settings) -> list[Child]:
    """Valkey and the catcher, each only where no server of the operator's own is named."""
    servers = []
    environment = environment_for(settings)
    if not settings.redis_url:
        socket = settings.valkey_socket
        servers.append(
            Child(
                "valkey",
                valkey_command(settings),
                environment,
                starts=SERVERS,
                stops=VALKEY,
                is_ready=lambda: valkey_answers(socket),
                unsaid=VALKEY_UNSAID,
            )
        )
    if settings.uses_catcher:
        catching = CatcherHeard()
        servers.append(
            Child(
                "catcher",
                (*PYTHON, "app.embedded.catcher"),
                environment,
                starts=DOORS,
                stops=CATCHER,
                is_ready=catching,
                hear=catching.hear,
            )
        )
    return servers


class CatcherHeard:
    """Ready once it has said that it listens, since an address of last time may still be written down."""

    def __init__(self) -> None:
        self.heard = False

    def hear(self, _line: str) -> None:
        self.heard = True

    def __call__(self) -> bool:
        return self.heard


def environment_for(settings: Settings) -> dict[str, str]:
    """What every child is given: the settings as `up` understood them."""
    return child_environment(
        LETTERWRIGHT_DATA=str(settings.data),
        LETTERWRIGHT_URL=settings.url,
        HOST=settings.host,
        PORT=str(settings.port),
        PYTHONUNBUFFERED="1",
    )


def nearest(host: str) -> str:
    """The address under which this machine reaches a server that listens on `host`."""
    return ANYWHERE.get(host, host)


def web_answers(settings: Settings) -> bool:
    connection = http.client.HTTPConnection(nearest(settings.host), settings.port, timeout=PROBE_SECONDS)
    try:
        connection.request("GET", "/healthz")
        return connection.getresponse().status == http.HTTPStatus.OK
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()
