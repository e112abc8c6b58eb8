"""`letterwright up`: everything on one machine, from one terminal."""

from pathlib import Path

import click

from app.cli.settings import settings_from
from app.config import Settings
from app.embedded.folder import StartRefused, check_address, locked
from app.embedded.household import household, nearest
from app.embedded.output import Log
from app.embedded.supervisor import StartFailed, Supervisor


@click.command(name="up")
@click.option("--data", type=click.Path(path_type=Path), help="Data folder (LETTERWRIGHT_DATA, ./data).")
@click.option("--port", type=click.IntRange(0, 65535), help="Port of the web server (PORT, 8000); 0 takes a free one.")
@click.option("--host", help="Address of the web server (HOST, 127.0.0.1).")
@click.option("--demo/--no-demo", default=True, help="Fill a new data folder with an article and a demo list.")
def command(data: Path | None, port: int | None, host: str | None, *, demo: bool) -> None:
    """Start everything: queue, database, web, workers, timetable and mail catcher.

    Ctrl-C stops it: letters in hand are finished first. A second Ctrl-C ends everything at once.
    """
    settings = settings_from(data=data, port=port, host=host)
    try:
        with locked(settings.data):
            run(with_address(settings), demo=demo)
    except (StartRefused, StartFailed) as error:
        raise click.ClickException(str(error)) from error


def with_address(settings: Settings) -> Settings:
    """Settings whose port is known to be free, and whose URL names it unless the operator set one."""
    port = check_address(settings.host, settings.port)
    changes: dict[str, object] = {"port": port}
    if "url" not in settings.model_fields_set:
        host = nearest(settings.host)
        changes["url"] = f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"
    return settings.model_copy(update=changes)


def run(settings: Settings, *, demo: bool) -> None:
    greetings: list[str] = []
    children = household(settings, demo=demo, hear=greetings.append)
    log = Log(tuple(child.name for child in children))

    def greet() -> None:
        log.tell(f"\nLetterwright is ready at {settings.url}")
        for line in greetings:
            log.tell(line)
        if settings.uses_catcher:
            log.tell(f"Letters are caught, not sent; read them at {settings.url}/inbox")
        log.tell("Ctrl-C stops everything.\n")

    Supervisor(children, log, when_ready=greet).run()
