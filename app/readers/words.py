"""The words of the readers' pages in every language they speak; `{…}` is filled in by the templates.

The team's screens have theirs in gettext; these follow the reader and the letter, not the browser.
"""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Words:
    """`{lists}` and `{address}` stand for names and a masked address."""

    language: str
    direction: str
    quote_open: str
    quote_close: str
    comma: str
    last_comma: str
    ask_title: str
    ask: str
    only_list: str
    only_lists: str
    everything: str
    everything_hint: str
    unsubscribe: str
    nothing_yet: str
    gone_title: str
    gone_from: str
    gone_from_all: str
    gone_unknown: str
    mistake: str
    undo: str
    other_lists: str
    stop_everything: str
    back_title: str
    back: str
    unsubscribe_again: str
    test_title: str
    test_unsubscribe: str
    test_link: str
    missing_title: str
    missing: str
    away_title: str
    away: str
    try_again: str


ENGLISH = Words(
    language="en",
    direction="ltr",
    quote_open="“",
    quote_close="”",
    comma=", ",
    last_comma=" and ",
    ask_title="Do you want to unsubscribe?",
    ask="Letters come to {address}.",
    only_list="Only this list",
    only_lists="Only these lists",
    everything="Everything",
    everything_hint="No letters from us again, from any list",
    unsubscribe="Unsubscribe",
    nothing_yet="Nothing changes until you press the button.",
    gone_title="You are unsubscribed",
    gone_from="{address} gets no more letters from {lists}.",
    gone_from_all="{address} gets no more letters from us.",
    gone_unknown="We no longer know this address, and no letters go to it.",
    mistake="Pressed by mistake?",
    undo="Undo",
    other_lists="You are still on other lists of ours.",
    stop_everything="Stop everything",
    back_title="You are back",
    back="{address} gets letters from {lists} again.",
    unsubscribe_again="Unsubscribe after all",
    test_title="This is a test letter",
    test_unsubscribe="It belongs to nobody, so nobody can be unsubscribed. "
    "In a letter that was sent, this page lets its reader leave.",
    test_link="It belongs to nobody, so this link leads nowhere yet. In a letter that was sent, it opens.",
    missing_title="This link does not work",
    missing="It may have been cut short on its way. Open the letter again and press the link there.",
    away_title="Back in a moment",
    away="We cannot answer just now, and nothing was changed. Please try again in a minute.",
    try_again="Try again",
)

GERMAN = Words(
    language="de",
    direction="ltr",
    quote_open="„",
    quote_close="“",
    comma=", ",
    last_comma=" und ",
    ask_title="Möchten Sie sich abmelden?",
    ask="Die Briefe gehen an {address}.",
    only_list="Nur diese Liste",
    only_lists="Nur diese Listen",
    everything="Alles",
    everything_hint="Keine Briefe mehr von uns, von keiner Liste",
    unsubscribe="Abmelden",
    nothing_yet="Es ändert sich nichts, bevor Sie den Knopf drücken.",
    gone_title="Sie sind abgemeldet",
    gone_from="{address} bekommt keine Briefe mehr von {lists}.",
    gone_from_all="{address} bekommt keine Briefe mehr von uns.",
    gone_unknown="Wir kennen diese Adresse nicht mehr; es gehen keine Briefe an sie.",
    mistake="Aus Versehen gedrückt?",
    undo="Rückgängig machen",
    other_lists="Sie stehen noch auf anderen unserer Listen.",
    stop_everything="Alles abbestellen",
    back_title="Sie sind wieder dabei",
    back="{address} bekommt wieder Briefe von {lists}.",
    unsubscribe_again="Doch abmelden",
    test_title="Das ist ein Testbrief",
    test_unsubscribe="Er gehört niemandem, also lässt sich niemand abmelden. "
    "In einem versandten Brief kann man sich auf dieser Seite abmelden.",
    test_link="Er gehört niemandem, deshalb führt dieser Link ins Leere. In einem versandten Brief führt er weiter.",
    missing_title="Dieser Link geht nicht",
    missing="Er wurde wohl unterwegs abgeschnitten. Öffnen Sie den Brief und drücken Sie dort noch einmal darauf.",
    away_title="Gleich wieder da",
    away="Wir können gerade nicht antworten; geändert wurde nichts. Bitte versuchen Sie es in einer Minute wieder.",
    try_again="Noch einmal versuchen",
)

FRENCH = Words(
    language="fr",
    direction="ltr",
    quote_open="«\u00a0",
    quote_close="\u00a0»",
    comma=", ",
    last_comma=" et ",
    ask_title="Souhaitez-vous vous désabonner\u00a0?",
    ask="Les lettres arrivent à {address}.",
    only_list="Cette liste seulement",
    only_lists="Ces listes seulement",
    everything="Tout",
    everything_hint="Plus aucune lettre de notre part, d’aucune liste",
    unsubscribe="Se désabonner",
    nothing_yet="Rien ne change tant que vous n’appuyez pas sur le bouton.",
    gone_title="Votre désabonnement est fait",
    gone_from="{address} ne reçoit plus de lettres de {lists}.",
    gone_from_all="{address} ne reçoit plus de lettres de notre part.",
    gone_unknown="Nous ne connaissons plus cette adresse\u00a0; aucune lettre ne lui est envoyée.",
    mistake="Appuyé par erreur\u00a0?",
    undo="Annuler",
    other_lists="Vous êtes encore sur d’autres de nos listes.",
    stop_everything="Tout arrêter",
    back_title="Vous êtes de retour",
    back="{address} reçoit de nouveau les lettres de {lists}.",
    unsubscribe_again="Se désabonner finalement",
    test_title="Ceci est une lettre d’essai",
    test_unsubscribe="Elle n’appartient à personne, donc personne ne peut être désabonné. "
    "Dans une lettre envoyée, cette page permet de partir.",
    test_link="Elle n’appartient à personne, donc ce lien ne mène nulle part. Dans une lettre envoyée, il s’ouvre.",
    missing_title="Ce lien ne fonctionne pas",
    missing="Il a peut-être été coupé en route. Ouvrez de nouveau la lettre et appuyez-y sur le lien.",
    away_title="De retour dans un instant",
    away="Nous ne pouvons pas répondre pour le moment et rien n’a changé. Merci de réessayer dans une minute.",
    try_again="Réessayer",
)

ARABIC = Words(
    language="ar",
    direction="rtl",
    quote_open="«",
    quote_close="»",
    comma="، ",
    last_comma=" و",
    ask_title="هل تريد إلغاء الاشتراك؟",
    ask="تصل الرسائل إلى {address}.",
    only_list="هذه القائمة فقط",
    only_lists="هذه القوائم فقط",
    everything="كل شيء",
    everything_hint="لا رسائل منا بعد الآن، من أي قائمة",
    unsubscribe="إلغاء الاشتراك",
    nothing_yet="لن يتغير شيء قبل أن تضغط الزر.",
    gone_title="تم إلغاء اشتراكك",
    gone_from="لن تصل إلى {address} رسائل من {lists} بعد الآن.",
    gone_from_all="لن تصل إلى {address} أي رسائل منا بعد الآن.",
    gone_unknown="لم نعد نعرف هذا العنوان، ولا تُرسل إليه رسائل.",
    mistake="هل ضغطت بالخطأ؟",
    undo="تراجع",
    other_lists="ما زلت مشتركًا في قوائم أخرى لدينا.",
    stop_everything="إيقاف كل شيء",
    back_title="أهلًا بعودتك",
    back="ستصل الرسائل من {lists} إلى {address} من جديد.",
    unsubscribe_again="إلغاء الاشتراك رغم ذلك",
    test_title="هذه رسالة تجريبية",
    test_unsubscribe="لا تخص أحدًا، فلا يوجد اشتراك ليُلغى. في الرسائل المرسلة تتيح هذه الصفحة للقارئ أن يغادر.",
    test_link="لا تخص أحدًا، فلا يقود هذا الرابط إلى مكان بعد. في الرسائل المرسلة سيُفتح.",
    missing_title="هذا الرابط لا يعمل",
    missing="ربما اقتُطع في الطريق. افتح الرسالة مرة أخرى واضغط الرابط فيها.",
    away_title="سنعود بعد لحظة",
    away="لا نستطيع الرد الآن، ولم يتغير شيء. حاول من جديد بعد دقيقة من فضلك.",
    try_again="حاول من جديد",
)

SPOKEN = {words.language: words for words in (ENGLISH, GERMAN, FRENCH, ARABIC)}


def words_for(*languages: str) -> Words:
    """The words in the first of these languages ("de", "fr-CA", "") that we speak, else in English."""
    spoken = (SPOKEN.get(one.replace("_", "-").partition("-")[0].lower()) for one in languages)
    return next((words for words in spoken if words is not None), ENGLISH)
