"""The words of the sign-up and confirm pages in every language they speak; `{…}` is filled in by the templates."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class SignUpWords:
    """`{address}` and `{lists}` stand for what was typed and for names."""

    language: str
    title: str
    email: str
    optional: str
    subscribe: str
    working: str
    joins: str
    check_below: str
    bad_address: str
    needed: str
    too_long: str
    leave_empty: str
    again_title: str
    again: str
    again_button: str
    look_title: str
    look: str
    look_hint: str
    thanks_title: str
    thanks: str
    confirm_title: str
    confirm: str
    confirm_button: str
    confirm_hint: str
    agreed: str
    done_title: str
    done: str
    done_hint: str
    late_title: str
    late: str
    late_button: str
    stopped_title: str
    stopped: str


ENGLISH = SignUpWords(
    language="en",
    title="Subscribe to our letters",
    email="Email address",
    optional="optional",
    subscribe="Subscribe",
    working="One moment",
    joins="You subscribe to {lists}.",
    check_below="Something is not right yet; please look at the marked places.",
    bad_address="This is not an email address that we can write to. Please look at it again.",
    needed="Please fill this in.",
    too_long="This is too long; please shorten it.",
    leave_empty="Leave this empty",
    again_title="One more press",
    again="We want to be sure that it is you: {address}.",
    again_button="Yes, subscribe",
    look_title="Look in your mailbox",
    look="A letter is on its way to {address}. Press the button in it, and you are subscribed.",
    look_hint="Nothing there after some minutes? It may be among the unwanted mail. If we wrote to you already today, "
    "that letter still counts.",
    thanks_title="Thank you",
    thanks="{address} is noted for {lists}. Where we need to be sure of the address, we have sent a letter to it.",
    confirm_title="Do you want these letters?",
    confirm="{lists}, sent to {address}.",
    confirm_button="Yes, subscribe me",
    confirm_hint="Nothing happens until you press the button.",
    agreed="You agreed to this:",
    done_title="You are subscribed",
    done="From now on you get {lists}.",
    done_hint="Every letter has a link to leave, and one press is enough.",
    late_title="This link is too old",
    late="It worked for 7 days. Sign up again, and a new letter comes at once.",
    late_button="Sign up again",
    stopped_title="We cannot subscribe this address",
    stopped="It gets no letters from us at present, and this page cannot change that. Please write to us.",
)

GERMAN = SignUpWords(
    language="de",
    title="Unsere Briefe abonnieren",
    email="E-Mail-Adresse",
    optional="freiwillig",
    subscribe="Abonnieren",
    working="Einen Moment",
    joins="Sie abonnieren {lists}.",
    check_below="Etwas stimmt noch nicht; bitte sehen Sie sich die markierten Stellen an.",
    bad_address="An diese E-Mail-Adresse können wir nicht schreiben. Bitte sehen Sie noch einmal nach.",
    needed="Bitte füllen Sie das aus.",
    too_long="Das ist zu lang; bitte kürzen Sie es.",
    leave_empty="Bitte leer lassen",
    again_title="Noch einmal drücken",
    again="Wir möchten sicher sein, dass Sie es sind: {address}.",
    again_button="Ja, abonnieren",
    look_title="Sehen Sie in Ihr Postfach",
    look="Ein Brief an {address} ist unterwegs. Drücken Sie den Knopf darin, dann sind Sie dabei.",
    look_hint="Nach einigen Minuten noch nichts da? Vielleicht liegt er bei der unerwünschten Post. Wenn wir Ihnen "
    "heute schon geschrieben haben, gilt jener Brief noch.",
    thanks_title="Vielen Dank",
    thanks="{address} ist für {lists} vorgemerkt. Wo wir uns der Adresse sicher sein müssen, haben wir einen Brief "
    "dorthin geschickt.",
    confirm_title="Möchten Sie diese Briefe?",
    confirm="{lists}, an {address}.",
    confirm_button="Ja, bitte abonnieren",
    confirm_hint="Es geschieht nichts, bevor Sie den Knopf drücken.",
    agreed="Dem haben Sie zugestimmt:",
    done_title="Sie sind angemeldet",
    done="Von jetzt an bekommen Sie {lists}.",
    done_hint="In jedem Brief steht ein Link zum Abmelden; einmal drücken genügt.",
    late_title="Dieser Link ist zu alt",
    late="Er galt 7 Tage. Melden Sie sich noch einmal an, dann kommt gleich ein neuer Brief.",
    late_button="Noch einmal anmelden",
    stopped_title="Diese Adresse können wir nicht anmelden",
    stopped="Sie bekommt zurzeit keine Briefe von uns, und diese Seite kann das nicht ändern. Bitte schreiben Sie uns.",
)

FRENCH = SignUpWords(
    language="fr",
    title="S’abonner à nos lettres",
    email="Adresse e-mail",
    optional="facultatif",
    subscribe="S’abonner",
    working="Un instant",
    joins="Vous vous abonnez à {lists}.",
    check_below="Quelque chose n’est pas encore juste\u00a0; merci de regarder les endroits signalés.",
    bad_address="Nous ne pouvons pas écrire à cette adresse e-mail. Merci de la vérifier.",
    needed="Merci de remplir ce champ.",
    too_long="C’est trop long\u00a0; merci de raccourcir.",
    leave_empty="Laissez ce champ vide",
    again_title="Encore une pression",
    again="Nous voulons être sûrs que c’est vous\u00a0: {address}.",
    again_button="Oui, s’abonner",
    look_title="Regardez votre boîte aux lettres",
    look="Une lettre est en route vers {address}. Appuyez sur son bouton et vous serez abonné.",
    look_hint="Rien après quelques minutes\u00a0? Elle est peut-être parmi les indésirables. Si nous vous avons "
    "déjà écrit aujourd’hui, cette lettre reste valable.",
    thanks_title="Merci",
    thanks="{address} est noté pour {lists}. Là où nous devons être sûrs de l’adresse, nous y avons envoyé une lettre.",
    confirm_title="Souhaitez-vous ces lettres\u00a0?",
    confirm="{lists}, à {address}.",
    confirm_button="Oui, m’abonner",
    confirm_hint="Rien ne se passe tant que vous n’appuyez pas sur le bouton.",
    agreed="Vous avez accepté ceci\u00a0:",
    done_title="Votre abonnement est fait",
    done="Désormais, vous recevez {lists}.",
    done_hint="Chaque lettre contient un lien pour partir\u00a0; une pression suffit.",
    late_title="Ce lien est trop ancien",
    late="Il a fonctionné pendant 7 jours. Inscrivez-vous de nouveau et une autre lettre viendra aussitôt.",
    late_button="S’inscrire de nouveau",
    stopped_title="Nous ne pouvons pas abonner cette adresse",
    stopped="Elle ne reçoit pas de lettres de notre part actuellement, et cette page ne peut rien y changer. "
    "Merci de nous écrire.",
)

ARABIC = SignUpWords(
    language="ar",
    title="اشترك في رسائلنا",
    email="البريد الإلكتروني",
    optional="اختياري",
    subscribe="اشترك",
    working="لحظة من فضلك",
    joins="ستشترك في {lists}.",
    check_below="هناك ما يحتاج إلى تصحيح؛ انظر إلى المواضع المعلَّمة من فضلك.",
    bad_address="لا نستطيع الكتابة إلى هذا العنوان. راجعه من فضلك.",
    needed="املأ هذا الحقل من فضلك.",
    too_long="هذا أطول مما ينبغي؛ اختصره من فضلك.",
    leave_empty="اترك هذا الحقل فارغًا",
    again_title="ضغطة أخرى",
    again="نريد أن نتأكد من أنه أنت: {address}.",
    again_button="نعم، اشترك",
    look_title="انظر في بريدك",
    look="هناك رسالة في الطريق إلى {address}. اضغط الزر الذي فيها فيكتمل اشتراكك.",
    look_hint="لم يصل شيء بعد بضع دقائق؟ ربما وقعت الرسالة في البريد غير المرغوب فيه. "
    "وإن كنا قد كتبنا إليك اليوم فما زالت تلك الرسالة صالحة.",
    thanks_title="شكرًا لك",
    thanks="سُجّل {address} في {lists}. وحيث نحتاج إلى التأكد من العنوان أرسلنا إليه رسالة.",
    confirm_title="هل تريد هذه الرسائل؟",
    confirm="{lists}، إلى {address}.",
    confirm_button="نعم، سجّل اشتراكي",
    confirm_hint="لن يحدث شيء قبل أن تضغط الزر.",
    agreed="وافقت على ما يلي:",
    done_title="تم اشتراكك",
    done="من الآن ستصلك {lists}.",
    done_hint="في كل رسالة رابط لإلغاء الاشتراك، وضغطة واحدة تكفي.",
    late_title="هذا الرابط قديم",
    late="كان يعمل لمدة 7 أيام. سجّل من جديد فتصلك رسالة أخرى حالًا.",
    late_button="سجّل من جديد",
    stopped_title="لا نستطيع تسجيل هذا العنوان",
    stopped="لا تصل إليه رسائل منا حاليًا، ولا تستطيع هذه الصفحة تغيير ذلك. اكتب إلينا من فضلك.",
)

SPOKEN = {words.language: words for words in (ENGLISH, GERMAN, FRENCH, ARABIC)}


def sign_up_words_for(language: str) -> SignUpWords:
    """The words that belong to the page's own (`Words.language`)."""
    return SPOKEN.get(language, ENGLISH)
