"""The client's letter stays as it was seen and approved."""

from tests.emails.themes.golden import HTML, TEXT, golden_letter

RENEW = "The letter changed. Look at it, then run: python -m tests.emails.themes.golden"


def test_the_client_letter_is_the_golden_letter():
    letter = golden_letter()
    assert letter.html == HTML.read_text(), RENEW
    assert letter.text == TEXT.read_text(), RENEW
