"""The group of subcommands: finds each in its file, and maps refusals to stderr and exit status 1."""

import importlib
from typing import Any

import click

from app.database.away import DATABASE_AWAY
from app.errors import Refused


class Commands(click.Group):
    """`files` maps what one types to the file in this folder whose `command` it is."""

    def __init__(self, *arguments: Any, files: dict[str, str], **more: Any) -> None:
        super().__init__(*arguments, **more)
        self.files = files

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(self.files)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in self.files:
            return None
        command = importlib.import_module(f"app.cli.{self.files[cmd_name]}").command
        assert isinstance(command, click.Command)
        return command

    def invoke(self, ctx: click.Context) -> Any:
        try:
            return super().invoke(ctx)
        except Refused as refusal:
            raise click.ClickException(str(refusal)) from refusal
        except DATABASE_AWAY as error:
            reason = str(getattr(error, "orig", error)).strip().splitlines()[0]
            raise click.ClickException(
                f"The database does not answer ({reason}). Start it, or correct DATABASE_URL; nothing was changed."
            ) from error
