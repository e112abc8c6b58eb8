"""The golden letters: the client's article in each design, kept beside the tests.

`python -m tests.emails.themes.golden` renews them.
"""

from pathlib import Path

from emails.letter import RenderedLetter
from emails.themes.catalogue import THEMES
from tests.emails.render.samples import rendered

FOLDER = Path(__file__).parent
TEXT = FOLDER / "golden.txt"


def golden_letter(theme: str) -> RenderedLetter:
    return rendered(theme=theme)


def golden_html(theme: str) -> Path:
    return FOLDER / f"golden_{theme}.html"


def renew() -> list[str]:
    for theme in THEMES:
        golden_html(theme).write_text(golden_letter(theme).html)
    TEXT.write_text(golden_letter("calm").text)
    return list(THEMES)


if __name__ == "__main__":
    print(f"Renewed {', '.join(renew())}. Look at them before you commit.")
