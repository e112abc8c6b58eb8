"""The words around letters on the web: the archive's pages, and those that say why a letter is no longer shown."""

from dataclasses import dataclass

from app.readers.words import words_for


@dataclass(frozen=True, slots=True)
class ArchiveWords:
    """`{brand}`, `{page}`, `{pages}`, `{count}`, `{words}`, `{tag}` and `{day}` are filled in by the templates."""

    archive: str
    archives: str
    which: str
    intro: str
    empty: str
    all_letters: str
    older_letters: str
    newer_letters: str
    older_letter: str
    newer_letter: str
    more_letters: str
    pages: str
    feed: str
    website: str
    skip: str
    missing_title: str
    missing: str
    kept_title: str
    expired: str
    erased: str
    published: str
    read_it: str
    search: str
    search_title: str
    search_hint: str
    found: str
    nothing_found: str
    about: str
    about_intro: str
    tags: str
    corrected: str
    corrected_on: str


ENGLISH = ArchiveWords(
    archive="Letters",
    archives="Letters to read",
    which="Choose whose letters you want to read.",
    intro="Every letter from {brand}, the newest first.",
    empty="No letter stands here yet. The next one will.",
    all_letters="All letters",
    older_letters="Older letters",
    newer_letters="Newer letters",
    older_letter="The letter before",
    newer_letter="The letter after",
    more_letters="More letters",
    pages="Page {page} of {pages}",
    feed="Follow in a feed reader",
    website="Website",
    skip="Skip to the letter",
    missing_title="This page is not here",
    missing="The letter may have been taken back, or the address has a mistake in it.",
    kept_title="This letter is no longer shown here",
    expired="A letter can be opened in the browser for 90 days after it was sent.",
    erased="What we knew of its reader was erased, and this copy with it.",
    published="It can still be read on the web, as everybody sees it.",
    read_it="Read it there",
    search="Search",
    search_title="Search the letters",
    search_hint="Words that you remember, or their beginnings.",
    found="Letters found: {count}",
    nothing_found="No letter has all these words. Try fewer of them, or only their beginnings.",
    about="Letters about {tag}",
    about_intro="Letters from {brand} about {tag}, the newest first.",
    tags="What it is about",
    corrected="Corrected",
    corrected_on="Corrected on {day}",
)

GERMAN = ArchiveWords(
    archive="Briefe",
    archives="Briefe zum Lesen",
    which="Wählen Sie, wessen Briefe Sie lesen möchten.",
    intro="Alle Briefe von {brand}, der neueste zuerst.",
    empty="Hier steht noch kein Brief. Der nächste wird hier stehen.",
    all_letters="Alle Briefe",
    older_letters="Ältere Briefe",
    newer_letters="Neuere Briefe",
    older_letter="Der Brief davor",
    newer_letter="Der Brief danach",
    more_letters="Weitere Briefe",
    pages="Seite {page} von {pages}",
    feed="Im Feedreader verfolgen",
    website="Website",
    skip="Zum Brief springen",
    missing_title="Diese Seite gibt es hier nicht",
    missing="Der Brief wurde vielleicht zurückgenommen, oder in der Adresse ist ein Fehler.",
    kept_title="Dieser Brief wird hier nicht mehr gezeigt",
    expired="Ein Brief lässt sich 90 Tage lang nach dem Versand im Browser öffnen.",
    erased="Was wir über seinen Empfänger wussten, wurde gelöscht, und diese Fassung mit ihm.",
    published="Im Web ist er noch zu lesen, so wie ihn alle sehen.",
    read_it="Dort lesen",
    search="Suchen",
    search_title="Briefe durchsuchen",
    search_hint="Wörter, an die Sie sich erinnern, oder ihre Anfänge.",
    found="Gefundene Briefe: {count}",
    nothing_found="Kein Brief enthält alle diese Wörter. Versuchen Sie es mit weniger oder nur mit ihren Anfängen.",
    about="Briefe zum Thema {tag}",
    about_intro="Briefe von {brand} zum Thema {tag}, der neueste zuerst.",
    tags="Worum es geht",
    corrected="Berichtigt",
    corrected_on="Berichtigt am {day}",
)

FRENCH = ArchiveWords(
    archive="Lettres",
    archives="Lettres à lire",
    which="Choisissez les lettres que vous souhaitez lire.",
    intro="Toutes les lettres de {brand}, la plus récente d’abord.",
    empty="Aucune lettre ne se trouve encore ici. La prochaine y sera.",
    all_letters="Toutes les lettres",
    older_letters="Lettres plus anciennes",
    newer_letters="Lettres plus récentes",
    older_letter="La lettre d’avant",
    newer_letter="La lettre d’après",
    more_letters="D’autres lettres",
    pages="Page {page} sur {pages}",
    feed="Suivre dans un lecteur de flux",
    website="Site web",
    skip="Aller à la lettre",
    missing_title="Cette page n’est pas ici",
    missing="La lettre a peut-être été retirée, ou l’adresse contient une erreur.",
    kept_title="Cette lettre n’est plus affichée ici",
    expired="Une lettre peut être ouverte dans le navigateur pendant 90 jours après son envoi.",
    erased="Ce que nous savions de son destinataire a été effacé, et cette copie avec.",
    published="Elle peut encore être lue sur le web, telle que tout le monde la voit.",
    read_it="La lire là-bas",
    search="Rechercher",
    search_title="Rechercher dans les lettres",
    search_hint="Des mots dont vous vous souvenez, ou leur début.",
    found="Lettres trouvées : {count}",
    nothing_found="Aucune lettre ne contient tous ces mots. Essayez-en moins, ou seulement leur début.",
    about="Lettres sur {tag}",
    about_intro="Lettres de {brand} sur {tag}, la plus récente d’abord.",
    tags="De quoi elle parle",
    corrected="Corrigée",
    corrected_on="Corrigée le {day}",
)

ARABIC = ArchiveWords(
    archive="الرسائل",
    archives="رسائل للقراءة",
    which="اختر الرسائل التي تريد قراءتها.",
    intro="كل رسائل {brand}، الأحدث أولًا.",
    empty="لا توجد رسائل هنا بعد. ستظهر الرسالة القادمة هنا.",
    all_letters="كل الرسائل",
    older_letters="رسائل أقدم",
    newer_letters="رسائل أحدث",
    older_letter="الرسالة السابقة",
    newer_letter="الرسالة التالية",
    more_letters="رسائل أخرى",
    pages="صفحة {page} من {pages}",
    feed="تابع عبر قارئ الخلاصات",
    website="الموقع",
    skip="انتقل إلى الرسالة",
    missing_title="هذه الصفحة ليست هنا",
    missing="ربما سُحبت الرسالة، أو في العنوان خطأ.",
    kept_title="لم تعد هذه الرسالة تُعرض هنا",
    expired="يمكن فتح الرسالة في المتصفح لمدة 90 يومًا بعد إرسالها.",
    erased="مُحي ما كنا نعرفه عن قارئها، ومُحيت هذه النسخة معه.",
    published="ما زال يمكن قراءتها على الويب كما يراها الجميع.",
    read_it="اقرأها هناك",
    search="بحث",
    search_title="ابحث في الرسائل",
    search_hint="كلمات تتذكرها، أو بداياتها.",
    found="عدد الرسائل التي وُجدت: {count}",
    nothing_found="لا توجد رسالة فيها كل هذه الكلمات. جرّب كلمات أقل، أو بداياتها فقط.",
    about="رسائل عن {tag}",
    about_intro="رسائل {brand} عن {tag}، الأحدث أولًا.",
    tags="موضوعها",
    corrected="صُحِّحت",
    corrected_on="صُحِّحت في {day}",
)

SPOKEN = {"en": ENGLISH, "de": GERMAN, "fr": FRENCH, "ar": ARABIC}


def archive_words_for(*languages: str) -> ArchiveWords:
    """In the same language as `words_for` of these."""
    return SPOKEN[words_for(*languages).language]
