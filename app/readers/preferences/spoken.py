"""Chooses the language of the preferences pages, as `app.readers.words` does for the words that all pages share."""

from app.readers.preferences.arabic import ARABIC
from app.readers.preferences.english import ENGLISH
from app.readers.preferences.french import FRENCH
from app.readers.preferences.german import GERMAN
from app.readers.preferences.said import PreferenceWords
from app.readers.words import words_for

SPOKEN = {"en": ENGLISH, "de": GERMAN, "fr": FRENCH, "ar": ARABIC}
NAMES = {"en": "English", "de": "Deutsch", "fr": "Français", "ar": "العربية"}


def preference_words_for(*languages: str) -> PreferenceWords:
    """The words in the first of these languages that readers' pages speak, else in English."""
    return SPOKEN[words_for(*languages).language]
