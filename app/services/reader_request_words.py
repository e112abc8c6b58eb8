"""The words of the letters that answer readers, in the languages of the readers' pages; `{…}` is filled in."""

from dataclasses import dataclass
from enum import StrEnum


class Telling(StrEnum):
    """What a reader's letter tells: an act to be confirmed, or news of a change of address."""

    PREFERENCES = "preferences"
    CHANGE_ADDRESS = "change_address"
    EXPORT = "export"
    ERASE = "erase"
    ADDRESS_TAKEN = "address_taken"
    ADDRESS_CHANGED = "address_changed"


@dataclass(frozen=True, slots=True)
class Said:
    """One letter: `{brand}` is whose letters they are, `{about}` a masked address."""

    subject: str
    before: tuple[str, ...]
    label: str = ""
    after: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class LetterWords:
    """One letter with what every letter of its language says."""

    language: str
    greeting: str
    fallback: str
    subject: str
    before: tuple[str, ...]
    label: str
    after: tuple[str, ...]


_T = Telling
_FRAMES = {
    "en": ("Hello,", "If the button does not work, open this address:"),
    "de": ("Guten Tag,", "Falls der Knopf nicht geht, öffnen Sie diese Adresse:"),
    "fr": ("Bonjour,", "Si le bouton ne fonctionne pas, ouvrez cette adresse\u00a0:"),
    "ar": ("مرحبًا،", "إذا لم يعمل الزر، فافتح هذا العنوان:"),
}
_A_DAY = {
    "en": "The link works for 24 hours. If you did not ask for it, you need do nothing.",
    "de": "Der Link gilt 24 Stunden. Wenn Sie ihn nicht angefordert haben, brauchen Sie nichts zu tun.",
    "fr": "Le lien fonctionne pendant 24 heures. Si vous n’avez rien demandé, vous n’avez rien à faire.",
    "ar": "يعمل الرابط لمدة 24 ساعة. إن لم تطلبه فلا حاجة إلى فعل شيء.",
}
_ENGLISH = {
    _T.PREFERENCES: Said(
        "Your preferences at {brand}",
        ("Here is the link to your preferences: your lists, your details, a break, your data.",),
        "Open my preferences",
    ),
    _T.CHANGE_ADDRESS: Said(
        "Is this your new address?",
        ("Somebody, probably you, asked to get the letters of {brand} at this address.",),
        "Yes, use this address",
    ),
    _T.EXPORT: Said("Your data at {brand}", ("Here is the link to everything we keep about you.",), "Get my data"),
    _T.ERASE: Said(
        "Erase everything about you at {brand}?",
        ("You asked us to erase everything about you. Nothing goes before you press the button behind this link.",),
        "Look at what will be erased",
    ),
    _T.ADDRESS_TAKEN: Said(
        "This address gets our letters already",
        (
            "Somebody asked to get the letters of {brand} at this address, which is here already.",
            "Nothing was changed. To change something, use the link at the end of one of our letters.",
        ),
    ),
    _T.ADDRESS_CHANGED: Said(
        "Your letters now go to another address",
        (
            "The letters of {brand} that came here now go to {about}, as was confirmed there.",
            "If that was not you, answer this letter, and a person will help.",
        ),
    ),
}
_GERMAN = {
    _T.PREFERENCES: Said(
        "Ihre Einstellungen bei {brand}",
        ("Hier ist der Link zu Ihren Einstellungen: Ihre Listen, Ihre Angaben, eine Pause, Ihre Daten.",),
        "Meine Einstellungen öffnen",
    ),
    _T.CHANGE_ADDRESS: Said(
        "Ist das Ihre neue Adresse?",
        ("Jemand, vermutlich Sie, möchte die Briefe von {brand} an diese Adresse bekommen.",),
        "Ja, diese Adresse nehmen",
    ),
    _T.EXPORT: Said(
        "Ihre Daten bei {brand}", ("Hier ist der Link zu allem, was wir über Sie aufbewahren.",), "Meine Daten holen"
    ),
    _T.ERASE: Said(
        "Alles über Sie bei {brand} löschen?",
        (
            (
                "Sie haben uns gebeten, alles über Sie zu löschen. "
                "Gelöscht wird nichts, bevor Sie den Knopf hinter diesem Link drücken."
            ),
        ),
        "Ansehen, was gelöscht wird",
    ),
    _T.ADDRESS_TAKEN: Said(
        "Diese Adresse bekommt unsere Briefe schon",
        (
            "Jemand möchte die Briefe von {brand} an diese Adresse bekommen; sie steht aber schon bei uns.",
            "Geändert wurde nichts. Wenn Sie etwas ändern möchten, nehmen Sie den Link am Ende eines unserer Briefe.",
        ),
    ),
    _T.ADDRESS_CHANGED: Said(
        "Ihre Briefe gehen jetzt an eine andere Adresse",
        (
            "Die Briefe von {brand}, die bisher hierher kamen, gehen jetzt an {about}; das wurde dort bestätigt.",
            "Wenn Sie das nicht waren, antworten Sie auf diesen Brief. Ein Mensch wird Ihnen helfen.",
        ),
    ),
}
_FRENCH = {
    _T.PREFERENCES: Said(
        "Vos préférences chez {brand}",
        ("Voici le lien vers vos préférences\u00a0: vos listes, vos informations, une pause, vos données.",),
        "Ouvrir mes préférences",
    ),
    _T.CHANGE_ADDRESS: Said(
        "Est-ce votre nouvelle adresse\u00a0?",
        ("Quelqu’un, sans doute vous, souhaite recevoir les lettres de {brand} à cette adresse.",),
        "Oui, utiliser cette adresse",
    ),
    _T.EXPORT: Said(
        "Vos données chez {brand}",
        ("Voici le lien vers tout ce que nous conservons à votre sujet.",),
        "Obtenir mes données",
    ),
    _T.ERASE: Said(
        "Effacer tout ce qui vous concerne chez {brand}\u00a0?",
        (
            (
                "Vous nous avez demandé d’effacer tout ce qui vous concerne. "
                "Rien n’est effacé avant que vous n’appuyiez sur le bouton derrière ce lien."
            ),
        ),
        "Voir ce qui sera effacé",
    ),
    _T.ADDRESS_TAKEN: Said(
        "Cette adresse reçoit déjà nos lettres",
        (
            "Quelqu’un souhaite recevoir les lettres de {brand} à cette adresse, que nous connaissons déjà.",
            "Rien n’a changé. Pour modifier quelque chose, utilisez le lien à la fin d’une de nos lettres.",
        ),
    ),
    _T.ADDRESS_CHANGED: Said(
        "Vos lettres arrivent désormais à une autre adresse",
        (
            "Les lettres de {brand} qui arrivaient ici vont désormais à {about}, comme on l’y a confirmé.",
            "Si ce n’était pas vous, répondez à cette lettre\u00a0: une personne vous aidera.",
        ),
    ),
}
_ARABIC = {
    _T.PREFERENCES: Said(
        "تفضيلاتك لدى {brand}",
        ("هذا هو الرابط إلى تفضيلاتك: قوائمك، بياناتك الشخصية، استراحة، ونسخة من بياناتك.",),
        "فتح تفضيلاتي",
    ),
    _T.CHANGE_ADDRESS: Said(
        "هل هذا عنوانك الجديد؟",
        ("طلب أحدهم، وربما أنت، أن تصل رسائل {brand} إلى هذا العنوان.",),
        "نعم، استخدموا هذا العنوان",
    ),
    _T.EXPORT: Said("بياناتك لدى {brand}", ("هذا هو الرابط إلى كل ما نحتفظ به عنك.",), "الحصول على بياناتي"),
    _T.ERASE: Said(
        "هل تريد محو كل ما يخصك لدى {brand}؟",
        ("طلبت منا أن نمحو كل ما يخصك. لن يُمحى شيء قبل أن تضغط الزر خلف هذا الرابط.",),
        "عرض ما سيُمحى",
    ),
    _T.ADDRESS_TAKEN: Said(
        "هذا العنوان تصله رسائلنا بالفعل",
        (
            "طلب أحدهم أن تصل رسائل {brand} إلى هذا العنوان، وهو مسجل لدينا بالفعل.",
            "لم يتغير شيء. لتغيير أمر ما استخدم الرابط في نهاية إحدى رسائلنا.",
        ),
    ),
    _T.ADDRESS_CHANGED: Said(
        "رسائلك تصل الآن إلى عنوان آخر",
        (
            "رسائل {brand} التي كانت تصل إلى هنا تصل الآن إلى {about}، كما تم تأكيده هناك.",
            "إن لم تكن أنت من طلب ذلك فرد على هذه الرسالة، وسيساعدك أحدنا.",
        ),
    ),
}
_SPOKEN = {"en": _ENGLISH, "de": _GERMAN, "fr": _FRENCH, "ar": _ARABIC}


def words_of_letter(telling: Telling, *languages: str) -> LetterWords:
    """The letter in the first of these languages that we speak, else in English."""
    bases = (one.replace("_", "-").partition("-")[0].lower() for one in languages)
    language = next((one for one in bases if one in _SPOKEN), "en")
    said, (greeting, fallback) = _SPOKEN[language][telling], _FRAMES[language]
    after = (*said.after, _A_DAY[language]) if said.label else said.after
    return LetterWords(language, greeting, fallback, said.subject, said.before, said.label, after)
