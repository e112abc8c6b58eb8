"""The themes by name."""

from difflib import get_close_matches

from emails.errors import TemplateBroken
from emails.themes.broadsheet import BROADSHEET
from emails.themes.calm import CALM
from emails.themes.midnight import MIDNIGHT
from emails.themes.signal import SIGNAL
from emails.themes.theme import Theme

THEMES: dict[str, Theme] = {theme.name: theme for theme in (CALM, BROADSHEET, SIGNAL, MIDNIGHT)}


def find_theme(name: str) -> Theme:
    """The theme of this name. Raises: TemplateBroken, naming the ones there are."""
    if name in THEMES:
        return THEMES[name]
    close = get_close_matches(name, THEMES, n=1)
    hint = f"did you mean “{close[0]}”?" if close else f"there are: {', '.join(THEMES)}."
    raise TemplateBroken(f"There is no theme “{name[:40]}”; {hint}")
