"""A letter as a page on the web: blocks become semantic HTML for nobody in particular.

No greeting, no tracking, no address of anybody; merge tags show their defaults. The disclosure cannot be dropped.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import lru_cache
from types import MappingProxyType

from emails.articles.blocks import Article, Image, Paragraph, Sponsor, every_block
from emails.articles.inline import text_of
from emails.content import Brand, LetterLinks, LetterPlan, Recipient
from emails.letter import Form
from emails.render.links import Numbering
from emails.render.marks import Marks
from emails.render.page import make_page
from emails.render.personalise import Part
from emails.render.quoted_printable import decode, encode_piece
from emails.render.scene import Scene
from emails.render.segments import Writing, cut
from emails.render.web_blocks import Setter, Sizes, is_picture
from emails.themes.escape import attribute, content, printable
from emails.themes.theme import Page

FIRST_WORDS = 200
KEPT_PAGES = 64
NO_SIZES: Sizes = MappingProxyType({})
_NOBODY = Recipient(email="")
_NO_LINKS = LetterLinks(unsubscribe="", browser_view="")
_PLAIN_LINK, _PAID_LINK = "<a href=", '<a rel="sponsored" href='


@dataclass(frozen=True, slots=True)
class WebPage:
    """`head` and `body` are HTML of one article; the rest is plain text, `picture` an absolute address or "".

    `disclosure` names who paid ("" where nobody did); it stands in `head`, and again where `body` ends.
    """

    language: str
    direction: str
    title: str
    first_words: str
    author: str
    disclosure: str
    picture: str
    picture_alt: str
    head: str
    body: str

    @property
    def for_feed(self) -> str:
        """The article without its title, which a feed shows itself; the disclosure comes first."""
        return f"{_disclosure(self.disclosure)}{self.body}"


def make_web_page(article: Article, brand: Brand, plan: LetterPlan, sizes: Sizes = NO_SIZES) -> WebPage:
    """The page; `plan` brings language, date, subject and `today`. The last ones made are kept.

    Raises:
        TemplateBroken: a merge tag that cannot be used.
    """
    return _made(article, brand, replace(plan, greeting="", click_base=""), tuple(sorted(sizes.items())))


@lru_cache(maxsize=KEPT_PAGES)
def _made(article: Article, brand: Brand, plan: LetterPlan, sizes: tuple[tuple[str, tuple[int, int]], ...]) -> WebPage:
    constants = {
        "brand.name": brand.name,
        "brand.address": ", ".join(line.strip() for line in brand.address.splitlines() if line.strip()),
        "brand.url": brand.url,
        "today": plan.today,
    }
    marks = Marks(article, brand, plan, constants=constants, tracked=False)
    page = make_page(article, brand, plan, marks)
    subject = marks.plain(" ".join(printable(plan.subject).split()), "Subject")
    return _Maker(page, marks, constants, dict(sizes)).made(subject, plan.date)


class _Maker:
    """One page while it is made."""

    def __init__(self, page: Page, marks: Marks, constants: Mapping[str, str], sizes: Sizes) -> None:
        self._page = page
        self._marks = marks
        self._sizes = sizes
        self._scene = Scene(_NOBODY, _NO_LINKS, constants, page.language)

    def made(self, subject: str, date: str) -> WebPage:
        page = self._page
        self._scene.subject = self._filled(subject, "text").strip()
        title = page.article.title or subject
        for_all = (block for block in every_block(page.article.blocks) if not block.only)
        picture = next((block for block in for_all if is_picture(block)), None)
        src, alt = (picture.src, picture.alt or "") if isinstance(picture, Image) else ("", "")
        return WebPage(
            language=page.language,
            direction=page.direction,
            title=self._filled(title, "text"),
            first_words=self._first_words(),
            author=printable(page.article.author),
            disclosure=self._filled(self._disclosure(), "text"),
            picture=self._filled(src, "text"),
            picture_alt=self._filled(alt, "text"),
            head=self._filled(self._head(title, date), "html"),
            body=self._filled(self._body(), "html"),
        )

    def _filled(self, text: str, form: Form) -> str:
        """The text with its merge tags as nobody in particular would read them."""
        pieces = cut(text, self._marks, Numbering(""), Writing(form, encode_piece, str))
        return decode(Part(pieces).write(self._scene))

    def _sponsors(self) -> list[Sponsor]:
        return [block for block in self._page.article.blocks if isinstance(block, Sponsor)]

    def _disclosure(self) -> str:
        names = ", ".join(dict.fromkeys(sponsor.name for sponsor in self._sponsors() if sponsor.name))
        return " · ".join(filter(None, (self._page.words.sponsored, names))) if self._sponsors() else ""

    def _first_words(self) -> str:
        """What the article begins with, for lists and previews; its subtitle where it has no paragraph."""
        for block in self._page.article.blocks:
            if isinstance(block, Paragraph) and not block.only:
                words = " ".join(text_of(self._filled(block.text, "html")).split())
                if words:
                    return _shortened(words)
        return _shortened(self._filled(self._page.article.subtitle, "text"))

    def _head(self, title: str, date: str) -> str:
        page = self._page
        subtitle = f'<p class="subtitle">{content(page.article.subtitle)}</p>' if page.article.subtitle else ""
        when = f'<time datetime="{attribute(date)}">{content(page.date)}</time>' if page.date else ""
        read_time = content(page.words.read_time.format(minutes=page.read_minutes))
        byline = " · ".join(filter(None, (content(page.article.author), when, read_time)))
        disclosure = _disclosure(self._disclosure())
        return f'<header>{disclosure}<h1>{content(title)}</h1>{subtitle}<p class="byline">{byline}</p></header>'

    def _body(self) -> str:
        """The blocks, and at their end who paid. Links of paid articles say so to those who count links."""
        html = Setter(self._sizes).body(self._page.article.blocks)
        if not self._sponsors():
            return html
        lines = "".join(f"<p>{sponsor.text}</p>" for sponsor in self._sponsors() if sponsor.text)
        paid = f'{html}\n<footer class="sponsor">{lines}{_disclosure(self._disclosure())}</footer>'
        return paid.replace(_PLAIN_LINK, _PAID_LINK)


def _disclosure(text: str) -> str:
    return f'<p class="disclosure"><strong>{content(text)}</strong></p>' if text else ""


def _shortened(text: str) -> str:
    if len(text) <= FIRST_WORDS:
        return text
    short = text[:FIRST_WORDS]
    return f"{short.rpartition(' ')[0] or short} …"
