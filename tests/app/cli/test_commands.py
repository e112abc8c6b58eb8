import click
import pytest
from click.testing import CliRunner

from app.cli import COMMANDS, main
from app.cli.commands import Commands
from app.errors import NotFound


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_explains_itself(name):
    result = CliRunner().invoke(main, [name, "--help"])
    assert (result.exit_code, result.output[:6]) == (0, "Usage:")


def test_an_unknown_command_is_wrong_usage():
    result = CliRunner().invoke(main, ["dance"])
    assert result.exit_code == 2
    assert "No such command 'dance'" in result.stderr


def test_a_refusal_is_said_on_stderr_with_status_1():
    group = Commands("letterwright", files={})

    @click.command
    def refuse() -> None:
        raise NotFound("There is no list named demo.")

    group.get_command = lambda _ctx, _name: refuse
    result = CliRunner().invoke(group, ["refuse"])
    assert (result.exit_code, result.stdout, result.stderr) == (1, "", "Error: There is no list named demo.\n")
