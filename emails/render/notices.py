"""System letters (invitation, password, confirmation, a reader's wish): short, at most one address to open.

They wear the brand's logo and colours; a letter that the service writes for itself wears its own name.
"""

from dataclasses import dataclass

from emails.articles.blocks import Article
from emails.content import Brand
from emails.render.mjml import to_html
from emails.themes.catalogue import find_theme
from emails.themes.dressing import dressed
from emails.themes.escape import printable
from emails.themes.notice import NoticeBody, set_notice
from emails.themes.theme import Page
from emails.themes.words import direction, words_for

OWN_BRAND = Brand("Letterwright", "")
DESIGN = "calm"


@dataclass(frozen=True, slots=True)
class NoticeWords:
    """What a system letter says; `label` names what happens behind `url`, "" where there is nothing to open.

    A letter that its reader may want to be the last has `leave_url`, and `leave_label` for it, in its small print.
    """

    subject: str
    before: tuple[str, ...]
    label: str
    url: str
    after: tuple[str, ...] = ()
    language: str = "en"
    fallback: str = "If the button does not work, open this address:"
    leave_label: str = ""
    leave_url: str = ""


def notice_text(words: NoticeWords) -> str:
    link = (f"{words.label}:\n{words.url}",) if words.url else ()
    leave = (f"{words.leave_label}:\n{words.leave_url}",) if words.leave_url else ()
    return "\n\n".join((*words.before, *link, *words.after, *leave)) + "\n"


def notice_html(words: NoticeWords, brand: Brand) -> str:
    """The brand's address is not opened from here: the only address is the one the letter is about."""
    page = Page(
        article=Article(printable(words.subject), ()),
        brand=brand,
        brand_url="",
        words=words_for(words.language),
        language=words.language,
        direction=direction(words.language),
    )
    body = NoticeBody(
        words.before, words.label, words.url, words.fallback, words.after, words.leave_label, words.leave_url
    )
    return to_html(set_notice(dressed(find_theme(DESIGN), brand.look), page, body)) + "\n"
