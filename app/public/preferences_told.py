"""Pages of the preferences that only say something: a letter is on its way, a link has run out, it is done."""

from collections.abc import Sequence
from dataclasses import dataclass

from flask import Response

from app.readers.answers import page
from app.readers.preferences.said import PreferenceWords
from app.readers.words import words_for
from app.services.reader_requests import MOST_A_DAY, Answer

LARGEST_FORM_BYTES = 64 * 1024


@dataclass(frozen=True, slots=True)
class Told:
    """A title and a sentence, which may hold `{address}` and `{count}`."""

    title: str
    sentence: str

    @classmethod
    def of(cls, answer: Answer, say: PreferenceWords, *, sent: str = "") -> "Told":
        """What became of a wish; `sent` is the sentence for a letter that is on its way."""
        return {
            Answer.SENT: cls(say.sent_title, sent or say.sent),
            Answer.ENOUGH: cls(say.enough_title, say.enough),
            Answer.SILENT: cls(say.silent_title, say.silent),
        }[answer]


def tell(told: Told, say: PreferenceWords, languages: Sequence[str], *, brand: str, address: str = "") -> Response:
    words = words_for(*languages)
    return page(
        "preferences_told.html",
        words,
        say=say,
        brand=brand,
        title=told.title,
        sentence=told.sentence,
        address=address,
        count=MOST_A_DAY,
    )
