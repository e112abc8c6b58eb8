"""A design's own page in MJML: the article, and what we set around it, go where the design marks their places."""

import re

from emails.render.marks import Marks
from emails.render.source.letter import compiled_mjml, with_settled_links
from emails.render.source.mjml_check import Understood, check_mjml, written
from emails.render.source.mjml_tree import Node
from emails.render.source.problems import Problem, Problems
from emails.render.source.tags import translated, with_marks, without_notes
from emails.themes.frame import WIDTH, Frame
from emails.themes.layout import set_article, set_card, set_footer
from emails.themes.masthead import letter_head, preheader, set_masthead, set_test_note
from emails.themes.theme import Page, Theme

PLACE = "letter-article"
DARK_CLASS = "ground"
"""A body with this css-class takes part in the theme's dark look; any other design looks the same everywhere."""

_UNSUBSCRIBE = re.compile(r"\{\{-?\s*links\.unsubscribe\s*-?\}\}")
_POSTAL = re.compile(r"\{\{-?\s*brand\.address\b")


def check_shell(shell: str) -> tuple[tuple[Problem, ...], tuple[Problem, ...]]:
    """What keeps the page from being a design, and what letters are made without, each by its line."""
    marks = Marks(shell, constants={"brand.url": ""}, tracked=False)
    problems = Problems()
    _understood(shell, marks, problems)
    return problems.refusals, problems.remarks


def set_shell(theme: Theme, page: Page, shell: str, marks: Marks) -> str:
    """The letter's HTML. Raises: TemplateBroken, naming the line of what is wrong."""
    problems = Problems()
    understood = _understood(shell, marks, problems)
    problems.raise_first("Design")
    if understood is None:
        raise AssertionError("a shell without refusals was understood")
    frame = Frame(theme, page)
    root = understood.root
    root.attributes |= {"lang": page.language, "dir": page.direction}
    body = next(child for child in root.children if child.tag == "mj-body")
    body.attributes.setdefault("width", f"{WIDTH}px")
    body.attributes.setdefault("background-color", theme.light.ground)
    dark = DARK_CLASS in body.attributes.get("css-class", "").split()
    sections = set_article(frame)
    places = {
        "letter-article": f"{set_test_note(frame)}{set_card(frame, sections)}",
        "letter-article in mj-wrapper": sections,
        "letter-masthead": set_masthead(frame),
        "letter-footer": set_footer(frame),
    }
    body.children.insert(0, Node("letter-preheader", 0))
    mjml = written(understood, {**places, "letter-preheader": preheader(page)})
    head = letter_head(theme, page, dark=dark)
    if "<mj-head>" in mjml:
        mjml = mjml.replace("<mj-head>", head.removesuffix("</mj-head>"), 1)
    else:
        mjml = mjml.replace("<mj-head />", "", 1).replace("<mj-body", f"{head}<mj-body", 1)
    return with_settled_links(compiled_mjml(understood, mjml, marks), marks)


def _understood(shell: str, marks: Marks, problems: Problems) -> Understood | None:
    marked = with_marks(shell, marks, problems)
    if problems.refusals:
        return None
    understood = check_mjml(marked, marks, problems, is_design=True)
    if understood is None:
        return None
    places = list(_places(understood.root))
    count = places.count(PLACE)
    if count != 1:
        problems.refuse(0, f"The article needs one place: write <{PLACE} /> once, in mj-body or in a mj-wrapper.")
    said = translated(without_notes(shell), Problems())
    if "letter-footer" not in places and not (_UNSUBSCRIBE.search(said) and _POSTAL.search(said)):
        problems.refuse(
            0,
            "Readers must be able to leave and see who writes: put <letter-footer /> in, or write "
            "{{ links.unsubscribe }} as a link’s address and {{ brand.address }}.",
        )
    understood.root.children = [child for child in understood.root.children if child.tag != "mj-title"]
    for head in (child for child in understood.root.children if child.tag == "mj-head"):
        head.children = [child for child in head.children if child.tag != "mj-title"]
    return understood


def _places(node: Node) -> list[str]:
    found = [node.tag] if node.tag.startswith("letter-") else []
    return [*found, *(place for child in node.children for place in _places(child))]
