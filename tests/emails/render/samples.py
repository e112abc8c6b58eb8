"""Letters that several tests read: the client's article, one article with every kind of block, and a reader."""

from dataclasses import replace
from pathlib import Path

from emails.articles.blocks import (
    Article,
    CallToAction,
    Code,
    Divider,
    Embed,
    Heading,
    Image,
    List,
    ListItem,
    Paragraph,
    Quote,
    Sponsor,
    Table,
)
from emails.articles.parse import parse_article
from emails.content import Brand, LetterLinks, LetterPlan, Recipient
from emails.letter import CompiledLetter, RenderedLetter
from emails.render.compile import compile_letter
from emails.render.personalise import render_letter

DATA = Path(__file__).parents[2] / "data"
HERO = "https://images.example.test/hero.png"
BRAND = Brand(
    "Clearer Days", "Clearer Days Media\n48 Harbour Street\nPortland, ME 04101", "https://clearerdays.example.test"
)
PLAN = LetterPlan(
    subject="New beginnings, {{ subscriber.first_name|default('dear reader') }}",
    preheader="Therapeutic ketamine is being hailed as a breakthrough for treatment-resistant depression.",
    greeting="Hi {{ subscriber.first_name|default('there') }},",
    click_base="https://news.example.test/c",
    date="2027-01-06",
    today="2027-01-06",
    list_name="Clearer Days Weekly",
)
AMARA = Recipient("amara@example.test", "Amara", "Okafor", "en", {"city": "Leeds", "age": "34"})
NOBODY = Recipient("nobody@example.test")
LINKS = LetterLinks(
    unsubscribe="https://news.example.test/u/" + "a" * 32,
    browser_view="https://news.example.test/v/" + "b" * 32,
    track_token="t0ken-_" * 4 + "wxyz",
    preferences="https://news.example.test/p/" + "c" * 32,
)


def client_article() -> Article:
    """The client's article as its importer reads it, with the picture and the address that it lacks."""
    article = parse_article((DATA / "article.txt").read_bytes(), kind="text")
    return replace(article, blocks=tuple(_completed(block) for block in article.blocks), warnings=())


def _completed(block):
    if isinstance(block, Image):
        return replace(block, src=HERO)
    return replace(block, url="https://example.test/book") if isinstance(block, CallToAction) else block


def everything() -> Article:
    """Every kind of block, with links, formatting and characters that have broken letters before."""
    return Article(
        title="Every kind & <more>",
        subtitle="A subtitle that says a little more",
        author="Ada Quill",
        blocks=(
            Image(HERO, 'A “quiet” room & a "chair"', caption="Photo by <em>Someone</em>"),
            Paragraph('A lead with <a href="https://example.test/lead?a=1&amp;b=2">a link</a>, <b>bold</b> and 👩‍👧.'),
            Heading(2, "A heading with <em>stress</em>"),
            Paragraph(
                "Soft\u00adhyphen, no\u00a0break, हिन्दी, عربي, <code>code()</code>, H<sub>2</sub>O.<br>New line."
            ),
            Heading(3, "A smaller heading"),
            Paragraph('Write to <a href="mailto:us@example.test">us@example.test</a>, or read it again.'),
            List((ListItem("First words", "Label"), ListItem("No label", items=(ListItem("Inner"), ListItem("Two"))))),
            List((ListItem("One"), ListItem("Two", "Named:")), ordered=True),
            Quote("Nothing is <em>ever</em> simple.", "A. Person"),
            Image("https://images.example.test/second.png", None, caption="A decorative one"),
            Image("", "No picture was brought"),
            Divider(),
            Code('if a < b:\n    print("{{ no_tag }} & \\\\ done")\n\nreturn', "python"),
            Table(("Name", "Value"), (("One", "<b>1</b>"), ("Two",))),
            Table(
                ("A", "B", "C", "D"),
                (("1", "2", "3", "4"), ("5", "6", "7", "Eight, in words that need a line of their own")),
            ),
            Embed("https://video.example.test/watch?v=1", "A film"),
            CallToAction("Words before the button.", "Do it now", "https://example.test/lead?a=1&b=2", "Ready?"),
            Sponsor("Acme & Sons", 'Paid for by <a href="https://acme.example.test">Acme &amp; Sons</a>'),
        ),
    )


def compiled(
    article: Article | None = None, *, theme: str = "calm", brand: Brand = BRAND, **changes: object
) -> CompiledLetter:
    return compile_letter(article or client_article(), brand, replace(PLAN, **changes), theme=theme)


def rendered(article: Article | None = None, recipient: Recipient = AMARA, **changes: object) -> RenderedLetter:
    return render_letter(compiled(article, **changes), recipient, LINKS)


def words(*paragraphs: str, **fields: object) -> Article:
    """A short article of paragraphs."""
    return Article(title=str(fields.pop("title", "A title")), blocks=tuple(Paragraph(text) for text in paragraphs))
