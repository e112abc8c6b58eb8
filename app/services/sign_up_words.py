"""The words of the letters that answer a sign-up, in the languages of the readers' pages; `{…}` is filled in.

No word of these letters was typed by whoever filled in the form: it may be a stranger.
"""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class LetterWords:
    """`{brand}` is whose letters they are, `{lists}` which ones."""

    language: str
    greeting: str
    subject: str
    asked: str
    press: str
    label: str
    not_you: str
    reminder_subject: str
    reminder: str
    reminder_last: str
    welcome_why: str
    welcome_leave: str
    fallback: str


ENGLISH = LetterWords(
    language="en",
    greeting="Hello,",
    subject="Please confirm your subscription to {brand}",
    asked="Somebody, probably you, asked for letters from {brand} to this address: {lists}.",
    press="They begin once you have confirmed that this is what you want.",
    label="Confirm",
    not_you="The link works for 7 days. If it was not you, you need do nothing: without your press no letters come, "
    "and we forget this address after 30 days.",
    reminder_subject="Still want letters from {brand}?",
    reminder="Yesterday somebody, probably you, asked for letters from {brand} to this address: {lists}. "
    "It has not been confirmed yet.",
    reminder_last="We will not ask again. If you do not want these letters, you need do nothing.",
    welcome_why="You get this because you subscribed to {lists}. Every letter has a link to leave.",
    welcome_leave="Unsubscribe",
    fallback="If the button does not work, open this address:",
)

GERMAN = LetterWords(
    language="de",
    greeting="Guten Tag,",
    subject="Bitte bestätigen Sie Ihre Anmeldung bei {brand}",
    asked="Jemand, vermutlich Sie, hat für diese Adresse Briefe von {brand} bestellt: {lists}.",
    press="Sie kommen, sobald Sie bestätigt haben, dass Sie das möchten.",
    label="Bestätigen",
    not_you="Der Link gilt 7 Tage. Wenn Sie das nicht waren, brauchen Sie nichts zu tun: Ohne Ihre Bestätigung kommen "
    "keine Briefe, und nach 30 Tagen vergessen wir diese Adresse.",
    reminder_subject="Möchten Sie noch Briefe von {brand}?",
    reminder="Gestern hat jemand, vermutlich Sie, für diese Adresse Briefe von {brand} bestellt: {lists}. "
    "Das ist noch nicht bestätigt.",
    reminder_last="Wir fragen nicht noch einmal. Wenn Sie keine Briefe möchten, brauchen Sie nichts zu tun.",
    welcome_why="Sie erhalten das, weil Sie {lists} abonniert haben. In jedem Brief steht ein Link zum Abmelden.",
    welcome_leave="Abmelden",
    fallback="Falls der Knopf nicht geht, öffnen Sie diese Adresse:",
)

FRENCH = LetterWords(
    language="fr",
    greeting="Bonjour,",
    subject="Merci de confirmer votre abonnement à {brand}",
    asked="Quelqu’un, sans doute vous, a demandé les lettres de {brand} à cette adresse\u00a0: {lists}.",
    press="Elles commenceront dès que vous aurez confirmé que c’est bien votre souhait.",
    label="Confirmer",
    not_you="Le lien fonctionne pendant 7 jours. Si ce n’était pas vous, vous n’avez rien à faire\u00a0: sans votre "
    "confirmation, aucune lettre ne viendra, et nous oublierons cette adresse après 30 jours.",
    reminder_subject="Souhaitez-vous toujours les lettres de {brand}\u00a0?",
    reminder="Hier, quelqu’un, sans doute vous, a demandé les lettres de {brand} à cette adresse\u00a0: {lists}. "
    "Ce n’est pas encore confirmé.",
    reminder_last="Nous ne demanderons plus. Si vous ne voulez pas de ces lettres, vous n’avez rien à faire.",
    welcome_why="Vous recevez ceci parce que vous êtes abonné à {lists}. Chaque lettre contient un lien pour partir.",
    welcome_leave="Se désabonner",
    fallback="Si le bouton ne fonctionne pas, ouvrez cette adresse\u00a0:",
)

ARABIC = LetterWords(
    language="ar",
    greeting="مرحبًا،",
    subject="يرجى تأكيد اشتراكك لدى {brand}",
    asked="طلب شخص ما، وربما أنت، أن تصل رسائل {brand} إلى هذا العنوان: {lists}.",
    press="ستبدأ الرسائل بعد أن تؤكد أن هذا ما تريده.",
    label="تأكيد",
    not_you="يعمل الرابط لمدة 7 أيام. إن لم تكن أنت من طلب ذلك فلا حاجة إلى فعل شيء: لن تصل أي رسائل دون تأكيدك، "
    "وسننسى هذا العنوان بعد 30 يومًا.",
    reminder_subject="هل ما زلت تريد رسائل {brand}؟",
    reminder="طلب شخص ما أمس، وربما أنت، أن تصل رسائل {brand} إلى هذا العنوان: {lists}. لم يتم التأكيد بعد.",
    reminder_last="لن نسأل مرة أخرى. إن كنت لا تريد هذه الرسائل فلا حاجة إلى فعل شيء.",
    welcome_why="وصلتك هذه الرسالة لأنك مشترك في {lists}. في كل رسالة رابط لإلغاء الاشتراك.",
    welcome_leave="إلغاء الاشتراك",
    fallback="إذا لم يعمل الزر، فافتح هذا العنوان:",
)

SPOKEN = {words.language: words for words in (ENGLISH, GERMAN, FRENCH, ARABIC)}


def letter_words_for(*languages: str) -> LetterWords:
    """The words in the first of these languages ("de", "fr-CA", "") that we speak, else in English."""
    spoken = (SPOKEN.get(one.replace("_", "-").partition("-")[0].lower()) for one in languages)
    return next((words for words in spoken if words is not None), ENGLISH)
