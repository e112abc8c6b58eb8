"""`letterwright work`: one worker process, for several machines; it becomes `python -m workers`."""

import os
import sys

import click

from app.cli.settings import settings_from


@click.command(name="work")
@click.argument("kind", type=click.Choice(["send", "general", "schedule"]))
def command(kind: str) -> None:
    """Run one worker until it is told to stop (SIGTERM: it finishes the letters in hand first).

    send hands letters to mail servers, general does everything else, schedule is the timetable.
    """
    settings_from()
    os.execv(sys.executable, [sys.executable, "-P", "-m", "workers", kind])  # noqa: S606  fixed words only
