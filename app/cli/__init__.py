"""The `letterwright` command. Each subcommand is a file of its own, read only when it is asked for."""

import importlib

import click

# what one types -> the file in this folder whose `command` it is
COMMANDS = {
    "up": "up",
    "serve": "serve",
    "work": "work",
    "migrate": "migrate",
    "article": "article",
    "first-start": "first_start",
}


class Commands(click.Group):
    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in COMMANDS:
            return None
        command = importlib.import_module(f"app.cli.{COMMANDS[cmd_name]}").command
        assert isinstance(command, click.Command)
        return command


@click.group(cls=Commands, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.version_option(package_name="letterwright")
def main() -> None:
    """Self-hosted newsletters: articles become letters, every send keeps its books."""
