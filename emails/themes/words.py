"""The few sentences a letter says by itself, keyed by language; anything else falls back to English."""

from dataclasses import dataclass

RIGHT_TO_LEFT = frozenset({"ar", "he", "fa", "ur"})
UPRIGHT = RIGHT_TO_LEFT | {"ja", "zh", "ko", "th", "hi", "bn", "ta", "te", "ka", "hy"}
"""Languages whose letters have no italics: a slanted one is a fault, not a voice."""

_LONG_WORDS = frozenset({"de", "nl", "fi", "sv", "da", "nb", "nn", "no", "hu", "et"})


@dataclass(frozen=True, slots=True)
class Words:
    """`{list}`, `{email}`, `{name}` and `{minutes}` are filled in by the theme."""

    view_in_browser: str
    unsubscribe: str
    preferences: str
    sponsored: str
    read_time: str
    why_list: str
    why: str
    test_note: str


_ENGLISH = Words(
    view_in_browser="View in browser",
    unsubscribe="Unsubscribe",
    preferences="Your preferences",
    sponsored="Sponsored",
    read_time="{minutes} min read",
    why_list="You are receiving this because you subscribed to {list} with {email}.",
    why="You are receiving this because you subscribed with {email}.",
    test_note="This is a test letter. It was not sent to the list.",
)
_CATALOGUE = {
    "en": _ENGLISH,
    "de": Words(
        view_in_browser="Im Browser ansehen",
        unsubscribe="Abmelden",
        preferences="Ihre Einstellungen",
        sponsored="Anzeige",
        read_time="{minutes} Min. Lesezeit",
        why_list="Sie erhalten diesen Brief, weil Sie {list} mit {email} abonniert haben.",
        why="Sie erhalten diesen Brief, weil Sie sich mit {email} angemeldet haben.",
        test_note="Dies ist ein Testbrief. Er ging nicht an die Liste.",
    ),
    "fr": Words(
        view_in_browser="Voir dans le navigateur",
        unsubscribe="Se désabonner",
        preferences="Vos préférences",
        sponsored="Sponsorisé",
        read_time="{minutes} min de lecture",
        why_list="Vous recevez cette lettre car vous êtes abonné à {list} avec {email}.",
        why="Vous recevez cette lettre car vous vous êtes abonné avec {email}.",
        test_note="Ceci est une lettre d’essai. Elle n’a pas été envoyée à la liste.",
    ),
    "ar": Words(
        view_in_browser="عرض في المتصفح",
        unsubscribe="إلغاء الاشتراك",
        preferences="تفضيلاتك",
        sponsored="إعلان مموّل",
        read_time="مدة القراءة {minutes} د",
        why_list="تصلك هذه الرسالة لأنك مشترك في {list} بالعنوان {email}.",
        why="تصلك هذه الرسالة لأنك مشترك بالعنوان {email}.",
        test_note="هذه رسالة تجريبية ولم تُرسل إلى القائمة.",
    ),
}


def words_for(language: str) -> Words:
    """The catalogue's sentences for a BCP 47 tag, by its first part."""
    return _CATALOGUE.get(_base(language), _ENGLISH)


def direction(language: str) -> str:
    """`rtl` or `ltr`."""
    return "rtl" if _base(language) in RIGHT_TO_LEFT else "ltr"


def slants(language: str) -> bool:
    """Whether its letters have italics."""
    return _base(language) not in UPRIGHT


def has_long_words(language: str) -> bool:
    """Whether its words are put together without blanks, so that one alone may fill a line."""
    return _base(language) in _LONG_WORDS


def _base(language: str) -> str:
    return language.replace("_", "-").partition("-")[0].lower()
