"""The client's letter stays as it was seen and approved, in every design, and says the same in each."""

import pytest

from emails.themes.catalogue import THEMES
from tests.emails.themes.golden import TEXT, golden_html, golden_letter

RENEW = "The letter changed. Look at it, then run: python -m tests.emails.themes.golden"


@pytest.mark.parametrize("theme", THEMES)
def test_the_client_letter_is_the_golden_letter(theme):
    letter = golden_letter(theme)
    assert letter.html == golden_html(theme).read_text(), RENEW
    assert letter.text == TEXT.read_text(), RENEW
