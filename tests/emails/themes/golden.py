"""The golden letter: the client's article in Calm, kept beside the tests.

`python -m tests.emails.themes.golden` renews it.
"""

from pathlib import Path

from emails.letter import RenderedLetter
from tests.emails.render.samples import rendered

HTML = Path(__file__).parent / "golden_calm.html"
TEXT = Path(__file__).parent / "golden_calm.txt"


def golden_letter() -> RenderedLetter:
    return rendered()


def renew() -> None:
    letter = golden_letter()
    HTML.write_text(letter.html)
    TEXT.write_text(letter.text)


if __name__ == "__main__":
    renew()
    print(f"Renewed {HTML.name} and {TEXT.name}. Look at them before you commit.")
