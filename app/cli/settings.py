"""Settings as commands read them: what is wrong is said on stderr, all at once, with exit status 1."""

from typing import Any

import click

from app.config import Settings, SettingsBroken, load_settings


def settings_from(**given: Any) -> Settings:
    """The settings in force; options that were not given (None) leave the environment's say."""
    try:
        return load_settings(**{name: value for name, value in given.items() if value is not None})
    except SettingsBroken as error:
        raise click.ClickException(f"these settings cannot be used:\n{error}") from error
