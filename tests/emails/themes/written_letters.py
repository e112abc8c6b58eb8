"""Ten articles as different people bring them: Markdown, pastes of Google Docs and Word, Word documents, feeds.

They are as long as articles are, and hold what makes letters ugly: tables, code, long words, many pictures, lists in
lists, captions, sponsors, letters from right to left and Japanese. Half of them lie in `tests/data/letters`.
"""

from dataclasses import dataclass
from functools import cache
from pathlib import Path

from emails.articles.blocks import Article
from emails.articles.imported import place_pictures
from emails.articles.parse import parse_one
from tests.emails.articles.samples import NAMESPACES, drawing, para, png, relation, word

FOLDER = Path(__file__).parents[2] / "data" / "letters"
PICTURES = "https://images.example.test"
_BULLETS = "".join(f'<w:lvl w:ilvl="{level}"><w:numFmt w:val="bullet"/></w:lvl>' for level in (0, 1))
_NUMBERING = (
    f'<w:numbering {NAMESPACES}><w:abstractNum w:abstractNumId="0">{_BULLETS}</w:abstractNum>'
    '<w:num w:numId="1"><w:abstractNumId w:val="0"/></w:num></w:numbering>'
)


@dataclass(frozen=True)
class Written:
    """`source` is the file as it is brought; `language` what the marketer chooses, `greeting` what they write."""

    name: str
    source: bytes
    language: str = "en"
    greeting: str = "Hello,"

    def article(self) -> Article:
        """As its importer reads it, the pictures that came with it stored."""
        found = parse_one(self.source, name=self.name)
        return place_pictures(found, {one.name: f"{PICTURES}/{one.name}" for one in found.pictures})

    def changes(self) -> dict[str, object]:
        return {"language": self.language, "greeting": self.greeting}


def item(text: str, level: int = 0) -> str:
    return para(text, "ListParagraph", f'<w:numPr><w:ilvl w:val="{level}"/><w:numId w:val="1"/></w:numPr>')


def rows(*lines: tuple[str, ...]) -> str:
    """A table whose first row is marked as its heading."""
    made = []
    for number, line in enumerate(lines):
        mark = "" if number else "<w:trPr><w:tblHeader/></w:trPr>"
        made.append(f"<w:tr>{mark}{''.join(f'<w:tc>{para(cell)}</w:tc>' for cell in line)}</w:tr>")
    return f"<w:tbl>{''.join(made)}</w:tbl>"


def document(*body: str, pictures: int = 0) -> bytes:
    named = [f"media/{number}.png" for number in range(1, pictures + 1)]
    relations = relation("n", "numbering", "numbering.xml") + "".join(
        relation(f"i{number}", "image", name) for number, name in enumerate(named, start=1)
    )
    parts: dict[str, object] = {f"word/{name}": png(60 + 20 * number) for number, name in enumerate(named)}
    return word("".join(body), relations=relations, parts={"word/numbering.xml": _NUMBERING, **parts})


def orchestra() -> bytes:
    """A season's programme as an office writes it: styles, a table with long cells, quotations, two pictures."""
    return document(
        para("A season of firsts", "Title"),
        para("Nine concerts, four of them in places where nobody has ever tuned an oboe", "Subtitle"),
        drawing("i1", "Musicians carrying instruments across a wet car park"),
        para("The cellos go in the first van. They always do.", "Caption"),
        para(
            "The hall is closed until spring, and so the orchestra goes out. We play in a swimming bath (drained), a "
            "depot for trams, a church that has been a bookshop since 1988, and once, weather permitting, on a lake."
        ),
        para("What we play, and where", "Heading1"),
        rows(
            ("Date", "Programme", "Place and how to get there", "Conductor", "From"),
            (
                "12 October",
                "Sibelius, Saariaho",
                "The old baths, Tanner Street; tram 4 to Foundry, then two minutes on foot along the river",
                "Ilse Brandt",
                "£8",
            ),
            ("9 November", "Haydn: the clock and the hen", "Tram depot North, gate C", "Kofi Mensah", "£12"),
            ("14 December", "Carols, and whoever comes", "St Bride’s, among the books", "You", "free"),
        ),
        para("Three reasons to take a whole season", "Heading2"),
        item("You sit where you like, as long as somebody smaller sits in front of you."),
        item("It is cheaper:"),
        item("nine concerts for the price of six,", 1),
        item("and children with you for nothing.", 1),
        item("We know how many chairs to carry."),
        para(
            "I have played this piece in eleven halls. I never heard the second horn until we stood in this bath.",
            "Quote",
        ),
        para("For those who play", "Heading1"),
        para(
            "On the first Sunday of each month anybody may sit among us and play: no audition, no fee, and no fear. "
            "Bring your instrument and a pencil. Parts are sent on Wednesday; violas get them on Tuesday."
        ),
        drawing("i2", "A music stand held together with tape"),
        para("Tickets are on sale from Monday, nine in the morning, at the desk and on the web."),
        para("Presented by Northgate Savings Bank"),
        pictures=2,
    )


def allotment() -> bytes:
    """A report without a picture: headings of three levels, code of a spreadsheet, a table of figures."""
    return document(
        para("Where the water went: our meters after one dry year", "Title"),
        para(
            "We read forty-one meters every Sunday for fifty-two weeks. Two of them ran backwards, one was a hedgehog, "
            "and the others told us something that none of us had expected: it is not the lawns."
        ),
        para("What we measured", "Heading1"),
        para("Every plot has a meter since March. Volunteers wrote the numbers down; Bea typed them in."),
        rows(
            ("Month", "Rain, mm", "Used, m³", "Lost, m³"),
            ("April", "12", "184", "9"),
            ("May", "3", "402", "21"),
            ("June", "0", "611", "88"),
            ("July", "41", "377", "90"),
        ),
        para("The leak", "Heading2"),
        para("June was when we found it. The formula is simple, and you can use it on your own meter:"),
        para('=IF(SUM(B2:B8)*1.05 < C9, "look for a leak", "have some tea")', "HtmlPreformatted"),
        para("How we found it", "Heading3"),
        item("At three in the morning, when nobody waters."),
        item("With a stick, held to the ear:"),
        item("a hiss is a leak,", 1),
        item("a hum is the pump,", 1),
        item("and a knock is Mr Harris, who could not sleep either."),
        para("What we ask of you", "Heading1"),
        para(
            "Water in the evening. Water the roots. Put a lid on the butt. If everybody does two of these three, next "
            "year’s bill falls by a third, and the money goes into a second pump-house-ventilation-and-frost-control "
            "system, which is as dull as it sounds and will save us all in February."
        ),
    )


@cache
def written_letters() -> dict[str, Written]:
    """By name."""
    found = [
        Written("bread.md", b"", greeting="Hi Amara,"),
        Written("harbour.md", b""),
        Written("workshop.md", b"", "ar", "أهلاً أمارا،"),
        Written("verein.md", b"", "de", "Guten Tag,"),
        Written("walk.html", b""),
        Written("council.html", b""),
        Written("orchestra.docx", orchestra()),
        Written("allotment.docx", allotment()),
        Written("tuesday_ten.xml", b""),
        Written("kissa.xml", b"", "ja", "こんにちは。"),
    ]
    return {
        one.name: one if one.source else Written(one.name, (FOLDER / one.name).read_bytes(), one.language, one.greeting)
        for one in found
    }
