"""The `letterwright` command. Each subcommand is a file of its own, read only when it is asked for."""

import click

from app.cli.commands import Commands

# what one types -> the file in this folder whose `command` it is
COMMANDS = {
    "up": "up",
    "serve": "serve",
    "work": "work",
    "migrate": "migrate",
    "article": "article",
    "letter": "letter",
    "send": "send",
    "campaign": "campaign",
    "list": "list",
    "import": "import_people",
    "export": "export",
    "user": "user",
    "doctor": "doctor",
    "dkim": "dkim",
    "backup": "backup",
    "restore": "restore",
    "first-start": "first_start",
}


@click.group(cls=Commands, files=COMMANDS, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="letterwright")
def main() -> None:
    """Self-hosted newsletters: articles become letters, every send keeps its books."""
